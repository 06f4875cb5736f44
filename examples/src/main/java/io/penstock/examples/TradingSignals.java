package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.rolling.Ewma;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.LookBackView;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.WideNumber;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.AveragesDecoder;
import io.penstock.examples.sbe.AveragesEncoder;
import io.penstock.examples.sbe.CloseDecoder;
import io.penstock.examples.sbe.CloseEncoder;
import io.penstock.examples.sbe.Side;
import io.penstock.examples.sbe.SignalDecoder;
import io.penstock.examples.sbe.SignalEncoder;
import io.penstock.examples.sbe.TradeDecoder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * When to buy and when to sell, as in the DEBS 2022 Grand Challenge: of the last prices of each
 * minute two exponential moving averages are kept, over 38 and over 100 minutes that had trades;
 * buy when the fast one crosses the slow one upwards, sell when it crosses it downwards.
 *
 * <p>All in integers: averages have four digits after the point, so that every machine gives the
 * same signals.
 */
public final class TradingSignals {
    static final Duration MINUTE = Duration.ofMinutes(1);
    static final Duration DISORDER = Duration.ofSeconds(1);
    static final int FAST = 38;
    static final int SLOW = 100;
    static final int SCALE = 4;

    private static final NumberOf<TradeDecoder> PRICE =
            NumberOf.decimal(trade -> trade.price().mantissa(), trade -> trade.price().scale());
    private static final NumberOf<CloseDecoder> CLOSE =
            NumberOf.decimal(close -> close.price().mantissa(), close -> close.price().scale());

    private static final CsvFormat SIGNALS =
            CsvFormat.of(
                    Messages.SIGNAL,
                    List.of("minute_end", "signal", "price", "ema_38", "ema_100", "symbol"),
                    TradingSignals::print);

    private TradingSignals() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "trading",
                p ->
                        p.source("trades", Messages.TRADE)
                                .eventTime(TradeDecoder::eventTimeNs, Disorder.within(DISORDER))
                                .keyByBytes(
                                        "by-symbol",
                                        (trade, key) -> trade.getSymbol(key, 0, key.capacity()))
                                .window("minutes", Windows.tumbling(MINUTE), Late.drop())
                                .aggregate(
                                        Messages.CLOSE,
                                        TradingSignals::close,
                                        Aggregates.last(PRICE))
                                .keyByBytes(
                                        "by-closed",
                                        (close, key) -> close.getSymbol(key, 0, key.capacity()))
                                .lookBack("averages", LookBack.all())
                                .aggregate(
                                        Messages.AVERAGES,
                                        TradingSignals::averages,
                                        Ewma.rows(CLOSE, FAST, SCALE),
                                        Ewma.rows(CLOSE, SLOW, SCALE))
                                .keyByBytes(
                                        "by-averaged",
                                        (averages, key) ->
                                                averages.getSymbol(key, 0, key.capacity()))
                                .process("crossings", Messages.SIGNAL, Crossings::new)
                                .sink("signals", Sinks.csv(SIGNALS)));
    }

    private static void close(WindowView window, CloseEncoder close) {
        WideNumber price = window.value(0);
        close.minuteEndNs(window.endNs());
        close.price().mantissa(price.low()).scale((short) price.scale());
        close.putSymbol(window.key(), 0, window.key().capacity());
    }

    private static boolean averages(
            Event<CloseDecoder> event, LookBackView past, AveragesEncoder averages) {
        CloseDecoder close = event.message();
        averages.minuteEndNs(close.minuteEndNs());
        averages.price().mantissa(close.price().mantissa()).scale(close.price().scale());
        averages.fast().mantissa(past.mantissa(0)).scale((short) SCALE);
        averages.slow().mantissa(past.mantissa(1)).scale((short) SCALE);
        averages.putSymbol(past.key(), 0, past.key().capacity());
        return true;
    }

    /** State of a symbol: which average was above the other the minute before, if any was. */
    private static final class Crossings implements Handler<AveragesDecoder, SignalEncoder> {
        private static final long ABOVE = 1;
        private static final long BELOW = 2;

        private ValueState before;

        @Override
        public void open(HandlerSetup setup) {
            before = setup.value("before", Long.BYTES);
        }

        @Override
        public void onEvent(Event<AveragesDecoder> event, HandlerContext<SignalEncoder> context) {
            AveragesDecoder averages = event.message();
            long fast = averages.fast().mantissa();
            long slow = averages.slow().mantissa();
            UnsafeBuffer state = before.update();
            long was = state.getLong(0);
            if (fast > slow) {
                state.putLong(0, ABOVE);
                if (was == BELOW) {
                    signal(averages, Side.BUY, context);
                }
            } else if (fast < slow) {
                state.putLong(0, BELOW);
                if (was == ABOVE) {
                    signal(averages, Side.SELL, context);
                }
            }
        }

        private static void signal(
                AveragesDecoder averages, Side side, HandlerContext<SignalEncoder> context) {
            SignalEncoder signal = context.begin();
            signal.minuteEndNs(averages.minuteEndNs()).side(side);
            signal.price().mantissa(averages.price().mantissa()).scale(averages.price().scale());
            signal.fast().mantissa(averages.fast().mantissa()).scale((short) SCALE);
            signal.slow().mantissa(averages.slow().mantissa()).scale((short) SCALE);
            DirectBuffer symbol = context.key();
            signal.putSymbol(symbol, 0, symbol.capacity());
            context.emit();
        }
    }

    private static void print(SignalDecoder signal, CsvLine line) {
        line.time(signal.minuteEndNs())
                .field(signal.side().name())
                .decimal(signal.price().mantissa(), signal.price().scale())
                .decimal(signal.fast().mantissa(), signal.fast().scale())
                .decimal(signal.slow().mantissa(), signal.slow().scale())
                .field(signal.symbol());
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "trades",
                            "trades",
                            CsvMapper.of(Messages.TRADE)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO))
                    .print(out, "signals");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
