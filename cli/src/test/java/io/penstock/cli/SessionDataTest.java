package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.oracle.SharedData;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValuesDecoder;
import io.penstock.codecs.builtin.KeyedValuesEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.testkit.TestEngine;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Sessions of real data with known results; those of late data are in {@link LateDataTest}. */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class SessionDataTest {
    private static final String HEADER = "key,window_start,window_end,count,sum,min,max,first,last";
    private static final long MS = 1_000_000;
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
                sessions.stream()
                        .filter(row -> Integer.parseInt(row.split(",", -1)[3]) >= 3)
                        .toList();

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

    /** A row of an input: a key, a text, a number. */
    private record Row(long timeMs, String key, String text, long number) {}

    @Test
    void shouldFindSessionsOfOrders() {
        List<Row> rows = new ArrayList<>();
        for (String[] order :
                SharedData.rows(
                        "orders-retail/orders.csv",
                        "seq,ts,invoice,stock_code,quantity,unit_price,customer,country")) {
            if (!order[6].isEmpty()) {
                long revenue = Long.parseLong(order[4]) * Long.parseLong(order[5]);
                rows.add(new Row(Long.parseLong(order[1]), order[6], order[2], revenue));
            }
        }
        List<String> sessions = new ArrayList<>();
        for (String[] result : sessions(rows, Duration.ofMillis(1))) {
            sessions.add(DataRuns.pick(result, 0, 1, 2, 3, 4, 5));
        }

        SharedData.assertSameRows(
                "orders-retail/expected/session_per_customer.csv",
                "customer,session_start,session_end,lines,invoices,revenue",
                sessions);
    }

    @Test
    void shouldFindSessionsOfWebClients() {
        for (String set : List.of("weblog-semicomplete", "weblog-nasa")) {
            List<Row> rows = new ArrayList<>();
            for (String[] request :
                    SharedData.rows(
                            set + "/requests.csv", "seq,ts,client,method,path,status,bytes")) {
                int last = request.length - 1; // a path may hold commas
                String path = String.join(",", Arrays.copyOfRange(request, 4, last - 1));
                String bytes = request[last].isEmpty() ? "0" : request[last];
                rows.add(
                        new Row(
                                Long.parseLong(request[1]),
                                request[2],
                                path,
                                Long.parseLong(bytes)));
            }
            List<String> sessions = new ArrayList<>();
            for (String[] result : sessions(rows, Duration.ofDays(7))) {
                sessions.add(String.join(",", result));
            }

            SharedData.assertSameRows(
                    set + "/expected/session_per_client.csv",
                    "client,session_start,session_end,requests,pages,bytes,first_path,last_path",
                    sessions);
        }
    }

    /**
     * Sessions of half an hour through a snapshot and a crash: key, start, end, rows, distinct
     * texts, sum, first and last text.
     */
    private static List<String[]> sessions(List<Row> rows, Duration disorder) {
        MemorySink sink = new MemorySink();
        Pipeline pipeline =
                Pipeline.define(
                        "session-data",
                        p ->
                                p.source("rows", BuiltinMessages.KEYED_VALUES)
                                        .eventTime(
                                                KeyedValuesDecoder::eventTimeNs,
                                                Disorder.within(disorder))
                                        .keyByBytes("key", SessionDataTest::key)
                                        .window(
                                                "sessions",
                                                Windows.sessions(Duration.ofMinutes(30)),
                                                Late.drop())
                                        .aggregate(
                                                BuiltinMessages.KEYED_VALUES,
                                                SessionDataTest::encode,
                                                Aggregates.count(),
                                                Aggregates.distinctBytes(SessionDataTest::text),
                                                Aggregates.sum(m -> m.value1().mantissa()),
                                                Aggregates.firstBytes(SessionDataTest::text),
                                                Aggregates.lastBytes(SessionDataTest::text))
                                        .sink("sessions", Sinks.memory(sink)));
        try (TestEngine engine = TestEngine.start(pipeline)) {
            for (int n = 0; n < rows.size(); n++) {
                Row row = rows.get(n);
                byte[] key = row.key().getBytes(StandardCharsets.UTF_8);
                byte[] text = row.text().getBytes(StandardCharsets.UTF_8);
                engine.send(
                        "rows",
                        BuiltinMessages.KEYED_VALUES,
                        message -> {
                            message.eventTimeNs(row.timeMs() * MS);
                            message.value1().mantissa(row.number());
                            message.putKey(key, 0, key.length);
                            message.putCounted(text, 0, text.length);
                            message.putRanked(text, 0, 0);
                        });
                if (n == rows.size() / 3) {
                    engine.snapshot();
                }
                if (n == rows.size() / 2) {
                    engine.run();
                    engine.crashAndRecover();
                }
            }
            engine.endSource("rows");
            engine.run();
            return engine.outputs("sessions").stream().map(SessionDataTest::decode).toList();
        }
    }

    private static int key(KeyedValuesDecoder message, MutableDirectBuffer target) {
        return message.getKey(target, 0, 1024);
    }

    private static int text(KeyedValuesDecoder message, MutableDirectBuffer target) {
        message.skipKey();
        return message.getCounted(target, 0, 4096);
    }

    private static void encode(WindowView window, KeyedValuesEncoder result) {
        result.eventTimeNs(window.startNs());
        result.value1().mantissa(window.endNs());
        result.value2().mantissa(window.longValue(0));
        result.value3().mantissa(window.longValue(1));
        result.value4().mantissa(window.longValue(2));
        result.putKey(window.key(), 0, window.key().capacity());
        DirectBuffer first = window.bytes(3);
        result.putCounted(first, 0, first.capacity());
        DirectBuffer last = window.bytes(4);
        result.putRanked(last, 0, last.capacity());
    }

    private static String[] decode(UnsafeBuffer message) {
        KeyedValuesDecoder result = new KeyedValuesDecoder();
        BuiltinMessages.KEYED_VALUES.wrap(result, message, 0);
        String start = String.valueOf(result.eventTimeNs() / MS);
        String end = String.valueOf(result.value1().mantissa() / MS);
        String count = String.valueOf(result.value2().mantissa());
        String distinct = String.valueOf(result.value3().mantissa());
        String sum = String.valueOf(result.value4().mantissa());
        byte[] key = new byte[result.keyLength()];
        result.getKey(key, 0, key.length);
        byte[] first = new byte[result.countedLength()];
        result.getCounted(first, 0, first.length);
        byte[] last = new byte[result.rankedLength()];
        result.getRanked(last, 0, last.length);
        return new String[] {utf8(key), start, end, count, distinct, sum, utf8(first), utf8(last)};
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
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
