package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.AggregateSettings;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.LateEventEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvMapperBuilder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.pipeline.WindowedStream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Windows;
import java.util.Map;

/** Pipeline {@code aggregate}: windows per key over one exact decimal. */
final class AggregateDefinition {
    private static final int FIXED_LENGTH = 128;

    /** The value of an event, at the scale it was written with. */
    private static final NumberOf<KeyedValueDecoder> VALUE =
            new NumberOf<>() {
                @Override
                public long mantissa(KeyedValueDecoder event) {
                    return event.value().mantissa();
                }

                @Override
                public int scale(KeyedValueDecoder event) {
                    return event.value().scale();
                }
            };

    private AggregateDefinition() {}

    static Definition of(AggregateSettings settings) {
        CsvFormat output = new AggregateFormat(settings);
        CsvFormat late = new LateFormat(settings, settings.keys().size(), settings.value() != null);
        Pipeline pipeline =
                Pipeline.define(
                        settings.pipeline(),
                        p -> {
                            Definition.parameters(p, settings);
                            EventTimeStream<KeyedValueDecoder> events =
                                    p.source(Definition.SOURCE, BuiltinMessages.KEYED_VALUE)
                                            .eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    new Disorder(settings.disorderNs()));
                            results(settings, events).sink(Definition.OUTPUT, Sinks.csv(output));
                            events.side(Definition.LATE)
                                    .map(
                                            "late-row",
                                            BuiltinMessages.LATE_EVENT,
                                            AggregateDefinition::late)
                                    .sink(Definition.LATE, Sinks.csv(late));
                            events.rejected()
                                    .sink(
                                            Definition.DEAD_LETTERS,
                                            Sinks.csv(new DeadLetterFormat()));
                        });
        return new Definition(
                pipeline,
                mapper(settings),
                FIXED_LENGTH + settings.keys().size() * (Definition.MAX_KEY_LENGTH + 2),
                Map.of(
                        Definition.OUTPUT,
                        output,
                        Definition.LATE,
                        late,
                        Definition.DEAD_LETTERS,
                        new DeadLetterFormat()));
    }

    private static Stream<WindowResultDecoder> results(
            AggregateSettings settings, Stream<KeyedValueDecoder> events) {
        WindowedStream<KeyedValueDecoder> windows =
                events.keyByBytes(
                                "by-key",
                                (event, target) -> event.getKey(target, 0, target.capacity()))
                        .window(
                                "windows",
                                new Windows.Aligned(
                                        settings.window().sizeNs(), settings.window().everyNs()),
                                Late.toSide(Definition.LATE));
        if (settings.value() == null) {
            return windows.aggregate(Aggregates.count());
        }
        return windows.aggregate(
                Aggregates.count(),
                Aggregates.sum(VALUE),
                Aggregates.min(VALUE),
                Aggregates.max(VALUE),
                Aggregates.first(VALUE),
                Aggregates.last(VALUE));
    }

    private static CsvMapperBuilder mapper(AggregateSettings settings) {
        CsvMapperBuilder mapper =
                CsvMapper.of(BuiltinMessages.KEYED_VALUE)
                        .time("eventTimeNs", settings.time(), Definition.timeFormat(settings))
                        .key("key", settings.keys());
        return settings.value() == null
                ? mapper.unset("value")
                : mapper.field("value", settings.value());
    }

    private static void late(Event<KeyedValueDecoder> event, LateEventEncoder row) {
        KeyedValueDecoder message = event.message();
        row.line(event.sourcePosition()).eventTimeNs(event.eventTimeNs());
        row.value().mantissa(message.value().mantissa()).scale(message.value().scale());
        int length = message.keyLength();
        int start = message.limit() + KeyedValueDecoder.keyHeaderLength();
        row.putKey(message.buffer(), start, length);
    }
}
