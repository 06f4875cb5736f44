package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.AccountTotalsDecoder;
import io.penstock.benchmarks.codecs.AccountTotalsEncoder;
import io.penstock.benchmarks.codecs.PaymentDecoder;
import io.penstock.engine.egress.CountingSink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.agrona.concurrent.UnsafeBuffer;

/** The workloads as pipelines: payments by account, one {@code AccountTotals} a result. */
final class Pipelines {
    static final String SOURCE = "payments";

    private static final int LONG_DAYS = 3_650;

    private Pipelines() {}

    /** W2: tumbling windows of a second. */
    static Pipeline tumbling(SinkSpec results) {
        return windows(Windows.tumbling(Duration.ofMillis(Events.WINDOW_MS)), results);
    }

    /** Totals of all accounts in one window that never ends: as much state as there are keys. */
    static Pipeline totals(SinkSpec results) {
        return windows(Windows.tumbling(Duration.ofDays(LONG_DAYS)), results);
    }

    /** Sum, count and maximum of the amount per account and window. */
    static Pipeline windows(Windows windows, SinkSpec results) {
        return define(accounts -> aggregate(accounts, windows).sink("totals", results));
    }

    private static Stream<AccountTotalsDecoder> aggregate(
            KeyedStream<PaymentDecoder> accounts, Windows windows) {
        return accounts.window("windows", windows, Late.drop())
                .aggregate(
                        Messages.ACCOUNT_TOTALS,
                        Pipelines::encode,
                        Aggregates.sum(PaymentDecoder::amount),
                        Aggregates.count(),
                        Aggregates.max(PaymentDecoder::amount));
    }

    /** The totals of an account since it was last quiet, when it has been quiet for so long, ms. */
    static Pipeline quiet(long quietMs, SinkSpec results) {
        return define(accounts -> quiet(accounts, quietMs).sink("totals", results));
    }

    private static Stream<AccountTotalsDecoder> quiet(
            KeyedStream<PaymentDecoder> accounts, long quietMs) {
        return accounts.process(
                "quiet-accounts",
                Messages.ACCOUNT_TOTALS,
                () -> new Quiet(TimeUnit.MILLISECONDS.toNanos(quietMs)));
    }

    /** Keeps the totals of each account in a handler's state, and gives no results. */
    static Pipeline sums(SinkSpec results) {
        return define(
                accounts ->
                        accounts.process("sums", Messages.ACCOUNT_TOTALS, Sums::new)
                                .sink("totals", results));
    }

    /** W4: alerts of payments that come too fast and add up to too much. */
    static Pipeline velocity(SinkSpec alerts) {
        return define(
                accounts ->
                        accounts.process("velocity", Messages.ACCOUNT_TOTALS, Velocity::new)
                                .sink("totals", alerts));
    }

    /**
     * W2, and each payment's id is told when its window has the payment: branches see an event in
     * the order in which they are declared.
     *
     * @param onProcessed called by the engine's thread
     */
    static Pipeline pacedTumbling(SinkSpec results, LongConsumer onProcessed) {
        Windows windows = Windows.tumbling(Duration.ofMillis(Events.WINDOW_MS));
        return Pipeline.define(
                "paced-totals",
                p -> {
                    Stream<PaymentDecoder> payments = payments(p);
                    aggregate(payments.keyBy("by-account", PaymentDecoder::account), windows)
                            .sink("totals", results);
                    payments.filter("clock", m -> tell(m, onProcessed))
                            .sink("none", Sinks.custom(new CountingSink()));
                });
    }

    private static boolean tell(PaymentDecoder payment, LongConsumer onProcessed) {
        onProcessed.accept(payment.paymentId());
        return false;
    }

    /** Each payment is a result: its id as the window's start, all else of it as the total. */
    static Pipeline echo(SinkSpec results) {
        return define(
                accounts ->
                        accounts.process("echo", Messages.ACCOUNT_TOTALS, () -> Pipelines::echo)
                                .sink("totals", results));
    }

