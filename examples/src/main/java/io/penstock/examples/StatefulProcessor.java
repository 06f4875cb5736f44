package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.examples.sbe.BalanceEncoder;
import io.penstock.examples.sbe.BookingDecoder;
import java.io.PrintStream;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * State per key by hand: the balance of each account, how many bookings made it and how low it ever
 * was. The state is a function of the journal, so it is the same after a kill at any moment.
 */
public final class StatefulProcessor {
    private static final CsvFormat BALANCES =
            CsvFormat.of(
                    Messages.BALANCE,
                    List.of("time", "account", "bookings", "balance", "lowest"),
                    (balance, line) ->
                            line.time(balance.eventTimeNs())
                                    .field(balance.account())
                                    .field(balance.bookings())
                                    .decimal(balance.cents(), 2)
                                    .decimal(balance.lowestCents(), 2));

    private StatefulProcessor() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "stateful-processor",
                p ->
                        p.source("bookings", Messages.BOOKING)
                                .eventTime(BookingDecoder::eventTimeNs, Disorder.none())
                                .keyBy("by-account", BookingDecoder::account)
                                .process("balance", Messages.BALANCE, Balances::new)
                                .sink("balances", Sinks.csv(BALANCES)));
    }

    /**
     * State of an account:
     *
     * <pre>
     *   0          8       16
     *   +----------+-------+--------+
     *   | bookings | cents | lowest |
     *   +----------+-------+--------+
     * </pre>
     */
    private static final class Balances implements Handler<BookingDecoder, BalanceEncoder> {
        private static final int BOOKINGS = 0;
        private static final int CENTS = 8;
        private static final int LOWEST = 16;
        private static final int LENGTH = 24;

        private ValueState accounts;

        @Override
        public void open(HandlerSetup setup) {
            accounts = setup.value("accounts", LENGTH);
        }

        @Override
        public void onEvent(Event<BookingDecoder> event, HandlerContext<BalanceEncoder> context) {
            UnsafeBuffer account = accounts.update();
            long bookings = account.getLong(BOOKINGS) + 1;
            long cents = account.getLong(CENTS) + event.message().cents();
            long lowest = Math.min(account.getLong(LOWEST), cents);
            account.putLong(BOOKINGS, bookings);
            account.putLong(CENTS, cents);
            account.putLong(LOWEST, lowest);
            context.begin()
                    .eventTimeNs(event.eventTimeNs())
                    .account(context.longKey())
                    .bookings(bookings)
                    .cents(cents)
                    .lowestCents(lowest);
            context.emit();
        }
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "bookings",
                            "bookings",
                            CsvMapper.of(Messages.BOOKING)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO))
                    .print(out, "balances");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
