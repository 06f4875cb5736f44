package io.penstock.examples;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/**
 * Makes the examples' inputs out of seeds. Run {@code main} with their folder to write them again.
 */
final class ExampleData {
    private static final long START_MS = Instant.parse("2026-01-01T08:00:00Z").toEpochMilli();
    private static final long SECOND = 1000;
    private static final long MINUTE = 60 * SECOND;

    /** A row: when it happened, when it arrives, and what stands behind its time. */
    private record Row(long timeMs, long arrivalMs, String rest) {}

    private ExampleData() {}

    /** Writes all files into a folder. */
    public static void main(String[] args) throws IOException {
        for (Map.Entry<String, String> file : files().entrySet()) {
            Files.writeString(Path.of(args[0]).resolve(file.getKey() + ".csv"), file.getValue());
        }
    }

    /** All generated files, by their names without the ending. */
    static Map<String, String> files() {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("lines", lines(new Random(1)));
        files.put("visits", visits(new Random(2)));
        files.put("bookings", bookings(new Random(3)));
        files.put("sales", sales(new Random(4)));
        files.put("log", log(new Random(5)));
        files.put("measurements", measurements(new Random(6)));
        files.put("loads", loads(new Random(7)));
        files.put("trades", trades(new Random(8)));
        files.put("web-orders", webOrders(new Random(9)));
        files.put("till-receipts", tillReceipts(new Random(10)));
        return files;
    }

    /** Words in the order of how often they are: the first twice as often as the second. */
    private static String lines(Random random) {
        List<String> words =
                List.of(
                        "the water of gate river and flow stone wheel mill gear turns slow under old bridge"
                                .split(" "));
        StringBuilder text = new StringBuilder("text\n");
        for (int i = 0; i < 60; i++) {
            List<String> line = new ArrayList<>();
            for (int j = 0; j < 3 + random.nextInt(8); j++) {
                int rank = (int) Math.floor(Math.pow(words.size() + 1, random.nextDouble())) - 1;
                line.add(words.get(rank));
            }
            String first = line.get(0);
            line.set(0, first.substring(0, 1).toUpperCase(Locale.ROOT) + first.substring(1));
            String joined = String.join(random.nextInt(6) == 0 ? ", " : " ", line);
            text.append(joined.contains(",") ? '"' + joined + ".\"" : joined + ".").append('\n');
        }
        return text.toString();
    }

    /** Each user comes now and then, looks at some pages, and pauses. */
    private static String visits(Random random) {
        List<String> pages = List.of("/", "/search", "/cart", "/help", "/product/1", "/product/2");
        List<Row> rows = new ArrayList<>();
        for (int user = 1; user <= 7; user++) {
            long time = START_MS + random.nextInt(40) * MINUTE;
            for (int i = 0; i < 30; i++) {
                int favourite = (user + (random.nextInt(3) == 0 ? random.nextInt(6) : 0)) % 6;
                rows.add(
                        new Row(
                                time,
                                time + random.nextInt((int) (4 * MINUTE)),
                                "user-" + user + "," + pages.get(favourite)));
                time +=
                        switch (random.nextInt(8)) {
                            case 0 -> 30 * MINUTE;
                            case 1 -> (31 + random.nextInt(60)) * MINUTE;
                            default -> SECOND + random.nextInt((int) (5 * MINUTE));
                        };
            }
        }
        return csv("time,user,page", rows, ExampleData::timeFirst);
    }

