package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.RejectReason;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.operator.Emitter;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.DeadLetterDecoder;
import io.penstock.examples.sbe.DeadLetterEncoder;
import io.penstock.examples.sbe.OrderDecoder;
import io.penstock.examples.sbe.OrderEncoder;
import io.penstock.examples.sbe.TillReceiptDecoder;
import io.penstock.examples.sbe.WebOrderDecoder;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Extract, transform, load, without losing a row: orders of a web shop and receipts of tills, which
 * look different, become orders of one form. Those that hold go to a file and into revenues by the
 * hour; what cannot be read, and what can be read but cannot be, goes to the dead letters with line
 * and reason. Rows in are rows out: every one stands in exactly one of the two files.
 */
public final class StreamingEtl {
    static final String WEB = "web";
    static final String TILL = "till";
    private static final Duration DISORDER = Duration.ofMinutes(10);
    private static final Set<String> COUNTRIES = Set.of("AT", "CH", "DE");
    private static final long MOST_CENTS = 10_000_000;

    private static final CsvFormat ORDERS =
            CsvFormat.of(
                    Messages.ORDER,
                    List.of("time", "amount", "channel", "id", "country"),
                    (order, line) ->
                            line.time(order.eventTimeNs())
                                    .decimal(order.cents(), 2)
                                    .field(order.channel())
                                    .field(order.id())
                                    .field(order.country()));
    private static final CsvFormat REVENUE =
            CsvFormat.of(
                    Messages.REVENUE,
                    List.of("hour", "orders", "amount", "channel"),
                    (revenue, line) ->
                            line.time(revenue.windowStartNs())
                                    .field(revenue.orders())
                                    .decimal(revenue.cents(), 2)
                                    .field(revenue.channel()));
    private static final CsvFormat DEAD_LETTERS =
            CsvFormat.of(
                    Messages.DEAD_LETTER,
                    List.of("line", "source", "reason", "row"),
                    (letter, line) ->
                            line.field(letter.line())
                                    .field(letter.source())
                                    .field(letter.reason())
                                    .field(letter.row()));

    private StreamingEtl() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "etl",
                p -> {
                    EventTimeStream<WebOrderDecoder> web =
                            p.source("web", Messages.WEB_ORDER)
                                    .eventTime(
                                            WebOrderDecoder::placedNs, Disorder.within(DISORDER));
                    EventTimeStream<TillReceiptDecoder> tills =
                            p.source("tills", Messages.TILL_RECEIPT)
                                    .eventTime(
                                            TillReceiptDecoder::soldNs, Disorder.within(DISORDER));
                    Stream<OrderDecoder> all =
                            web.map("web-order", Messages.ORDER, StreamingEtl::ofWeb)
                                    .union(
                                            "orders",
                                            tills.map(
                                                    "till-order",
                                                    Messages.ORDER,
                                                    StreamingEtl::ofTill));

                    Stream<OrderDecoder> good = all.filter("good", o -> fault(o) == null);
                    good.sink("orders", Sinks.csv(ORDERS));
                    good.keyByBytes(
                                    "by-channel",
                                    (order, key) -> order.getChannel(key, 0, key.capacity()))
                            .window("hours", Windows.tumbling(Duration.ofHours(1)), Late.drop())
                            .allowedLateness(Duration.ofDays(1))
                            .aggregate(
                                    Messages.REVENUE,
                                    (window, revenue) ->
                                            revenue.windowStartNs(window.startNs())
                                                    .orders(window.longValue(0))
                                                    .cents(window.longValue(1))
                                                    .putChannel(
                                                            window.key(),
                                                            0,
                                                            window.key().capacity()),
                                    Aggregates.count(),
                                    Aggregates.sum(OrderDecoder::cents))
                            .sink("revenue", Sinks.csv(REVENUE));

                    Stream<DeadLetterDecoder> bad =
                            all.flatMap("bad", Messages.DEAD_LETTER, StreamingEtl::bury);
                    bad.union("and-web", unread("web-unread", WEB, web.rejected()))
                            .union("and-till", unread("till-unread", TILL, tills.rejected()))
                            .sink("dead-letters", Sinks.csv(DEAD_LETTERS));
                });
    }

    private static void ofWeb(Event<WebOrderDecoder> event, OrderEncoder order) {
        WebOrderDecoder web = event.message();
        order.eventTimeNs(web.placedNs())
                .cents(web.cents())
                .line(event.sourcePosition())
                .channel(WEB)
                .id(web.id())
                .country(web.country());
    }

    private static void ofTill(Event<TillReceiptDecoder> event, OrderEncoder order) {
        TillReceiptDecoder receipt = event.message();
        order.eventTimeNs(receipt.soldNs())
                .cents(receipt.cents())
                .line(event.sourcePosition())
                .channel(TILL)
                .id(receipt.store() + "-" + receipt.receipt())
                .country("DE");
    }

    /** What is wrong with an order; null if nothing is. */
    private static String fault(OrderDecoder order) {
        if (order.cents() <= 0 || order.cents() > MOST_CENTS) {
            return "amount-out-of-range";
        }
        order.skipChannel();
        if (order.id().isEmpty()) {
            return "no-id";
        }
        return COUNTRIES.contains(order.country()) ? null : "unknown-country";
    }

    private static void bury(Event<OrderDecoder> event, Emitter<DeadLetterEncoder> letters) {
        String reason = fault(event.message());
        if (reason == null) {
            return;
        }
        OrderDecoder order = event.message();
        String channel = order.channel();
        String row = order.id() + " " + order.country() + " " + order.cents() + " cents";
        letters.begin().line(order.line()).source(channel).reason(reason).row(row);
        letters.emit();
    }

    /** Rows that could not be read; they are short, so that each comes in one part. */
    private static Stream<DeadLetterDecoder> unread(
            String stage, String source, Stream<RejectedRowDecoder> rows) {
        return rows.map(
                stage,
                Messages.DEAD_LETTER,
                (event, letter) -> {
                    RejectedRowDecoder row = event.message();
                    byte[] text = new byte[row.partLength()];
                    row.getPart(text, 0, text.length);
                    letter.line(row.line())
                            .source(source)
                            .reason(RejectReason.of(row.reason()).text())
                            .row(new String(text, StandardCharsets.UTF_8));
                });
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "web",
                            "web-orders",
                            CsvMapper.of(Messages.WEB_ORDER)
                                    .time("placedNs", "placed_at", TimeUnitFormat.ISO)
                                    .field("id", "order_id"))
                    .csv(
                            "tills",
                            "till-receipts",
                            CsvMapper.of(Messages.TILL_RECEIPT)
                                    .time("soldNs", "epoch_s", TimeUnitFormat.S)
                                    .decimal("cents", "total", 2))
                    .print(out, "orders", "revenue", "dead-letters");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
