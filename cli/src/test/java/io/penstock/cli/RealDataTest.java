package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.oracle.SharedData;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** The built-in pipelines over real data with known results, through the command line. */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class RealDataTest {
    private static final String TRADES = "trades-xrpeth/trades.csv";
    private static final String SENSORS = "sensors-nab/readings.csv";
    private static final String CARDS = "cards-simulated/transactions.csv";
    private static final String WINDOW_HEADER =
            "window_start,window_end,count,sum,min,max,first,last";

    /** More than any source here is disordered by: series follow one another in one input. */
    private static final String WHOLE_INPUT = "disorder=3650d";

    @TempDir Path folder;

    @Test
    void shouldMakeBarsOfTrades() {
        Result result = run("ohlc", SharedData.file(TRADES));

        String header =
                "symbol,window_start,window_end,open,high,low,close,volume,trades,notional,vwap";
        SharedData.assertSameRows(
                "trades-xrpeth/expected/ohlcv_bars.csv",
                header,
                result.output(header, row -> String.join(",", row)));
    }

    @Test
    void shouldCountAndSumTradesByTwoColumns() {
        Result result =
                run(
                        "aggregate",
                        SharedData.file(TRADES),
                        "time=ts",
                        "key=symbol,side",
                        "value=qty",
                        "window=tumbling:5m");

        SharedData.assertSameRows(
                "trades-xrpeth/expected/tumble_count_sum.csv",
                "symbol,side,window_start,window_end,trades,volume",
                result.output("symbol,side," + WINDOW_HEADER, row -> pick(row, 0, 1, 2, 3, 4, 5)));
    }

    @Test
    void shouldAggregateTradesOverWindowsThatOverlapOrLeaveGaps() {
        for (String[] query :
                new String[][] {{"hop_overlapping", "15m"}, {"hop_with_gaps", "1m"}}) {
            String window = "window=hopping:" + query[1] + ":5m";
            List<String> volumes =
                    run(
                                    "aggregate",
                                    SharedData.file(TRADES),
                                    "time=ts",
                                    "key=symbol",
                                    "value=qty",
                                    window)
                            .output("key," + WINDOW_HEADER, row -> pick(row, 0, 1, 2, 3, 4));
            List<String> prices =
                    run(
                                    "aggregate",
                                    SharedData.file(TRADES),
                                    "time=ts",
                                    "key=symbol",
                                    "value=price",
                                    window)
                            .output("key," + WINDOW_HEADER, row -> pick(row, 5, 6));
            List<String> joined = new ArrayList<>();
            for (int i = 0; i < volumes.size(); i++) {
                joined.add(volumes.get(i) + "," + prices.get(i));
            }
            assertEquals(volumes.size(), prices.size());
            SharedData.assertSameRows(
                    "trades-xrpeth/expected/" + query[0] + ".csv",
                    "symbol,window_start,window_end,trades,volume,min_price,max_price",
                    joined);
        }
    }

    @Test
    void shouldAggregateSensorsPerSeries() {
        String header = "key," + WINDOW_HEADER;
        SharedData.assertSameRows(
                "sensors-nab/expected/tumble_per_series.csv",
                "series,window_start,window_end,count,min_value,max_value,total",
                sensors("tumbling:1h").output(header, row -> pick(row, 0, 1, 2, 3, 5, 6, 4)));
        SharedData.assertSameRows(
                "sensors-nab/expected/hop_with_gaps.csv",
                "series,window_start,window_end,count,min_value,max_value",
                sensors("hopping:10m:1h").output(header, row -> pick(row, 0, 1, 2, 3, 5, 6)));
    }

    private Result sensors(String window) {
        return run(
                "aggregate",
                SharedData.file(SENSORS),
                "time=ts",
                "key=series",
                "value=value",
                "window=" + window,
                WHOLE_INPUT);
    }

    @Test
    void shouldFindSuspectCardTransactions() {
        Result result = run("card-velocity", SharedData.file(CARDS));

        String header = "rule,seq,customer,ts,value";
        List<String> rows = result.output(header, row -> String.join(",", row));
        SharedData.assertSameRows(
                "cards-simulated/expected/velocity_customer.csv",
                "seq,customer,ts,n",
                ofRule(rows, "velocity"));
        SharedData.assertSameRows(
                "cards-simulated/expected/spend_customer.csv",
                "seq,customer,ts,total",
                ofRule(rows, "spend"));
        List<String> expected = new ArrayList<>();
        for (String[] row :
                SharedData.rows(
                        "cards-simulated/expected/amount_vs_average.csv",
                        "seq,customer,ts,amount,sum")) {
            expected.add(pick(row, 0, 1, 2, 3));
        }
        assertEquals(
                String.join("\n", expected.stream().sorted().toList()),
                String.join("\n", ofRule(rows, "history").stream().sorted().toList()));
    }

    private static List<String> ofRule(List<String> rows, String rule) {
        return rows.stream()
                .filter(row -> row.startsWith(rule + ","))
                .map(row -> row.substring(rule.length() + 1))
                .toList();
    }

    @Test
    void shouldDropTheTradesThatAreLate() {
        List<String> events = new ArrayList<>();
        for (String[] row : SharedData.rows(TRADES, "seq,ts,symbol,trade_id,side,price,qty")) {
            events.add(row[0] + "," + row[1] + "," + row[4] + "," + row[6]);
        }
        late(
                "late-trades-xrpeth",
                "tumble5m_B1m_L0",
                arrivals("late-trades-xrpeth", events),
                "tumbling:5m",
                "1m");
    }

    @Test
    void shouldDropTheBidsThatAreLate() {
        List<String> bids = new ArrayList<>();
        long line = 0;
        for (String[] row : SharedData.lines("nexmark-100k/events.csv")) {
            if (row[0].equals("B")) {
                bids.add(line + "," + row[6] + "," + row[1] + "," + row[3]);
            }
            line++;
        }
        List<String> arrivals = arrivals("late-nexmark-100k", bids);
        late("late-nexmark-100k", "tumble10s_B2s_L0", arrivals, "tumbling:10s", "2s");
        late("late-nexmark-100k", "hop10s2s_B4s_L0", arrivals, "hopping:10s:2s", "4s");
        late("late-nexmark-100k", "tumble10s_B20s_L0", arrivals, "tumbling:10s", "20s");
    }

    @Test
    void shouldDropTheRequestsThatAreLate() {
        List<String> requests = new ArrayList<>();
        for (String[] row :
                SharedData.rows(
                        "weblog-semicomplete/requests.csv",
                        "seq,ts,client,method,path,status,bytes")) {
            int last = row.length - 1; // a path may hold commas
            requests.add(row[0] + "," + row[1] + "," + row[last - 1] + "," + row[last]);
        }
        late("late-weblog-semicomplete", "tumble10s_B5s_L0", requests, "tumbling:10s", "5s");
        late("late-weblog-semicomplete", "tumble10s_B60s_L0", requests, "tumbling:10s", "60s");
    }

    private static List<String> arrivals(String set, List<String> events) {
        Map<String, String> bySeq = new HashMap<>();
        events.forEach(event -> bySeq.put(event.substring(0, event.indexOf(',')), event));
        List<String> arrivals = new ArrayList<>();
        for (String[] row : SharedData.rows(set + "/arrival.csv", "seq")) {
            arrivals.add(bySeq.get(row[0]));
        }
        return arrivals;
    }

    private void late(
            String set, String query, List<String> arrivals, String window, String disorder) {
        Path input = write(arrivals);
        Result result =
                run(
                        "aggregate",
                        input,
                        "time=ts",
                        "key=k",
                        "value=v",
                        "window=" + window,
                        "disorder=" + disorder);
        SharedData.assertSameRows(
                set + "/expected/" + query + ".final.csv",
                "key,window_start,window_end,count,sum",
                result.output("key," + WINDOW_HEADER, row -> pick(row, 0, 1, 2, 3, 4)));
        List<String> dropped = new ArrayList<>();
        for (String[] row : rows(result.late(), "line,time,key,value")) {
            // The line of a row counts from 1 and the header is the first.
            String event = arrivals.get(Integer.parseInt(row[0]) - 2);
            assertEquals(event.substring(event.indexOf(',') + 1), pick(row, 1, 2, 3));
            dropped.add(event.substring(0, event.indexOf(',')));
        }
        SharedData.assertSameRows(set + "/expected/" + query + ".dropped.csv", "seq", dropped);
    }

    private Path write(List<String> events) {
        Path input = folder.resolve("arrivals.csv");
        try (BufferedWriter writer = Files.newBufferedWriter(input)) {
            writer.write("seq,ts,k,v\n");
            for (String event : events) {
                writer.write(event);
                writer.write('\n');
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return input;
    }

    /** Files of one run. */
    private record Result(Path output, Path late) {
        List<String> output(String header, Function<String[], String> projection) {
            return rows(output, header).stream().map(projection).toList();
        }
    }

    private int runs;

    /** Runs a pipeline, then replays it and compares all bytes. */
    private Result run(String pipeline, Path input, String... parameters) {
        Path directory = folder.resolve("run" + runs++);
        Path output = directory.resolve("output.csv");
        Path late = directory.resolve("late.csv");
        List<String> args =
                new ArrayList<>(
                        List.of(
                                "run",
                                pipeline,
                                "--input",
                                input.toString(),
                                "--dir",
                                directory.toString(),
                                "--late",
                                late.toString()));
        for (String parameter : parameters) {
            args.add("--set");
            args.add(parameter);
        }
        CommandRun.of(args.toArray(String[]::new)).expect(0).says(", rejected 0, ");
        Path outputAgain = folder.resolve("replay-output.csv");
        Path lateAgain = folder.resolve("replay-late.csv");
        CommandRun.of(
                        "replay",
                        "--dir",
                        directory.toString(),
                        "--output",
                        outputAgain.toString(),
                        "--late",
                        lateAgain.toString())
                .expect(0);
        assertSameBytes(output, outputAgain);
        assertSameBytes(late, lateAgain);
        return new Result(output, late);
    }

    private static void assertSameBytes(Path expected, Path actual) {
        try {
            assertArrayEquals(Files.readAllBytes(expected), Files.readAllBytes(actual));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String[]> rows(Path file, String header) {
        try {
            List<String> lines = Files.readAllLines(file);
            assertTrue(lines.size() > 0, () -> file + " has no header");
            assertEquals(header, lines.get(0));
            return lines.stream().skip(1).map(line -> line.split(",", -1)).toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String pick(String[] row, int... columns) {
        StringBuilder text = new StringBuilder();
        for (int column : columns) {
            text.append(text.length() == 0 ? "" : ",").append(row[column]);
        }
        return text.toString();
    }
}