    private static String bookings(Random random) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            long time = START_MS + i * 7L * SECOND;
            int cents = random.nextInt(100_000) - 45_000;
            rows.add(new Row(time, time, (1001 + random.nextInt(6)) + "," + cents));
        }
        return csv("time,account,cents", rows, ExampleData::timeFirst);
    }

    /** One sale in twelve comes minutes too late. */
    private static String sales(Random random) {
        List<String> categories = List.of("books", "garden", "music", "toys");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 160; i++) {
            long time = START_MS + i * 15L * SECOND + random.nextInt(15) * SECOND;
            long delay = random.nextInt((int) (20 * SECOND));
            if (random.nextInt(12) == 0) {
                delay = random.nextInt((int) (30 * MINUTE));
            }
            String amount =
                    switch (random.nextInt(3)) {
                        case 0 -> String.valueOf(1 + random.nextInt(60));
                        case 1 -> (1 + random.nextInt(60)) + "." + random.nextInt(10);
                        default ->
                                String.format(
                                        Locale.ROOT,
                                        "%d.%02d",
                                        random.nextInt(60),
                                        1 + random.nextInt(99));
                    };
            String category = categories.get(random.nextInt(4));
            rows.add(new Row(time, time + delay, amount + "," + category));
        }
        return csv("time,amount,category", rows, ExampleData::timeFirst);
    }

    /** Payments fail for a few minutes, twice; searches once. */
    private static String log(Random random) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 720; i++) {
            long time = START_MS + i * 4L * SECOND + random.nextInt(4000);
            long minute = (time - START_MS) / MINUTE;
            String service = List.of("payment", "search", "shop").get(random.nextInt(3));
            boolean isTroubled =
                    switch (service) {
                        case "payment" ->
                                isWithin(minute, 9, 13) || isWithin(minute, 15, 17) || minute >= 38;
                        case "search" -> isWithin(minute, 25, 27);
                        default -> false;
                    };
            boolean isError = random.nextInt(100) < (isTroubled ? 85 : 2);
            String level = isError ? "ERROR" : random.nextInt(5) == 0 ? "WARN" : "INFO";
            String message = isError ? "request failed" : "request " + i;
            rows.add(
                    new Row(
                            time,
                            time + random.nextInt(2000),
                            service + "," + level + "," + message));
        }
        return csv("time,service,level,message", rows, ExampleData::timeFirst);
    }

    private static boolean isWithin(long value, long from, long to) {
        return value >= from && value < to;
    }

    /** One sensor gets hot and wavers, one falls silent for a while, one for good, one lies. */
    private static String measurements(Random random) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 120; i++) {
            for (int sensor = 1; sensor <= 5; sensor++) {
                long time = START_MS + i * 10L * SECOND + sensor * 1500L;
                double celsius = 20 + 2 * Math.sin(i / 9.0 + sensor) + random.nextDouble();
                if (sensor == 2) {
                    celsius += 10 * Math.sin(i / 20.0);
                }
                boolean isSilent =
                        switch (sensor) {
                            case 3 -> isWithin(i, 40, 62);
                            case 5 -> i >= 90;
                            default -> false;
                        };
                String text = String.format(Locale.ROOT, "%.1f", celsius);
                if (sensor == 4 && random.nextInt(20) == 0) {
                    text = random.nextBoolean() ? "-273.1" : "999.9";
                }
                if (!isSilent) {
                    rows.add(
                            new Row(time, time + random.nextInt(5000), text + ",sensor-" + sensor));
                }
            }
        }
        return csv("time,celsius,sensor", rows, ExampleData::timeFirst);
    }

    private static String loads(Random random) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 260; i++) {
            for (int host = 1; host <= 3; host++) {
                long time = START_MS + i * 10L * SECOND + host * 100L;
                double percent = 30 + 8 * host + 6 * Math.sin(i / 25.0) + 2 * random.nextGaussian();
                boolean isInjected = i >= 40 && random.nextInt(40) == 0;
                if (isInjected) {
                    percent += (random.nextBoolean() ? 1 : -1) * (14 + random.nextInt(20));
                }
                String text = String.format(Locale.ROOT, "%.1f", Math.min(100, percent));
                rows.add(new Row(time, time, text + "," + (isInjected ? 1 : 0) + ",host-" + host));
            }
        }
        return csv("time,percent,injected,host", rows, ExampleData::timeFirst);
    }

    /** Prices that wander about a wave of some hours. */
    private static String trades(Random random) {
        List<Row> rows = new ArrayList<>();
        double[] noise = new double[2];
        for (int minute = 0; minute < 720; minute++) {
            for (int symbol = 0; symbol < 2; symbol++) {
                for (int i = random.nextInt(3); i > 0; i--) {
                    noise[symbol] += random.nextGaussian() * 0.05;
                    double wave = 4 * Math.sin((minute + 40 * symbol) / 45.0);
                    long time = START_MS + minute * MINUTE + random.nextInt((int) MINUTE);
                    double price = 50 + 30 * symbol + wave + noise[symbol];
                    String name = List.of("ACME", "ZINC").get(symbol);
                    rows.add(
                            new Row(
                                    time,
                                    time + random.nextInt(1000),
                                    String.format(Locale.ROOT, "%.2f,%s", price, name)));
                }
            }
        }
        return csv("time,price,symbol", rows, ExampleData::timeFirst);
    }

    private static String webOrders(Random random) {
        List<String> countries = List.of("AT", "CH", "DE", "DE", "DE", "XX");
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            long time = START_MS + i * 4L * MINUTE;
            String cents = String.valueOf(500 + random.nextInt(20_000));
            String id = "w-" + (7000 + i);
            switch (random.nextInt(12)) {
                case 0 -> cents = "12,50";
                case 1 -> cents = "-" + cents;
                case 2 -> id = "";
                case 3 -> cents = "";
                default -> {}
            }
            String country = countries.get(random.nextInt(6));
            rows.add(new Row(time, time, id + "|" + cents + "|" + country));
        }
        return csv(
                "order_id,placed_at,cents,country",
                rows,
                (time, rest) -> {
                    String[] parts = rest.split("\\|", -1);
                    String at = parts[0].endsWith("33") ? "yesterday" : time;
                    return parts[0] + "," + at + "," + parts[1] + "," + parts[2];
                });
    }

    private static String tillReceipts(Random random) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            long time = START_MS + i * 4L * MINUTE + random.nextInt(200) * SECOND;
            String total =
                    switch (random.nextInt(10)) {
                        case 0 -> "0.00";
                        case 1 -> "1e3";
                        case 2 -> "free, \"a gift\"";
                        default ->
                                String.format(
                                        Locale.ROOT,
                                        "%d.%02d",
                                        1 + random.nextInt(90),
                                        random.nextInt(100));
                    };
            if (total.contains(",")) {
                total = '"' + total.replace("\"", "\"\"") + '"';
            }
            rows.add(
                    new Row(
                            time,
                            time,
                            (1 + i % 3) + "," + (100 + i) + "," + time / SECOND + "," + total));
        }
        return csv("store,receipt,epoch_s,total", rows, (time, rest) -> rest);
    }

    private static String timeFirst(String time, String rest) {
        return time + "," + rest;
    }

    /** Rows in the order of their arrival. */
    private static String csv(
            String header, List<Row> rows, BiFunction<String, String, String> line) {
        return rows.stream()
                .sorted(Comparator.comparingLong(Row::arrivalMs))
                .map(row -> line.apply(Instant.ofEpochMilli(row.timeMs()).toString(), row.rest()))
                .collect(Collectors.joining("\n", header + "\n", "\n"));
    }

    /** The file as it is committed. */
    static String committed(String name) throws IOException {
        return new String(Run.open(name).readAllBytes(), StandardCharsets.UTF_8);
    }
}
