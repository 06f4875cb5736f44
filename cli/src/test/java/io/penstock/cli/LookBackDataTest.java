package io.penstock.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.cli.oracle.SharedData;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.MessageType;
import io.penstock.codecs.builtin.BarDecoder;
import io.penstock.codecs.builtin.BarEncoder;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.CardTransactionEncoder;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.codecs.builtin.TradeDecoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvMapperBuilder;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.Durability;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Layout;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.ingress.CsvIngest;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.Ewma;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.LookBackView;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Rounding;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Look-backs over real data with known results, through an engine on a directory. */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class LookBackDataTest {
    private static final String SOURCE = "events";
    private static final long NS_PER_MS = 1_000_000;

    /** More than any source here is disordered by: series follow one another in one input. */
    private static final Duration WHOLE_INPUT = Duration.ofDays(3650);

    private static final Duration IN_ORDER = Duration.ZERO;
    private static final int HEADER_LINES = 2; // counted from 1, the header is the first
    private static final int EWMA_SCALE = 6;

    @TempDir Path folder;

    // ---- events that are rows with a number and up to three texts

    @Test
    void shouldFindAnomaliesOfSensorsByMovingAverage() {
        assertRows(
                "sensors-nab/expected/moving_average_anomaly.csv",
                "seq,series,ts,value,sum",
                cards(
                        "sensors-nab/readings.csv",
                        mapper("value", "series", null, null),
                        WHOLE_INPUT,
                        events ->
                                byCustomer(events)
                                        .lookBack("mean", LookBack.rows(24).excludingCurrent())
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                (event, view, result) ->
                                                        view.rows() == 24
                                                                && view.isBeyond(1, 3)
                                                                && encode(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        event.message().amount(),
                                                                        view.longValue(0)),
                                                Rolling.sum(CardTransactionDecoder::amount),
                                                Rolling.variance(
                                                        CardTransactionDecoder::amount, 0))),
                row -> row.seq + "," + row.key + "," + row.ts + "," + row.join(0, 1));
    }

    @Test
    void shouldFindSuspectCardTransactions() {
        CsvMapperBuilder byCustomer = mapper("amount", "customer", "terminal", null);
        assertRows(
                "cards-simulated/expected/velocity_customer.csv",
                "seq,customer,ts,n",
                cards(
                        "cards-simulated/transactions.csv",
                        byCustomer,
                        IN_ORDER,
                        events -> burst(byCustomer(events), Duration.ofHours(1), 4)),
                row -> row.seq + "," + row.key + "," + row.ts + "," + row.join(0));
        assertRows(
                "cards-simulated/expected/spend_customer.csv",
                "seq,customer,ts,total",
                cards(
                        "cards-simulated/transactions.csv",
                        mapper("amount", "customer", "terminal", null),
                        IN_ORDER,
                        events ->
                                byCustomer(events)
                                        .lookBack("spend", LookBack.within(Duration.ofDays(1)))
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                (event, view, result) ->
                                                        view.longValue(0) > 60_000
                                                                && encode(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        view.longValue(0)),
                                                Rolling.sum(CardTransactionDecoder::amount))),
                row -> row.seq + "," + row.key + "," + row.ts + "," + row.join(0));
    }

    @Test
    void shouldCountDistinctCustomersOfTerminals() {
        assertRows(
                "cards-simulated/expected/terminal_distinct_customers.csv",
                "seq,terminal,ts,customers",
                cards(
                        "cards-simulated/transactions.csv",
                        mapper("amount", "terminal", "customer", null),
                        IN_ORDER,
                        events ->
                                byCustomer(events)
                                        .lookBack("day", LookBack.within(Duration.ofDays(1)))
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                (event, view, result) ->
                                                        view.longValue(0) >= 5
                                                                && encode(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        view.longValue(0)),
                                                Rolling.distinctBytes(
                                                        LookBackDataTest::copyTerminal, 8))),
                row -> row.seq + "," + row.key + "," + row.ts + "," + row.join(0));
    }

    private static int copyTerminal(
            CardTransactionDecoder event, org.agrona.MutableDirectBuffer target) {
        event.skipCustomer();
        return event.getTerminal(target, 0, target.capacity());
    }

    @Test
    void shouldCompareAmountsWithTheAverageBefore() {
        assertRows(
                "cards-simulated/expected/amount_vs_average.csv",
                "seq,customer,ts,amount,sum",
                cards(
                        "cards-simulated/transactions.csv",
                        mapper("amount", "customer", "terminal", null),
                        IN_ORDER,
                        events ->
                                byCustomer(events)
                                        .lookBack("ten", LookBack.rows(10).excludingCurrent())
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                LookBackDataTest::farAboveAverage,
                                                Rolling.sum(CardTransactionDecoder::amount))),
                row -> row.seq + "," + row.key + "," + row.ts + "," + row.join(0, 1));
    }

    private static boolean farAboveAverage(
            Event<CardTransactionDecoder> event, LookBackView view, LookBackResultEncoder result) {
        long amount = event.message().amount();
        return view.rows() == 10
                && amount * 10 > 5 * view.longValue(0)
                && encode(event, view, result, amount, view.longValue(0));
    }

    @Test
    void shouldFindAnomaliesAndBurstsOfRealCardTransactions() {
        assertRows(
                "cards-real-sample/expected/moving_average_anomaly.csv",
                "seq,ts,amount,fraud",
                cards(
                        "cards-real-sample/transactions.csv",
                        mapper("amount", "fraud", null, null),
                        IN_ORDER,
                        events ->
                                events.keyBy("all", event -> 0)
                                        .lookBack("mean", LookBack.rows(30).excludingCurrent())
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                (event, view, result) ->
                                                        view.rows() == 30
                                                                && view.isBeyond(0, 3)
                                                                && encodeWithCustomer(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        event.message().amount()),
                                                Rolling.standardDeviation(
                                                        CardTransactionDecoder::amount, 2))),
                row -> row.seq + "," + row.ts + "," + row.join(0) + "," + row.key);
        assertRows(
                "cards-real-sample/expected/threshold_burst.csv",
                "seq,ts,n,fraud",
                cards(
                        "cards-real-sample/transactions.csv",
                        mapper("v3", "fraud", null, null),
                        IN_ORDER,
                        events ->
                                burst(
                                        events.filter("suspect", m -> m.amount() < -3_000_000)
                                                .keyBy("all", event -> 0),
                                        Duration.ofMinutes(10),
                                        3)),
                row -> row.seq + "," + row.ts + "," + row.join(0) + "," + row.key);
    }

    @Test
    void shouldFindBurstsOfErrorsInWebLogs() {
        assertErrorBursts("weblog-nasa", IN_ORDER, Duration.ofMinutes(5), 2);
        assertErrorBursts("weblog-semicomplete", Duration.ofMinutes(1), Duration.ofMinutes(1), 3);
    }

    private void assertErrorBursts(String data, Duration disorder, Duration within, int atLeast) {
        assertRows(
                data + "/expected/error_burst.csv",
                "seq,client,ts,n",
                cards(
                        data + "/requests.csv",
                        mapper("status", "client", null, null),
                        disorder,
                        events ->
                                burst(
                                        byCustomer(events.filter("errors", m -> m.amount() >= 400)),
                                        within,
                                        atLeast)),
                row -> row.seq + "," + row.key + "," + row.ts + "," + row.join(0));
    }

    @Test
    void shouldFindFastCustomersOfARetailerAmongInvoicesSeenOnce() {
        assertRows(
                "orders-retail/expected/velocity_invoices.csv",
                "seq,customer,invoice,ts,n",
                cards(
                        "orders-retail/orders.csv",
                        mapper("quantity", "customer", null, "invoice"),
                        IN_ORDER,
                        events ->
                                burst(
                                        byCustomer(
                                                events.filter("known", m -> m.customerLength() > 0)
                                                        .keyByBytes(
                                                                "by-invoice",
                                                                LookBackDataTest::copyInvoice)
                                                        .process(
                                                                "first",
                                                                BuiltinMessages.CARD_TRANSACTION,
                                                                KeepFirst::new)),
                                        Duration.ofHours(1),
                                        3)),
                row -> row.seq + "," + row.key + "," + row.text + "," + row.ts + "," + row.join(0));
    }

    private static int copyInvoice(
            CardTransactionDecoder event, org.agrona.MutableDirectBuffer target) {
        event.skipCustomer();
        event.skipTerminal();
        return event.getTxId(target, 0, target.capacity());
    }

    /** Lets the first event of each key pass. */
    private static final class KeepFirst
            implements Handler<CardTransactionDecoder, CardTransactionEncoder> {
        private ValueState seen;

        @Override
        public void open(HandlerSetup setup) {
            seen = setup.value("seen", Long.BYTES);
        }

        @Override
        public void onEvent(
                Event<CardTransactionDecoder> event,
                HandlerContext<CardTransactionEncoder> context) {
            if (seen.read() != null) {
                return;
            }
            seen.update();
            CardTransactionDecoder in = event.message();
            CardTransactionEncoder out = context.begin();
            out.eventTimeNs(in.eventTimeNs()).seq(in.seq()).amount(in.amount());
            out.customer(in.customer()).terminal(in.terminal()).txId(in.txId());
            context.emit();
        }
    }

    private static KeyedStream<CardTransactionDecoder> byCustomer(
            Stream<CardTransactionDecoder> events) {
        return events.keyByBytes(
                "by-customer", (event, target) -> event.getCustomer(target, 0, target.capacity()));
    }

    /** Events that are at least so many within a time, themselves included. */
    private static Stream<LookBackResultDecoder> burst(
            KeyedStream<CardTransactionDecoder> events, Duration within, int atLeast) {
        return events.lookBack("burst", LookBack.within(within))
                .aggregate(
                        BuiltinMessages.LOOK_BACK_RESULT,
                        (event, view, result) ->
                                view.rows() >= atLeast
                                        && encodeWithCustomer(event, view, result, view.rows()),
                        Rolling.count());
    }

    // ---- trades

    @Test
    void shouldFindAnomaliesOfPricesByMovingAverage() {
        assertRows(
                "trades-xrpeth/expected/moving_average_anomaly.csv",
                "seq,symbol,ts,price,sum",
                trades(
                        trades ->
                                bySymbol(trades)
                                        .lookBack("mean", LookBack.rows(50).excludingCurrent())
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                (event, view, result) ->
                                                        view.rows() == 50
                                                                && view.isBeyond(1, 4)
                                                                && encodeTrade(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        event.message().price(),
                                                                        view.longValue(0)),
                                                Rolling.sum(TradeDecoder::price),
                                                Rolling.variance(TradeDecoder::price, 0))),
                row -> row.seq + "," + row.key + "," + row.ts + "," + row.join(0, 1));
    }

    @Test
    void shouldFindRallies() {
        assertRows(
                "trades-xrpeth/expected/rally_pattern.csv",
                "seq,symbol,ts,price,low",
                trades(
                        trades ->
                                bySymbol(trades)
                                        .lookBack("low", LookBack.within(Duration.ofMinutes(1)))
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                (event, view, result) ->
                                                        event.message().price() * 1000
                                                                        >= view.longValue(0) * 1005
                                                                && encodeTrade(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        event.message().price(),
                                                                        view.longValue(0)),
                                                Rolling.min(TradeDecoder::price))),
                row -> row.seq + "," + row.key + "," + row.ts + "," + row.join(0, 1));
    }

    @Test
    void shouldComputeRollingVwap() {
        assertRows(
                "trades-xrpeth/expected/rolling_vwap.csv",
                "seq,vwap",
                trades(
                        trades ->
                                bySymbol(trades)
                                        .lookBack("vwap", LookBack.rows(20))
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                (event, view, result) ->
                                                        encodeTrade(
                                                                event,
                                                                view,
                                                                result,
                                                                view.longValue(0)),
                                                Rolling.weightedAverage(
                                                        TradeDecoder::price,
                                                        TradeDecoder::qty,
                                                        0,
                                                        Rounding.FLOOR))),
                row -> row.seq + "," + row.join(0));
    }

    @Test
    void shouldComputeExponentialMovingAveragesOfBars() {
        assertRows(
                "trades-xrpeth/expected/ema.csv",
                "symbol,window_start,close,ema_fast,ema_slow",
                trades(LookBackDataTest::averages),
                row -> row.key + "," + row.join(0, 1, 2, 3));
    }

    @Test
    void shouldSeeAveragesCross() {
        assertRows(
                "trades-xrpeth/expected/ema_crossover.csv",
                "symbol,window_start,window_end,signal,close",
                trades(
                        trades ->
                                averages(trades)
                                        .keyByBytes("symbol", LookBackDataTest::copyKey)
                                        .lookBack("cross", LookBack.rows(1).excludingCurrent())
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                LookBackDataTest::cross,
                                                Rolling.last(m -> value(m, 2)),
                                                Rolling.last(m -> value(m, 3)))),
                row -> {
                    String signal = row.values.get(2) > 0 ? "BUY" : "SELL";
                    long end = row.values.get(0) + Duration.ofMinutes(1).toMillis();
                    return row.key
                            + ","
                            + row.join(0)
                            + ","
                            + end
                            + ","
                            + signal
                            + ","
                            + row.join(1);
                });
    }

    /** One-minute bars, and of each start, close and two averages of the closes so far. */
    private static Stream<LookBackResultDecoder> averages(Stream<TradeDecoder> trades) {
        return bySymbol(trades)
                .window("bars", Windows.tumbling(Duration.ofMinutes(1)), Late.drop())
                .aggregate(
                        BuiltinMessages.BAR,
                        LookBackDataTest::bar,
                        Aggregates.last(TradeDecoder::price))
                .keyByBytes("bars", (bar, target) -> bar.getSymbol(target, 0, target.capacity()))
                .lookBack("averages", LookBack.all())
                .aggregate(
                        BuiltinMessages.LOOK_BACK_RESULT,
                        (event, view, result) -> {
                            BarDecoder bar = event.message();
                            long start = bar.windowStartNs() / NS_PER_MS;
                            return encode(
                                    0,
                                    event,
                                    view.key(),
                                    "",
                                    result,
                                    start,
                                    bar.closePrice(),
                                    view.mantissa(0),
                                    view.mantissa(1));
                        },
                        Ewma.rows(BarDecoder::closePrice, 38, EWMA_SCALE),
                        Ewma.rows(BarDecoder::closePrice, 100, EWMA_SCALE));
    }

    private static void bar(WindowView window, BarEncoder bar) {
        bar.windowStartNs(window.startNs()).windowEndNs(window.endNs());
        bar.closePrice(window.longValue(0));
        bar.putSymbol(window.key(), 0, window.key().capacity());
    }

    private static boolean cross(
            Event<LookBackResultDecoder> event, LookBackView before, LookBackResultEncoder result) {
        if (before.rows() == 0) {
            return false;
        }
        int now = Long.compare(value(event.message(), 2), value(event.message(), 3));
        int then = Long.compare(before.longValue(0), before.longValue(1));
        boolean crosses = now > 0 ? then <= 0 : now < 0 && then >= 0;
        return crosses
                && encode(
                        0,
                        event,
                        before.key(),
                        "",
                        result,
                        value(event.message(), 0),
                        value(event.message(), 1),
                        now);
    }

    private static int copyKey(
            LookBackResultDecoder message, org.agrona.MutableDirectBuffer target) {
        LookBackResultDecoder.ValuesDecoder values = message.values();
        while (values.hasNext()) {
            values.next();
        }
        return message.getKey(target, 0, target.capacity());
    }

    private static long value(LookBackResultDecoder message, int index) {
        LookBackResultDecoder.ValuesDecoder values = message.values();
        for (int i = 0; i <= index; i++) {
            values.next();
        }
        return values.mantissa().low();
    }

    private static KeyedStream<TradeDecoder> bySymbol(Stream<TradeDecoder> trades) {
        return trades.keyByBytes(
                "by-symbol", (trade, target) -> trade.getSymbol(target, 0, target.capacity()));
    }

    private List<Row> trades(Function<Stream<TradeDecoder>, Stream<LookBackResultDecoder>> body) {
        return run(
                "trades-xrpeth/trades.csv",
                BuiltinMessages.TRADE,
                CsvMapper.of(BuiltinMessages.TRADE).time("eventTimeNs", "ts", TimeUnitFormat.MS),
                TradeDecoder::eventTimeNs,
                IN_ORDER,
                body);
    }

    // ---- how results are made, run and read

    private static boolean encode(
            Event<CardTransactionDecoder> event,
            LookBackView view,
            LookBackResultEncoder result,
            long... values) {
        return encode(event.message().seq(), event, view.key(), "", result, values);
    }

    private static boolean encodeWithCustomer(
            Event<CardTransactionDecoder> event,
            LookBackView view,
            LookBackResultEncoder result,
            long... values) {
        CardTransactionDecoder in = event.message();
        long seq = in.seq();
        UnsafeBuffer customer = new UnsafeBuffer(in.customer().getBytes(UTF_8));
        in.skipTerminal();
        return encode(seq, event, customer, in.txId(), result, values);
    }

    private static boolean encodeTrade(
            Event<TradeDecoder> event,
            LookBackView view,
            LookBackResultEncoder result,
            long... values) {
        long seq = event.sourcePosition() - HEADER_LINES;
        return encode(seq, event, view.key(), "", result, values);
    }

    /** Rows hold the event's number; the key is followed by a zero and a text. */
    private static boolean encode(
            long seq,
            Event<?> event,
            DirectBuffer key,
            String text,
            LookBackResultEncoder result,
            long... numbers) {
        result.eventTimeNs(event.eventTimeNs()).rows(seq);
        LookBackResultEncoder.ValuesEncoder values = result.valuesCount(numbers.length);
        for (long number : numbers) {
            values.next().scale((short) 0).mantissa().low(number).high(number >> 63);
        }
        String all = key.getStringWithoutLengthUtf8(0, key.capacity()) + '\0' + text;
        byte[] bytes = (text.isEmpty() ? all.substring(0, all.length() - 1) : all).getBytes(UTF_8);
        result.putKey(bytes, 0, bytes.length);
        return true;
    }

    /** A result as it was read. */
    private record Row(long seq, long ts, List<Long> values, String key, String text) {
        static Row of(UnsafeBuffer message) {
            LookBackResultDecoder result =
                    new Event<>(BuiltinMessages.LOOK_BACK_RESULT)
                            .wrap(message, 0, message.capacity())
                            .message();
            List<Long> numbers = new ArrayList<>();
            for (LookBackResultDecoder.ValuesDecoder value : result.values()) {
                numbers.add(value.mantissa().low());
            }
            byte[] key = new byte[result.keyLength()];
            result.getKey(key, 0, key.length);
            String[] texts = new String(key, UTF_8).split("\0", -1);
            return new Row(
                    result.rows(),
                    result.eventTimeNs() / NS_PER_MS,
                    numbers,
                    texts[0],
                    texts.length > 1 ? texts[1] : "");
        }

        String join(int... indexes) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < indexes.length; i++) {
                text.append(i == 0 ? "" : ",").append(values.get(indexes[i]));
            }
            return text.toString();
        }
    }

    private static CsvMapperBuilder mapper(
            String amount, String customer, String terminal, String txId) {
        CsvMapperBuilder mapper =
                CsvMapper.of(BuiltinMessages.CARD_TRANSACTION)
                        .time("eventTimeNs", "ts", TimeUnitFormat.MS)
                        .field("amount", amount)
                        .field("customer", customer);
        text(mapper, "terminal", terminal);
        text(mapper, "txId", txId);
        return mapper;
    }

    private static void text(CsvMapperBuilder mapper, String field, String column) {
        if (column == null) {
            mapper.unset(field);
        } else {
            mapper.field(field, column);
        }
    }

    private List<Row> cards(
            String input,
            CsvMapperBuilder mapper,
            Duration disorder,
            Function<Stream<CardTransactionDecoder>, Stream<LookBackResultDecoder>> body) {
        return run(
                input,
                BuiltinMessages.CARD_TRANSACTION,
                mapper,
                CardTransactionDecoder::eventTimeNs,
                disorder,
                body);
    }

    private <T extends MessageDecoderFlyweight> List<Row> run(
            String input,
            MessageType<T, ?> type,
            CsvMapperBuilder mapper,
            java.util.function.ToLongFunction<T> eventTimeNs,
            Duration disorder,
            Function<Stream<T>, Stream<LookBackResultDecoder>> body) {
        MemorySink results = new MemorySink();
        Pipeline pipeline =
                Pipeline.define(
                        "look-back",
                        p ->
                                body.apply(
                                                p.source(SOURCE, type)
                                                        .eventTime(
                                                                eventTimeNs,
                                                                Disorder.within(disorder))
                                                        .inOrder("in-order", Late.drop()))
                                        .sink("results", Sinks.memory(results)));
        Path file = SharedData.file(input);
        try (CsvReader reader =
                        new CsvReader(new GZIPInputStream(Files.newInputStream(file)), input);
                Engine engine = Engine.open(pipeline, config())) {
            CsvMapper rows = mapper.build(reader.readHeader());
            CsvIngest ingest =
                    new CsvIngest(engine.port(), 0, reader, rows, engine.resumePoint(SOURCE));
            ingest.skipConsumed();
            boolean more = true;
            while (more) {
                more = ingest.publish(Integer.MAX_VALUE);
            }
            engine.awaitDrained(engine.endSource(SOURCE, ingest.lastLine(), reader.sourceCheck()));
            engine.publishCounters();
            assertEquals(0, engine.counters().get("in-order.late"), input);
            assertEquals(0, engine.counters().get(SOURCE + ".rejected"), input);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return results.buffers().stream().map(Row::of).toList();
    }

    private EngineConfig config() {
        try {
            return EngineConfig.at(Files.createTempDirectory(folder, "engine"))
                    .durability(Durability.NONE)
                    .layout(Layout.SHARED)
                    .snapshotEvery(0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void assertRows(
            String expected, String header, List<Row> rows, Function<Row, String> line) {
        SharedData.assertSameRows(expected, header, rows.stream().map(line).toList());
    }
}
