package io.penstock.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The expected outputs once more, from plain collections. */
class OraclesTest {
    private static final long MINUTE = 60_000;

    private static String[] fields(String row) {
        return row.split(",", -1);
    }

    private static long ms(String time) {
        return Instant.parse(time).toEpochMilli();
    }

    private static String time(long ms) {
        return Instant.ofEpochMilli(ms).toString();
    }

    private static long start(long ms, Duration size) {
        return Math.floorDiv(ms, size.toMillis()) * size.toMillis();
    }

    private static List<String> sorted(List<String> rows) {
        return rows.stream().sorted().toList();
    }

    @Test
    void shouldSplitSimulatedEventsByTheWatermark() {
        long disorderNs = Duration.ofSeconds(5).toNanos();
        TreeMap<Long, Long> counts = new TreeMap<>();
        List<String> late = new ArrayList<>();
        long latestNs = Long.MIN_VALUE / 2;
        for (EventTimeSimulation.Simulated event :
                EventTimeSimulation.generate(600, Duration.ofSeconds(5), 2, 42)) {
            long startNs =
                    Math.floorDiv(event.eventTimeNs(), EventTimeSimulation.SIZE_NS)
                            * EventTimeSimulation.SIZE_NS;
            if (latestNs - disorderNs >= startNs + EventTimeSimulation.SIZE_NS) {
                late.add(event.number() + "");
            } else {
                counts.merge(startNs, 1L, Long::sum);
            }
            latestNs = Math.max(latestNs, event.eventTimeNs());
        }
        List<String> windows = new ArrayList<>();
        counts.forEach((start, count) -> windows.add(time(start / 1_000_000) + "," + count));
        assertEquals(windows, Results.of("event-time-simulation", "windows"));
        assertEquals(
                late,
                Results.of("event-time-simulation", "late").stream()
                        .map(row -> fields(row)[0])
                        .toList());
        assertTrue(late.size() > 3, () -> late.toString());
    }

    @Test
    void shouldCountVisitsInEveryWindowTheyBelongTo() {
        TreeMap<String, Integer> tumbling = new TreeMap<>();
        TreeMap<String, Integer> sliding = new TreeMap<>();
        long size = WindowShapes.SIZE.toMillis();
        for (String row : Results.input("visits")) {
            long at = ms(fields(row)[0]);
            String page = fields(row)[2];
            long start = start(at, WindowShapes.SIZE);
            tumbling.merge(time(start) + "," + time(start + size) + "," + page, 1, Integer::sum);
            for (long s = start(at, WindowShapes.SLIDE);
                    s > at - size;
                    s -= WindowShapes.SLIDE.toMillis()) {
                sliding.merge(time(s) + "," + time(s + size) + "," + page, 1, Integer::sum);
            }
        }
        assertEquals(counted(tumbling), sorted(Results.of("windows", "tumbling")));
        assertEquals(counted(sliding), sorted(Results.of("windows", "sliding")));
    }

    private static List<String> counted(Map<String, Integer> counts) {
        List<String> rows = new ArrayList<>();
        counts.forEach(
                (key, count) -> {
                    String[] parts = fields(key);
                    rows.add(parts[0] + "," + parts[1] + "," + count + "," + parts[2]);
                });
        return sorted(rows);
    }

    @Test
    void shouldShowTheWatermarkBeforeEachSample() {
        List<String> events = new ArrayList<>();
        List<String> late = new ArrayList<>();
        TreeMap<Long, Integer> counts = new TreeMap<>();
        long size = WatermarkLogic.SIZE.toMillis();
        Long watermark = null;
        for (String row : Results.input("samples")) {
            String number = fields(row)[0];
            long at = ms(fields(row)[1]);
            events.add(number + "," + time(at) + "," + (watermark == null ? "" : time(watermark)));
            long start = start(at, WatermarkLogic.SIZE);
            if (watermark != null && watermark >= start + size) {
                late.add(number + "," + time(at));
            } else {
                counts.merge(start, 1, Integer::sum);
            }
            long said = at - WatermarkLogic.DISORDER.toMillis();
            watermark = watermark == null ? said : Math.max(watermark, said);
        }
        List<String> windows = new ArrayList<>();
        counts.forEach((s, n) -> windows.add(time(s) + "," + time(s + size) + "," + n));
        assertEquals(normal(events), normal(Results.of("watermarks", "events")));
        assertEquals(windows, Results.of("watermarks", "windows"));
        assertEquals(normal(late), normal(Results.of("watermarks", "late")));
        assertEquals(List.of("9", "12", "16"), late.stream().map(row -> fields(row)[0]).toList());
    }

    /** Instant prints .500, the engine .5. */
    private static List<String> normal(List<String> rows) {
        return rows.stream().map(row -> row.replaceAll("(\\.\\d*?)0+Z", "$1Z")).toList();
    }

