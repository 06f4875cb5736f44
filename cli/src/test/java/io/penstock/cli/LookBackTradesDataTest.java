package io.penstock.cli;

import static io.penstock.cli.LookBackRun.NS_PER_MS;
import static io.penstock.cli.LookBackRun.encode;

import io.penstock.cli.oracle.SharedData;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.BarDecoder;
import io.penstock.codecs.builtin.BarEncoder;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.codecs.builtin.TradeDecoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.Ewma;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.LookBackView;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Rounding;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/** Look-backs over real trades with known results, and over bars made of them. */
@EnabledIf(
        value = "io.penstock.cli.oracle.SharedData#isPresent",
        disabledReason = "the folder ../shared/data is not there")
final class LookBackTradesDataTest {
    private static final int HEADER_LINES = 2; // counted from 1, the header is the first
    private static final int EWMA_SCALE = 6;

    @TempDir Path folder;

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
                row -> row.seq() + "," + row.key() + "," + row.ts() + "," + row.join(0, 1));
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
                row -> row.seq() + "," + row.key() + "," + row.ts() + "," + row.join(0, 1));
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
                row -> row.seq() + "," + row.join(0));
    }

    @Test
    void shouldComputeExponentialMovingAveragesOfBars() {
        assertRows(
                "trades-xrpeth/expected/ema.csv",
                "symbol,window_start,close,ema_fast,ema_slow",
                trades(LookBackTradesDataTest::averages),
                row -> row.key() + "," + row.join(0, 1, 2, 3));
    }

    @Test
    void shouldSeeAveragesCross() {
        assertRows(
                "trades-xrpeth/expected/ema_crossover.csv",
                "symbol,window_start,window_end,signal,close",
                trades(
                        trades ->
                                averages(trades)
                                        .keyByBytes("symbol", LookBackTradesDataTest::copyKey)
                                        .lookBack("cross", LookBack.rows(1).excludingCurrent())
                                        .aggregate(
                                                BuiltinMessages.LOOK_BACK_RESULT,
                                                LookBackTradesDataTest::cross,
                                                Rolling.last(m -> value(m, 2)),
                                                Rolling.last(m -> value(m, 3)))),
                row -> {
                    String signal = row.values().get(2) > 0 ? "BUY" : "SELL";
                    long end = row.values().get(0) + Duration.ofMinutes(1).toMillis();
                    return row.key()
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
                        LookBackTradesDataTest::bar,
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

    private static int copyKey(LookBackResultDecoder message, MutableDirectBuffer target) {
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

    private List<LookBackRun.Row> trades(
            Function<Stream<TradeDecoder>, Stream<LookBackResultDecoder>> body) {
        return new LookBackRun(folder)
                .run(
                        "trades-xrpeth/trades.csv",
                        BuiltinMessages.TRADE,
                        CsvMapper.of(BuiltinMessages.TRADE)
                                .time("eventTimeNs", "ts", TimeUnitFormat.MS),
                        TradeDecoder::eventTimeNs,
                        Duration.ZERO,
                        body);
    }

    private static boolean encodeTrade(
            Event<TradeDecoder> event,
            LookBackView view,
            LookBackResultEncoder result,
            long... values) {
        long seq = event.sourcePosition() - HEADER_LINES;
        return encode(seq, event, view.key(), "", result, values);
    }

    private static void assertRows(
            String expected,
            String header,
            List<LookBackRun.Row> rows,
            Function<LookBackRun.Row, String> line) {
        SharedData.assertSameRows(expected, header, rows.stream().map(line).toList());
    }
}
