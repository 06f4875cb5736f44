package io.penstock.cli;

import static io.penstock.cli.LookBackRun.encode;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.penstock.cli.oracle.SharedData;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.CardTransactionDecoder;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvMapperBuilder;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.LookBackView;
import io.penstock.engine.rolling.Rolling;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Look-backs over real data with known results, through an engine on a directory. */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class LookBackDataTest {
    /** More than any source here is disordered by: series follow one another in one input. */
    private static final Duration WHOLE_INPUT = Duration.ofDays(3650);

    private static final Duration IN_ORDER = Duration.ZERO;

    @TempDir Path folder;

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
                                                                && encodeCard(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        event.message().amount(),
                                                                        view.longValue(0)),
                                                Rolling.sum(CardTransactionDecoder::amount),
                                                Rolling.variance(
                                                        CardTransactionDecoder::amount, 0))),
                row -> row.seq() + "," + row.key() + "," + row.ts() + "," + row.join(0, 1));
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
                row -> row.seq() + "," + row.key() + "," + row.ts() + "," + row.join(0));
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
                                                                && encodeCard(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        view.longValue(0)),
                                                Rolling.sum(CardTransactionDecoder::amount))),
                row -> row.seq() + "," + row.key() + "," + row.ts() + "," + row.join(0));
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
                                                                && encodeCard(
                                                                        event,
                                                                        view,
                                                                        result,
                                                                        view.longValue(0)),
                                                Rolling.distinctBytes(
                                                        LookBackDataTest::copyTerminal, 8))),
                row -> row.seq() + "," + row.key() + "," + row.ts() + "," + row.join(0));
    }

    private static int copyTerminal(CardTransactionDecoder event, MutableDirectBuffer target) {
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
                row -> row.seq() + "," + row.key() + "," + row.ts() + "," + row.join(0, 1));
    }

    private static boolean farAboveAverage(
            Event<CardTransactionDecoder> event, LookBackView view, LookBackResultEncoder result) {
        long amount = event.message().amount();
        return view.rows() == 10
                && amount * 10 > 5 * view.longValue(0)
                && encodeCard(event, view, result, amount, view.longValue(0));
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
                                                                        result,
                                                                        event.message().amount()),
                                                Rolling.standardDeviation(
                                                        CardTransactionDecoder::amount, 2))),
                row -> row.seq() + "," + row.ts() + "," + row.join(0) + "," + row.key());
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
                row -> row.seq() + "," + row.ts() + "," + row.join(0) + "," + row.key());
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
                row -> row.seq() + "," + row.key() + "," + row.ts() + "," + row.join(0));
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
                                                        .dedupe("first", Dedupe.forever())),
                                        Duration.ofHours(1),
                                        3)),
                row ->
                        row.seq()
                                + ","
                                + row.key()
                                + ","
                                + row.text()
                                + ","
                                + row.ts()
                                + ","
                                + row.join(0));
    }

    private static int copyInvoice(CardTransactionDecoder event, MutableDirectBuffer target) {
        event.skipCustomer();
        event.skipTerminal();
        return event.getTxId(target, 0, target.capacity());
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
                                        && encodeWithCustomer(event, result, view.rows()),
                        Rolling.count());
    }

    private static boolean encodeCard(
            Event<CardTransactionDecoder> event,
            LookBackView view,
            LookBackResultEncoder result,
            long... values) {
        return encode(event.message().seq(), event, view.key(), "", result, values);
    }

    private static boolean encodeWithCustomer(
            Event<CardTransactionDecoder> event, LookBackResultEncoder result, long... values) {
        CardTransactionDecoder in = event.message();
        long seq = in.seq();
        UnsafeBuffer customer = new UnsafeBuffer(in.customer().getBytes(UTF_8));
        in.skipTerminal();
        return encode(seq, event, customer, in.txId(), result, values);
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

    private List<LookBackRun.Row> cards(
            String input,
            CsvMapperBuilder mapper,
            Duration disorder,
            Function<Stream<CardTransactionDecoder>, Stream<LookBackResultDecoder>> body) {
        return new LookBackRun(folder)
                .run(
                        input,
                        BuiltinMessages.CARD_TRANSACTION,
                        mapper,
                        CardTransactionDecoder::eventTimeNs,
                        disorder,
                        body);
    }

    private static void assertRows(
            String expected,
            String header,
            List<LookBackRun.Row> rows,
            Function<LookBackRun.Row, String> line) {
        SharedData.assertSameRows(expected, header, rows.stream().map(line).toList());
    }
}