    @Test
    void shouldKeepBalances() {
        Map<String, long[]> accounts = new HashMap<>();
        List<String> expected = new ArrayList<>();
        for (String row : Results.input("bookings")) {
            String[] booking = fields(row);
            long[] account = accounts.computeIfAbsent(booking[1], key -> new long[3]);
            account[0]++;
            account[1] += Long.parseLong(booking[2]);
            account[2] = Math.min(account[2], account[1]);
            expected.add(
                    booking[0]
                            + ","
                            + booking[1]
                            + ","
                            + account[0]
                            + ","
                            + money(account[1])
                            + ","
                            + money(account[2]));
        }
        assertEquals(expected, Results.of("stateful-processor"));
    }

    private static String money(long cents) {
        return plain(BigDecimal.valueOf(cents, 2));
    }

    private static String plain(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    @Test
    void shouldCountWords() {
        TreeMap<String, Integer> counts = new TreeMap<>();
        for (String line : Results.input("lines")) {
            for (String word : line.toLowerCase(Locale.ROOT).split("[^a-z]+", -1)) {
                if (!word.isEmpty()) {
                    counts.merge(word, 1, Integer::sum);
                }
            }
        }
        List<String> expected = new ArrayList<>();
        counts.forEach((word, count) -> expected.add(count + "," + word));
        assertEquals(sorted(expected), sorted(Results.of("word-count")));
    }

    @Test
    void shouldEndWithTheTrueSalesWhenCorrectionsAreApplied() {
        TreeMap<String, BigDecimal> amounts = new TreeMap<>();
        TreeMap<String, Integer> sales = new TreeMap<>();
        List<String> tooLate = new ArrayList<>();
        long latest = Long.MIN_VALUE / 2;
        for (String row : Results.input("sales")) {
            String[] sale = fields(row);
            long at = ms(sale[0]);
            long start = start(at, SalesByCategory.SIZE);
            long end = start + SalesByCategory.SIZE.toMillis();
            long watermark = latest - SalesByCategory.DISORDER.toMillis();
            BigDecimal amount = new BigDecimal(sale[1]);
            if (watermark >= end + SalesByCategory.LATENESS.toMillis()) {
                tooLate.add(sale[0] + "," + plain(amount) + "," + sale[2]);
            } else {
                String key = time(start) + "," + sale[2];
                amounts.merge(key, amount, BigDecimal::add);
                sales.merge(key, 1, Integer::sum);
            }
            latest = Math.max(latest, at);
        }
        TreeMap<String, String> expected = new TreeMap<>();
        amounts.forEach((key, sum) -> expected.put(key, sales.get(key) + "," + plain(sum)));

        assertEquals(expected, corrected());
        assertEquals(tooLate, Results.of("sales", "too-late"));
        assertTrue(!tooLate.isEmpty());
    }

    /** The figures with everything taken back that was taken back. */
    private static Map<String, String> corrected() {
        TreeMap<String, String> figures = new TreeMap<>();
        int corrections = 0;
        for (String row : Results.of("sales", "figures")) {
            String[] figure = fields(row);
            String key = figure[0] + "," + figure[5];
            String value = figure[3] + "," + figure[4];
            if (figure[1].equals("R")) {
                corrections++;
                assertEquals(figures.remove(key), value, "what is taken back had been given");
            } else {
                assertNull(figures.put(key, value), "nothing is given twice: " + row);
            }
        }
        assertTrue(corrections > 3);
        return figures;
    }

    @Test
    void shouldFindLoadsFarFromTheirBaseline() {
        Map<String, List<Long>> hosts = new HashMap<>();
        List<String> expected = new ArrayList<>();
        int[] score = new int[3];
        for (String row : Results.input("loads")) {
            String[] load = fields(row);
            long tenths = new BigDecimal(load[1]).movePointRight(1).longValueExact();
            List<Long> past = hosts.computeIfAbsent(load[3], key -> new ArrayList<>());
            List<Long> before =
                    past.subList(Math.max(0, past.size() - AnomalyDetection.ROWS), past.size());
            long n = before.size();
            if (n >= AnomalyDetection.WARM_UP_ROWS) {
                long sum = before.stream().mapToLong(Long::longValue).sum();
                long squares = before.stream().mapToLong(value -> value * value).sum();
                long distance = n * tenths - sum;
                boolean isFar =
                        distance * distance
                                > AnomalyDetection.SIGMAS
                                        * AnomalyDetection.SIGMAS
                                        * (n * squares - sum * sum);
                int injected = Integer.parseInt(load[2]);
                score[0] += injected;
                if (isFar) {
                    expected.add(ms(load[0]) + "," + load[2] + "," + load[3]);
                    score[1]++;
                    score[2] += injected;
                }
            }
            past.add(tenths);
        }
        assertEquals(
                expected,
                Results.of("anomalies", "anomalies").stream()
                        .map(
                                row ->
                                        ms(fields(row)[0])
                                                + ","
                                                + fields(row)[4]
                                                + ","
                                                + fields(row)[5])
                        .toList());
        String rates =
                plain(BigDecimal.valueOf(score[2] * 1000L / score[1], 3))
                        + ","
                        + plain(BigDecimal.valueOf(score[2] * 1000L / score[0], 3));
        assertEquals(
                List.of(score[0] + "," + score[1] + "," + score[2] + "," + rates),
                Results.of("anomalies", "score"));
        assertTrue(score[2] * 4 >= score[0] * 3, "recall of three quarters at least");
    }

    @Test
    void shouldTellServicesInTroubleOncePerTrouble() {
        TreeMap<Long, TreeMap<String, int[]>> windows = new TreeMap<>();
        long size = LogErrors.SIZE.toMillis();
        for (String row : Results.input("log")) {
            String[] line = fields(row);
            long at = ms(line[0]);
            for (long s = start(at, LogErrors.EVERY); s > at - size; s -= 10_000) {
                int[] rate =
                        windows.computeIfAbsent(s, key -> new TreeMap<>())
                                .computeIfAbsent(line[1], key -> new int[2]);
                rate[0]++;
                rate[1] += line[2].equals("ERROR") ? 1 : 0;
            }
        }
        Map<String, Long> lastTrouble = new HashMap<>();
        List<String> expected = new ArrayList<>();
        windows.forEach(
                (start, services) ->
                        services.forEach(
                                (service, rate) -> {
                                    if (rate[1] < 5 || rate[1] * 10 <= rate[0]) {
                                        return;
                                    }
                                    Long before = lastTrouble.put(service, start);
                                    if (before == null
                                            || start - before >= LogErrors.QUIET.toMillis()) {
                                        expected.add(
                                                time(start)
                                                        + ","
                                                        + time(start + size)
                                                        + ","
                                                        + rate[1]
                                                        + ","
                                                        + rate[0]
                                                        + ","
                                                        + service);
                                    }
                                }));
        assertEquals(sorted(expected), sorted(Results.of("log-errors")));
    }

    @Test
    void shouldWatchEachSensor() {
        Map<String, TreeMap<Long, BigDecimal>> sensors = new HashMap<>();
        for (String row : Results.input("measurements")) {
            String[] measured = fields(row);
            BigDecimal celsius = new BigDecimal(measured[1]);
            if (celsius.intValue() > -50 && celsius.intValue() < 100) {
                sensors.computeIfAbsent(measured[2], key -> new TreeMap<>())
                        .put(ms(measured[0]), celsius);
            }
        }
        List<String> expected = new ArrayList<>();
        sensors.forEach((sensor, all) -> watch(sensor, all, expected));
        assertEquals(sorted(expected), sorted(normalized(Results.of("iot"))));
    }

    private static void watch(String sensor, Map<Long, BigDecimal> all, List<String> expected) {
        boolean isHot = false;
        Long before = null;
        for (Map.Entry<Long, BigDecimal> entry : all.entrySet()) {
            long at = entry.getKey();
            BigDecimal celsius = entry.getValue();
            if (before != null && at - before > MINUTE) {
                expected.add(alert(before + MINUTE, "SILENT", all.get(before), sensor));
                expected.add(alert(at, "BACK", celsius, sensor));
            }
            if (!isHot && celsius.doubleValue() >= 30) {
                isHot = true;
                expected.add(alert(at, "HIGH", celsius, sensor));
            } else if (isHot && celsius.doubleValue() < 28) {
                isHot = false;
                expected.add(alert(at, "NORMAL", celsius, sensor));
            }
            before = at;
        }
        expected.add(alert(before + MINUTE, "SILENT", all.get(before), sensor));
    }

    private static String alert(long at, String kind, BigDecimal celsius, String sensor) {
        return time(at) + "," + kind + "," + plain(celsius) + "," + sensor;
    }

    private static List<String> normalized(List<String> rows) {
        return rows.stream()
                .map(row -> time(ms(fields(row)[0])) + row.substring(row.indexOf(',')))
                .toList();
    }

    @Test
    void shouldSignalCrossingsOfTheAverages() {
        TreeMap<String, TreeMap<Long, String[]>> closes = new TreeMap<>();
        for (String row : Results.input("trades")) {
            String[] trade = fields(row);
            TreeMap<Long, String[]> minutes =
                    closes.computeIfAbsent(trade[2], key -> new TreeMap<>());
            long end = start(ms(trade[0]), TradingSignals.MINUTE) + MINUTE;
            String[] last = minutes.get(end);
            if (last == null || ms(last[0]) <= ms(trade[0])) {
                minutes.put(end, trade);
            }
        }
        List<String> expected = new ArrayList<>();
        closes.forEach((symbol, minutes) -> signals(symbol, minutes, expected));
        assertEquals(sorted(expected), sorted(Results.of("trading")));
        assertTrue(expected.size() > 4);
    }

    private static void signals(String symbol, Map<Long, String[]> minutes, List<String> expected) {
        long fast = 0;
        long slow = 0;
        int was = 0;
        for (Map.Entry<Long, String[]> minute : minutes.entrySet()) {
            BigDecimal price = new BigDecimal(minute.getValue()[1]);
            long x = price.movePointRight(TradingSignals.SCALE).longValueExact();
            fast = Math.floorDiv(2 * x + 37 * fast, 39);
            slow = Math.floorDiv(2 * x + 99 * slow, 101);
            int is = Long.compare(fast, slow);
            if (is != 0) {
                if (is == -was) {
                    expected.add(
                            time(minute.getKey())
                                    + (is > 0 ? ",BUY," : ",SELL,")
                                    + plain(price)
                                    + ","
                                    + plain(BigDecimal.valueOf(fast, TradingSignals.SCALE))
                                    + ","
                                    + plain(BigDecimal.valueOf(slow, TradingSignals.SCALE))
                                    + ","
                                    + symbol);
                }
                was = is;
            }
        }
    }

    @Test
    void shouldRankThePagesOfEachUser() {
        TreeMap<String, TreeMap<String, Integer>> users = new TreeMap<>();
        for (String row : Results.input("visits")) {
            String key = time(start(ms(fields(row)[0]), TopPages.SIZE)) + "," + fields(row)[1];
            users.computeIfAbsent(key, k -> new TreeMap<>()).merge(fields(row)[2], 1, Integer::sum);
        }
        List<String> expected = new ArrayList<>();
        users.forEach(
                (key, pages) -> {
                    String best =
                            pages.entrySet().stream()
                                    .sorted(
                                            (a, b) ->
                                                    a.getValue().equals(b.getValue())
                                                            ? a.getKey().compareTo(b.getKey())
                                                            : b.getValue() - a.getValue())
                                    .limit(TopPages.PLACES)
                                    .map(e -> e.getKey() + ":" + e.getValue())
                                    .collect(Collectors.joining(" "));
                    expected.add(fields(key)[0] + "," + best + "," + fields(key)[1]);
                });
        assertEquals(sorted(expected), sorted(Results.of("top-pages")));
    }

    @Test
    void shouldLoadOrBuryEveryRow() {
        List<String> goodIds = new ArrayList<>();
        TreeSet<String> badLines = new TreeSet<>();
        int line = 1;
        for (String row : Results.input("web-orders")) {
            line++;
            if (row.matches("w-\\d+,2026-[^,]*Z,\\d+,(AT|CH|DE)")) {
                goodIds.add(fields(row)[0]);
            } else {
                badLines.add(line + ",web");
            }
        }
        line = 1;
        for (String row : Results.input("till-receipts")) {
            line++;
            if (row.matches("\\d,\\d+,\\d+,\\d+\\.\\d\\d") && !row.endsWith(",0.00")) {
                goodIds.add(fields(row)[0] + "-" + fields(row)[1]);
            } else {
                badLines.add(line + ",till");
            }
        }
        List<String> loaded = Results.of("etl", "orders");
        List<String> buried = Results.of("etl", "dead-letters");
        assertEquals(goodIds, loaded.stream().map(row -> fields(row)[3]).toList());
        assertEquals(
                badLines,
                new TreeSet<>(
                        buried.stream()
                                .map(row -> fields(row)[0] + "," + fields(row)[1])
                                .toList()));
        assertEquals(120, loaded.size() + buried.size());
        assertTrue(buried.stream().noneMatch(row -> fields(row)[2].isEmpty()));

        TreeMap<String, BigDecimal> revenue = new TreeMap<>();
        for (String row : loaded) {
            String key =
                    time(start(ms(fields(row)[0]), Duration.ofHours(1))) + "," + fields(row)[2];
            revenue.merge(key, new BigDecimal(fields(row)[1]), BigDecimal::add);
        }
        TreeMap<String, BigDecimal> given = new TreeMap<>();
        for (String row : Results.of("etl", "revenue")) {
            given.put(fields(row)[0] + "," + fields(row)[3], new BigDecimal(fields(row)[2]));
        }
        assertEquals(revenue.keySet(), given.keySet());
        revenue.forEach((key, sum) -> assertEquals(0, sum.compareTo(given.get(key)), key));
    }
}
