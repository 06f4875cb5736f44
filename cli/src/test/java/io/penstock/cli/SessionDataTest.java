package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.oracle.SharedData;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of real data with known results; those of late data are in {@link LateDataTest}. */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class SessionDataTest {
    private static final String HEADER = "key,window_start,window_end,count,sum,min,max,first,last";
    private static final String WHOLE_INPUT = "disorder=3650d";

    /**
     * Without any disorder the watermark is the largest time so far: a session would have ended
     * when another customer's event at its very end came first.
     */
    private static final String A_LITTLE_DISORDER = "disorder=1ms";

    @TempDir Path folder;

    @Test
    void shouldFindSessionsOfTrades() {
        SharedData.assertSameRows(
                "trades-xrpeth/expected/session_per_symbol.csv",
                "symbol,session_start,session_end,trades,volume",
                sessions("trades-xrpeth/trades.csv", "symbol", "qty", "3m")
                        .output(HEADER, row -> DataRuns.pick(row, 0, 1, 2, 3, 4)));
    }

    @Test
    void shouldFindSessionsOfQuotes() {
        SharedData.assertSameRows(
                "quotes-eurusd/expected/session_per_venue.csv",
                "venue,session_start,session_end,ticks",
                sessions("quotes-eurusd/quotes.csv", "venue", "bid", "5s")
                        .output(HEADER, row -> DataRuns.pick(row, 0, 1, 2, 3)));
    }

    @Test
    void shouldFindInterruptionsOfSensors() {
        SharedData.assertSameRows(
                "sensors-nab/expected/session_per_series.csv",
                "series,session_start,session_end,count,max_value",
                sessions("sensors-nab/readings.csv", "series", "value", "30m", WHOLE_INPUT)
                        .output(HEADER, row -> DataRuns.pick(row, 0, 1, 2, 3, 6)));
    }

    @Test
    void shouldFindSessionsOfCards() {
        List<String> sessions =
                sessions(
                                "cards-simulated/transactions.csv",
                                "customer",
                                "amount",
                                "30m",
                                A_LITTLE_DISORDER)
                        .output(HEADER, row -> DataRuns.pick(row, 0, 1, 2, 3, 4));
        List<String> long3 =
                sessions.stream().filter(row -> Integer.parseInt(row.split(",")[3]) >= 3).toList();

        SharedData.assertSameRows(
                "cards-simulated/expected/session_per_customer.csv",
                "customer,session_start,session_end,count,total",
                long3);
    }

    @Test
    void shouldFindSessionsOfBidders() {
        List<String> bids = new ArrayList<>();
        bids.add("ts,bidder,price");
        for (String[] row : SharedData.lines("nexmark-100k/events.csv")) {
            if (row[0].equals("B")) {
                bids.add(row[6] + "," + row[2] + "," + row[3]);
            }
        }
        Path input = write(bids);
        for (String[] query : new String[][] {{"q11", "10s"}, {"q11b", "500ms"}}) {
            SharedData.assertSameRows(
                    "nexmark-100k/expected/" + query[0] + ".csv",
                    "bidder,bid_count,starttime,endtime",
                    run(input, "bidder", "price", query[1], "disorder=4s")
                            .output(HEADER, row -> DataRuns.pick(row, 0, 3, 1, 2)));
        }
    }

    @Test
    void shouldFindWindowsOfCountsThatCoverAllTrades() {
        DataRuns.Result result =
                new DataRuns(folder)
                        .run(
                                "aggregate",
                                SharedData.file("trades-xrpeth/trades.csv"),
                                "time=ts",
                                "key=side",
                                "value=qty",
                                "window=count:100");

        List<String> expected = new ArrayList<>();
        for (String side : List.of("buy", "sell")) {
            expected.addAll(hundreds(side));
        }
        List<String> actual =
                new ArrayList<>(result.output(HEADER, row -> DataRuns.pick(row, 0, 1, 2, 3, 4)));
        assertTrue(actual.size() > 100);
        Collections.sort(expected);
        Collections.sort(actual);
        assertEquals(expected, actual);
    }

    /** Every hundred trades of a side, and what is left. */
    private static List<String> hundreds(String side) {
        List<String> windows = new ArrayList<>();
        long count = 0;
        long sum = 0;
        String first = "";
        String last = "";
        for (String[] row :
                SharedData.rows(
                        "trades-xrpeth/trades.csv", "seq,ts,symbol,trade_id,side,price,qty")) {
            if (!row[4].equals(side)) {
                continue;
            }
            first = count == 0 ? row[1] : first;
            last = row[1]; // the trades are in order of time
            sum += Long.parseLong(row[6]);
            if (++count == 100) {
                windows.add(String.join(",", side, first, last, "100", String.valueOf(sum)));
                count = 0;
                sum = 0;
            }
        }
        if (count > 0) {
            windows.add(side + "," + first + "," + last + "," + count + "," + sum);
        }
        return windows;
    }

    private DataRuns.Result sessions(
            String file, String key, String value, String gap, String... more) {
        return run(SharedData.file(file), key, value, gap, more);
    }

    private DataRuns.Result run(Path input, String key, String value, String gap, String... more) {
        List<String> parameters =
                new ArrayList<>(
                        List.of(
                                "time=ts",
                                "key=" + key,
                                "value=" + value,
                                "window=session:" + gap));
        parameters.addAll(List.of(more));
        return runs().run("aggregate", input, parameters.toArray(String[]::new));
    }

    private DataRuns runs;

    private DataRuns runs() {
        if (runs == null) {
            runs = new DataRuns(folder);
        }
        return runs;
    }

    private Path write(List<String> lines) {
        try {
            return Files.write(folder.resolve("input.csv"), lines);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