    private static void echo(
            Event<PaymentDecoder> event, HandlerContext<AccountTotalsEncoder> context) {
        PaymentDecoder payment = event.message();
        context.begin()
                .account(payment.account())
                .windowStartNs(payment.paymentId())
                .total(
                        payment.account()
                                + payment.eventTimeMs()
                                + payment.amount()
                                + payment.merchant()
                                + payment.flags())
                .payments(1)
                .largest(payment.amount());
        context.emit();
    }

    /** W2 and {@link #quiet} beside each other. */
    static Pipeline everything(long quietMs, SinkSpec windows, SinkSpec quiet) {
        return define(
                accounts -> {
                    aggregate(accounts, Windows.tumbling(Duration.ofMillis(Events.WINDOW_MS)))
                            .sink("totals", windows);
                    quiet(accounts, quietMs).sink("quiet", quiet);
                });
    }

    private static Pipeline define(Consumer<KeyedStream<PaymentDecoder>> stages) {
        return Pipeline.define(
                "account-totals",
                p -> stages.accept(payments(p).keyBy("by-account", PaymentDecoder::account)));
    }

    private static Stream<PaymentDecoder> payments(Pipeline.Definition p) {
        return p.source(SOURCE, Messages.PAYMENT)
                .eventTime(
                        m -> TimeUnit.MILLISECONDS.toNanos(m.eventTimeMs()),
                        Disorder.within(Duration.ofMillis(Events.DISORDER_MS)));
    }

    private static void encode(WindowView window, AccountTotalsEncoder totals) {
        totals.account(window.longKey())
                .windowStartNs(window.startNs())
                .total(window.longValue(0))
                .payments(window.longValue(1))
                .largest(window.longValue(2));
    }

    /** Sum, count and maximum, and nothing else. */
    private static final class Sums implements Handler<PaymentDecoder, AccountTotalsEncoder> {
        private static final int SUM = 0;
        private static final int COUNT = 8;
        private static final int MAX = 16;
        private static final int LENGTH = 24;

        private ValueState sums;

        @Override
        public void open(HandlerSetup setup) {
            sums = setup.value("sums", LENGTH);
        }

        @Override
        public void onEvent(
                Event<PaymentDecoder> event, HandlerContext<AccountTotalsEncoder> context) {
            UnsafeBuffer state = sums.update();
            long amount = event.message().amount();
            state.putLong(SUM, state.getLong(SUM) + amount);
            state.putLong(COUNT, state.getLong(COUNT) + 1);
            state.putLong(MAX, Math.max(state.getLong(MAX), amount));
        }
    }

    /** A timer per account, moved by each payment. */
    private static final class Quiet implements Handler<PaymentDecoder, AccountTotalsEncoder> {
        private static final int START_NS = 0;
        private static final int LAST_NS = 8;
        private static final int SUM = 16;
        private static final int COUNT = 24;
        private static final int MAX = 32;
        private static final int LENGTH = 40;

        private final long quietNs;
        private ValueState totals;

        Quiet(long quietNs) {
            this.quietNs = quietNs;
        }

        @Override
        public void open(HandlerSetup setup) {
            totals = setup.value("totals", LENGTH);
        }

        @Override
        public void onEvent(
                Event<PaymentDecoder> event, HandlerContext<AccountTotalsEncoder> context) {
            UnsafeBuffer state = totals.update();
            long timeNs = event.eventTimeNs();
            long amount = event.message().amount();
            long count = state.getLong(COUNT);
            if (count == 0) {
                state.putLong(START_NS, timeNs);
            }
            if (count == 0 || timeNs > state.getLong(LAST_NS)) {
                state.putLong(LAST_NS, timeNs);
                context.schedule(0, timeNs + quietNs);
            }
            state.putLong(SUM, state.getLong(SUM) + amount);
            state.putLong(COUNT, count + 1);
            state.putLong(MAX, Math.max(state.getLong(MAX), amount));
        }

        @Override
        public void onTimer(
                long timerId, long timeNs, HandlerContext<AccountTotalsEncoder> context) {
            UnsafeBuffer state = totals.read();
            context.begin()
                    .account(context.longKey())
                    .windowStartNs(state.getLong(START_NS))
                    .total(state.getLong(SUM))
                    .payments(state.getLong(COUNT))
                    .largest(state.getLong(MAX));
            context.emit();
            totals.remove();
        }
    }
}
