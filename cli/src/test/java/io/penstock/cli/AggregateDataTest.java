package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.cli.oracle.SharedData;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Key;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Ties;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.testkit.TestEngine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/**
 * Aggregates over real data with known results, row by row, through a snapshot and a crash.
 *
 * <p>A row of the input is a keyed value whose key holds all columns; aggregates pick theirs.
 */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class AggregateDataTest {
    private static final Duration DAY = Duration.ofDays(1);

    /** What one query is: over what, and how a window's result is printed. */
    private record Query(
            String input,
            Predicate<String[]> filter,
            Key.BytesExtractor<KeyedValueDecoder> key,
            Windows windows,
            Function<WindowView, List<String>> rows,
            List<Aggregate<KeyedValueDecoder>> aggregates) {}

    @SafeVarargs
    @SuppressWarnings("varargs") // copied into a list
    private static Query query(
            String input,
            Key.BytesExtractor<KeyedValueDecoder> key,
            Windows windows,
            Function<WindowView, List<String>> rows,
            Aggregate<KeyedValueDecoder>... aggregates) {
        return new Query(input, row -> true, key, windows, rows, List.of(aggregates));
    }

    @Test
    void shouldCountDistinctClientsOfWebLogs() {
        for (String log : new String[] {"weblog-nasa", "weblog-semicomplete"}) {
            check(
                    query(
                            log + "/requests",
                            column(5),
                            Windows.tumbling(Duration.ofMinutes(5)),
                            view -> row(view, key(view), bounds(view), values(view)),
                            Aggregates.count(),
                            Aggregates.sum(number(6)),
                            Aggregates.distinctBytes(column(2))),
                    log + "/expected/tumble_per_status.csv",
                    "status,window_start,window_end,requests,bytes,clients");
        }
        distinctClients("weblog-nasa", Duration.ofMinutes(12), Duration.ofMinutes(4));
        distinctClients("weblog-semicomplete", Duration.ofHours(1), Duration.ofMinutes(10));
    }

    private static void distinctClients(String log, Duration size, Duration every) {
        check(
                query(
                        log + "/requests",
                        nothing(),
                        Windows.hopping(size, every),
                        view -> row(view, bounds(view), values(view)),
                        Aggregates.count(),
                        Aggregates.distinctBytes(column(2))),
                log + "/expected/hop_overlapping.csv",
                "window_start,window_end,requests,clients");
    }

    @Test
    void shouldSumRequestsOfWindowsWithGaps() {
        gaps("weblog-nasa", Duration.ofSeconds(45), Duration.ofMinutes(2));
        gaps("weblog-semicomplete", Duration.ofMinutes(10), Duration.ofMinutes(90));
    }

    private static void gaps(String log, Duration size, Duration every) {
        check(
                query(
                        log + "/requests",
                        nothing(),
                        Windows.hopping(size, every),
                        view -> row(view, bounds(view), values(view)),
                        Aggregates.count(),
                        Aggregates.sum(number(6))),
                log + "/expected/hop_with_gaps.csv",
                "window_start,window_end,requests,bytes");
    }

    @Test
    void shouldRankPathsByRequests() {
        topPaths("weblog-nasa", 7, Duration.ofMinutes(30));
        topPaths("weblog-semicomplete", 5, Duration.ofHours(1));
    }

    private static void topPaths(String log, int limit, Duration size) {
        check(
                query(
                        log + "/requests",
                        nothing(),
                        Windows.tumbling(size),
                        view ->
                                ranks(
                                        view,
                                        rank ->
                                                quoted(text(view.topBytes(0, rank)))
                                                        + ","
                                                        + view.topScore(0, rank).low()),
                        Aggregates.topBytesByCount(limit, column(4), Ties.BYTES)),
                log + "/expected/topn_paths.csv",
                "window_start,rank,path,requests");
    }

    @Test
    void shouldAggregateCardTransactions() {
        check(
                query(
                        "cards-simulated/transactions",
                        nothing(),
                        Windows.tumbling(Duration.ofMinutes(5)),
                        view -> row(view, bounds(view), values(view)),
                        Aggregates.count(),
                        Aggregates.sum(number(5)),
                        Aggregates.max(number(5)),
                        Aggregates.sum(number(6))),
                "cards-simulated/expected/tumble_total.csv",
                "window_start,window_end,count,total,max_amount,frauds");
        check(
                query(
                        "cards-simulated/transactions",
                        nothing(),
                        Windows.hopping(Duration.ofHours(1), Duration.ofMinutes(5)),
                        view -> row(view, bounds(view), values(view)),
                        Aggregates.count(),
                        Aggregates.distinct(number(3)::mantissa),
                        Aggregates.sum(number(5))),
                "cards-simulated/expected/hop_overlapping.csv",
                "window_start,window_end,count,customers,total");
        check(
                query(
                        "cards-simulated/transactions",
                        nothing(),
                        Windows.tumbling(DAY),
                        view ->
                                ranks(
                                        view,
                                        rank ->
                                                view.topLong(0, rank)
                                                        + ","
                                                        + view.topScore(0, rank).low()),
                        Aggregates.topBySum(10, number(4)::mantissa, number(5))),
                "cards-simulated/expected/topn_terminals.csv",
                "window_start,rank,terminal,total");
        check(
                query(
                        "cards-real-sample/transactions",
                        column(6),
                        Windows.tumbling(Duration.ofHours(1)),
                        view -> row(view, key(view), bounds(view), values(view)),
                        Aggregates.count(),
                        Aggregates.sum(number(2)),
                        Aggregates.max(number(2))),
                "cards-real-sample/expected/tumble_by_class.csv",
                "fraud,window_start,window_end,count,total,max_amount");
    }

    @Test
    void shouldRankTerminalsTheSameWhenTheyAreTexts() {
        check(
                query(
                        "cards-simulated/transactions",
                        nothing(),
                        Windows.tumbling(DAY),
                        view ->
                                ranks(
                                        view,
                                        rank ->
                                                text(view.topBytes(0, rank))
                                                        + ","
                                                        + view.topScore(0, rank).low()),
                        Aggregates.topBytesBySum(10, column(4), number(5), Ties.NUMBERS)),
                "cards-simulated/expected/topn_terminals.csv",
                "window_start,rank,terminal,total");
    }

    @Test
    void shouldAggregateTrades() {
        String[][] sizes = {{"hop_overlapping", "PT15M"}, {"hop_with_gaps", "PT1M"}};
        for (String[] size : sizes) {
            check(
                    query(
                            "trades-xrpeth/trades",
                            column(2),
                            Windows.hopping(Duration.parse(size[1]), Duration.ofMinutes(5)),
                            view -> row(view, key(view), bounds(view), values(view)),
                            Aggregates.count(),
                            Aggregates.sum(number(6)),
                            Aggregates.min(number(5)),
                            Aggregates.max(number(5))),
                    "trades-xrpeth/expected/" + size[0] + ".csv",
                    "symbol,window_start,window_end,trades,volume,min_price,max_price");
        }
        check(
                query(
                        "trades-xrpeth/trades",
                        column(2),
                        Windows.tumbling(Duration.ofMinutes(10)),
                        view -> {
                            List<String> rows = new ArrayList<>();
                            for (String row : ranks(view, rank -> text(view.topBytes(0, rank)))) {
                                rows.add(key(view) + "," + row);
                            }
                            return rows;
                        },
                        Aggregates.topWide(
                                3,
                                (message, score) ->
                                        score.setProduct(
                                                number(5).mantissa(message),
                                                0,
                                                number(6).mantissa(message),
                                                0),
                                columns(0, 5, 6),
                                Ties.ARRIVAL)),
                "trades-xrpeth/expected/topn_per_window.csv",
                "symbol,window_start,rank,seq,price,qty");
    }

    @Test
    void shouldMakeBarsOfQuotes() {
        NumberOf<KeyedValueDecoder> middle =
                message -> number(3).mantissa(message) + number(4).mantissa(message);
        NumberOf<KeyedValueDecoder> spread =
                message -> number(4).mantissa(message) - number(3).mantissa(message);
        check(
                query(
                        "quotes-eurusd/quotes",
                        column(2),
                        Windows.tumbling(Duration.ofMinutes(1)),
                        view -> row(view, key(view), bounds(view), values(view)),
                        Aggregates.first(middle),
                        Aggregates.max(middle),
                        Aggregates.min(middle),
                        Aggregates.last(middle),
                        Aggregates.count(),
                        Aggregates.max(spread),
                        Aggregates.sum(spread)),
                "quotes-eurusd/expected/mid_ohlc.csv",
                "venue,window_start,window_end,open,high,low,close,ticks,max_spread,sum_spread");
        check(
                query(
                        "quotes-eurusd/quotes",
                        column(2),
                        Windows.hopping(Duration.ofSeconds(30), Duration.ofSeconds(10)),
                        view ->
                                row(
                                        view,
                                        key(view),
                                        bounds(view),
                                        view.longValue(0)
                                                + ","
                                                + view.longValue(1)
                                                + ","
                                                + (view.longValue(2) - view.longValue(3))),
                        Aggregates.count(),
                        Aggregates.max(spread),
                        Aggregates.max(number(3)),
                        Aggregates.min(number(3))),
                "quotes-eurusd/expected/hop_overlapping.csv",
                "venue,window_start,window_end,ticks,max_spread,range");
    }

    @Test
    void shouldAggregateOrders() {
        check(
                query(
                        "orders-retail/orders",
                        column(7),
                        Windows.tumbling(Duration.ofHours(1)),
                        view -> row(view, key(view), bounds(view), values(view)),
                        Aggregates.count(),
                        Aggregates.sum(number(4)),
                        Aggregates.sumOfProducts(number(4), number(5))),
                "orders-retail/expected/tumble_per_country.csv",
                "country,window_start,window_end,lines,quantity,revenue");
        check(
                query(
                        "orders-retail/orders",
                        nothing(),
                        Windows.hopping(Duration.ofMinutes(10), Duration.ofHours(1)),
                        view -> row(view, bounds(view), values(view)),
                        Aggregates.count(),
                        Aggregates.sumOfProducts(number(4), number(5))),
                "orders-retail/expected/hop_with_gaps.csv",
                "window_start,window_end,lines,revenue");
        Query all =
                query(
                        "orders-retail/orders",
                        nothing(),
                        Windows.tumbling(DAY),
                        view ->
                                ranks(
                                        view,
                                        rank ->
                                                text(view.topBytes(0, rank))
                                                        + ","
                                                        + view.topScore(0, rank).low()),
                        Aggregates.topBytesBySum(3, column(3), number(4), Ties.BYTES));
        check(
                new Query(
                        all.input(),
                        row -> !row[4].startsWith("-") && !row[4].equals("0"),
                        all.key(),
                        all.windows(),
                        all.rows(),
                        all.aggregates()),
                "orders-retail/expected/topn_per_window.csv",
                "window_start,rank,stock_code,quantity");
    }

    // ---- running

    private static void check(Query query, String expected, String header) {
        List<String> rows = new ArrayList<>();
        List<String[]> input = read(query.input() + ".csv");
        input.removeIf(query.filter().negate());
        try (TestEngine engine = TestEngine.start(pipeline(query))) {
            UnsafeBuffer message = new UnsafeBuffer(new byte[4096]);
            int crashAt = input.size() * 3 / 4;
            for (int i = 0; i < input.size(); i++) {
                if (i == input.size() / 2) {
                    engine.snapshot();
                } else if (i == crashAt) {
                    engine.run();
                    engine.crashAndRecover();
                    crashAt = -1;
                    i = (int) engine.resumePosition("rows") + 1;
                }
                engine.send("rows", message, 0, encode(input.get(i), message));
            }
            engine.endSource("rows");
            engine.run();
            WindowResultDecoder result = new WindowResultDecoder();
            for (UnsafeBuffer output : engine.outputs("results")) {
                BuiltinMessages.WINDOW_RESULT.wrap(result, output, 0);
                result.values();
                byte[] text = new byte[result.keyLength()];
                result.getKey(text, 0, text.length);
                rows.addAll(List.of(new String(text, StandardCharsets.UTF_8).split("\n")));
            }
        }
        SharedData.assertSameRows(expected, header, rows);
    }

    private static Pipeline pipeline(Query query) {
        return Pipeline.define(
                "data",
                p -> {
                    EventTimeStream<KeyedValueDecoder> rows =
                            p.source("rows", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs, Disorder.within(DAY));
                    results(query, rows).sink("results", Sinks.memory(new MemorySink()));
                });
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static Stream<WindowResultDecoder> results(
            Query query, EventTimeStream<KeyedValueDecoder> rows) {
        Aggregate<KeyedValueDecoder>[] aggregates = query.aggregates().toArray(new Aggregate[0]);
        return rows.keyByBytes("key", query.key())
                .window("windows", query.windows(), Late.drop())
                .aggregate(
                        BuiltinMessages.WINDOW_RESULT,
                        (view, result) -> write(query.rows().apply(view), result),
                        aggregates);
    }

    private static void write(List<String> rows, WindowResultEncoder result) {
        result.windowStartNs(0).windowEndNs(0).valuesCount(0);
        byte[] text = String.join("\n", rows).getBytes(StandardCharsets.UTF_8);
        result.putKey(text, 0, text.length);
    }

    private static int encode(String[] row, UnsafeBuffer message) {
        var encoder = BuiltinMessages.KEYED_VALUE.newEncoder();
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, message, 0);
        encoder.eventTimeNs(Long.parseLong(row[1]) * 1_000_000).value().mantissa(0);
        UnsafeBuffer columns = new UnsafeBuffer(new byte[3800]);
        int at = 0;
        for (String column : row) {
            byte[] bytes = column.getBytes(StandardCharsets.UTF_8);
            columns.putShort(at, (short) bytes.length, ByteOrder.LITTLE_ENDIAN);
            columns.putBytes(at + 2, bytes);
            at += 2 + bytes.length;
        }
        encoder.putKey(columns, 0, at);
        return BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
    }

    // ---- columns of a row

    /** Offset of a column's length. */
    private static int find(KeyedValueDecoder message, int column) {
        message.keyLength();
        int at = message.limit() + KeyedValueDecoder.keyHeaderLength();
        for (int i = 0; i < column; i++) {
            at += 2 + message.buffer().getShort(at);
        }
        return at;
    }

    private static Key.BytesExtractor<KeyedValueDecoder> nothing() {
        return (message, target) -> 0;
    }

    private static Key.BytesExtractor<KeyedValueDecoder> column(int column) {
        return (message, target) -> copy(message, column, target, 0);
    }

    private static int copy(
            KeyedValueDecoder message, int column, MutableDirectBuffer target, int to) {
        int at = find(message, column);
        int length = message.buffer().getShort(at);
        target.putBytes(to, message.buffer(), at + 2, length);
        return length;
    }

    /** Several columns with commas between them. */
    private static Key.BytesExtractor<KeyedValueDecoder> columns(int... columns) {
        return (message, target) -> {
            int length = 0;
            for (int column : columns) {
                if (length > 0) {
                    target.putByte(length++, (byte) ',');
                }
                length += copy(message, column, target, length);
            }
            return length;
        };
    }

    private static NumberOf<KeyedValueDecoder> number(int column) {
        return message -> {
            int at = find(message, column);
            int length = message.buffer().getShort(at);
            return length == 0 ? 0 : message.buffer().parseLongAscii(at + 2, length);
        };
    }

    // ---- printing

    private static String key(WindowView view) {
        return quoted(text(view.key()));
    }

    private static String bounds(WindowView view) {
        return view.startNs() / 1_000_000 + "," + view.endNs() / 1_000_000;
    }

    private static String values(WindowView view) {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < view.count(); i++) {
            values.add(Long.toString(view.longValue(i)));
        }
        return String.join(",", values);
    }

    private static List<String> row(WindowView view, String... parts) {
        assertEquals(0, view.startNs() % 1_000_000);
        return List.of(String.join(",", parts));
    }

    private static List<String> ranks(WindowView view, Function<Integer, String> row) {
        List<String> rows = new ArrayList<>();
        for (int rank = 0; rank < view.topCount(0); rank++) {
            rows.add(view.startNs() / 1_000_000 + "," + (rank + 1) + "," + row.apply(rank));
        }
        return rows;
    }

    private static String text(DirectBuffer buffer) {
        return buffer.getStringWithoutLengthUtf8(0, buffer.capacity());
    }

    private static String quoted(String field) {
        return field.contains(",") || field.contains("\"")
                ? '"' + field.replace("\"", "\"\"") + '"'
                : field;
    }

    // ---- reading

    /** Rows of an input behind its header, fields in quotes as RFC 4180 has them. */
    private static List<String[]> read(String name) {
        Path file = SharedData.file(name);
        List<String[]> rows = new ArrayList<>();
        try (InputStream raw = Files.newInputStream(file);
                InputStream in = file.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw;
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                rows.add(line.indexOf('"') < 0 ? line.split(",", -1) : split(line));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        rows.remove(0);
        return rows;
    }

    private static String[] split(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean isQuoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '"' && isQuoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                isQuoted = !isQuoted;
            } else if (c == ',' && !isQuoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields.toArray(String[]::new);
    }
}
