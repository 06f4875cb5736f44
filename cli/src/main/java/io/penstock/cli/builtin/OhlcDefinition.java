package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.OhlcSettings;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.BarEncoder;
import io.penstock.codecs.builtin.LateEventEncoder;
import io.penstock.codecs.builtin.TradeDecoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.WideNumber;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.util.Map;

/** Pipeline {@code ohlc}: bars of trades per symbol. */
final class OhlcDefinition {
    private static final int FIXED_LENGTH = 128;

    private static final int OPEN = 0;
    private static final int HIGH = 1;
    private static final int LOW = 2;
    private static final int CLOSE = 3;
    private static final int VOLUME = 4;
    private static final int TRADES = 5;
    private static final int NOTIONAL = 6;

    private OhlcDefinition() {}

    static Definition of(OhlcSettings settings) {
        CsvFormat output = new BarFormat(settings);
        CsvFormat late = new LateFormat(settings);
        CsvFormat deadLetters = new DeadLetterFormat();
        Pipeline pipeline =
                Pipeline.define(
                        settings.pipeline(),
                        p -> {
                            Definition.parameters(p, settings);
                            EventTimeStream<TradeDecoder> trades =
                                    p.source(Definition.SOURCE, BuiltinMessages.TRADE)
                                            .eventTime(
                                                    TradeDecoder::eventTimeNs,
                                                    new Disorder(settings.disorderNs()));
                            trades.keyByBytes(
                                            "by-symbol",
                                            (trade, target) ->
                                                    trade.getSymbol(target, 0, target.capacity()))
                                    .window(
                                            "bars",
                                            new Windows.Aligned(
                                                    settings.intervalNs(), settings.intervalNs()),
                                            Late.toSide(Definition.LATE))
                                    .aggregate(
                                            BuiltinMessages.BAR,
                                            OhlcDefinition::bar,
                                            Aggregates.first(TradeDecoder::price),
                                            Aggregates.max(TradeDecoder::price),
                                            Aggregates.min(TradeDecoder::price),
                                            Aggregates.last(TradeDecoder::price),
                                            Aggregates.sum(TradeDecoder::qty),
                                            Aggregates.count(),
                                            Aggregates.sumOfProducts(
                                                    TradeDecoder::price, TradeDecoder::qty))
                                    .sink(Definition.OUTPUT, Sinks.csv(output));
                            trades.side(Definition.LATE)
                                    .map(
                                            "late-row",
                                            BuiltinMessages.LATE_EVENT,
                                            OhlcDefinition::late)
                                    .sink(Definition.LATE, Sinks.csv(late));
                            trades.rejected().sink(Definition.DEAD_LETTERS, Sinks.csv(deadLetters));
                        });
        return new Definition(
                pipeline,
                CsvMapper.of(BuiltinMessages.TRADE)
                        .time("eventTimeNs", settings.time(), Definition.timeFormat(settings))
                        .field("price", settings.price())
                        .field("qty", settings.qty())
                        .key("symbol", java.util.List.of(settings.symbol())),
                FIXED_LENGTH + Definition.MAX_KEY_LENGTH,
                Map.of(
                        Definition.OUTPUT,
                        output,
                        Definition.LATE,
                        late,
                        Definition.DEAD_LETTERS,
                        deadLetters));
    }

    private static void bar(WindowView window, BarEncoder bar) {
        bar.windowStartNs(window.startNs()).windowEndNs(window.endNs());
        bar.openPrice(window.longValue(OPEN)).highPrice(window.longValue(HIGH));
        bar.lowPrice(window.longValue(LOW)).closePrice(window.longValue(CLOSE));
        WideNumber volume = window.value(VOLUME);
        bar.volume().low(volume.low()).high(volume.high());
        bar.trades(window.longValue(TRADES));
        WideNumber notional = window.value(NOTIONAL);
        bar.notional().low(notional.low()).high(notional.high());
        bar.putSymbol(window.key(), 0, window.key().capacity());
    }

    private static void late(Event<TradeDecoder> event, LateEventEncoder row) {
        TradeDecoder trade = event.message();
        row.line(event.sourcePosition()).eventTimeNs(event.eventTimeNs());
        row.value().mantissa(trade.price()).scale((short) 0);
        int length = trade.symbolLength();
        int start = trade.limit() + TradeDecoder.symbolHeaderLength();
        row.putKey(trade.buffer(), start, length);
    }
}
