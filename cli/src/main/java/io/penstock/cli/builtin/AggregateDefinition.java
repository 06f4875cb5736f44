package io.penstock.cli.builtin;

import io.penstock.cli.pipelines.AggregateColumns;
import io.penstock.cli.pipelines.AggregateSettings;
import io.penstock.cli.pipelines.AggregateSettings.Emit;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.WindowTopEncoder;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvMapperBuilder;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.pipeline.WindowedStream;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Ties;
import io.penstock.engine.window.WideNumber;
import io.penstock.engine.window.WindowView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Pipeline {@code aggregate}: windows per key over exact decimals. */
final class AggregateDefinition {
    private static final int FIXED_LENGTH = 256;

    private AggregateDefinition() {}

    static Definition of(AggregateSettings settings) {
        CsvFormat output =
                settings.columns().top() == null
                        ? new AggregateFormat(settings)
                        : new TopFormat(settings);
        CsvFormat late = new LateFormat(settings, settings.columns());
        Pipeline pipeline =
                Pipeline.define(
                        settings.pipeline(),
                        p -> {
                            Definition.parameters(p, settings);
                            if (settings.columns().isSimple()) {
                                simple(p, settings, output, late);
                            } else {
                                wide(p, settings, output, late);
                            }
                        });
        int texts = settings.columns().keys().size() + (settings.columns().isSimple() ? 0 : 2);
        return new Definition(
                pipeline,
                mapper(settings),
                FIXED_LENGTH + texts * (Definition.MAX_KEY_LENGTH + 2),
                Map.of(
                        Definition.OUTPUT,
                        output,
                        Definition.LATE,
                        late,
                        Definition.DEAD_LETTERS,
                        new DeadLetterFormat()));
    }

    private static void simple(
            Pipeline.Definition p, AggregateSettings settings, CsvFormat output, CsvFormat late) {
        var events = build(p, settings, AggregateEvents.simple(settings.columns()), output);
        events.side(Definition.LATE)
                .map("late-row", BuiltinMessages.LATE_EVENT, AggregateEvents::late)
                .sink(Definition.LATE, Sinks.csv(late));
        events.rejected().sink(Definition.DEAD_LETTERS, Sinks.csv(new DeadLetterFormat()));
    }

    private static void wide(
            Pipeline.Definition p, AggregateSettings settings, CsvFormat output, CsvFormat late) {
        var events = build(p, settings, AggregateEvents.wide(settings.columns()), output);
        events.side(Definition.LATE)
                .map("late-row", BuiltinMessages.LATE_VALUES, AggregateEvents::lateValues)
                .sink(Definition.LATE, Sinks.csv(late));
        events.rejected().sink(Definition.DEAD_LETTERS, Sinks.csv(new DeadLetterFormat()));
    }

    private static <T extends MessageDecoderFlyweight> EventTimeStream<T> build(
            Pipeline.Definition p,
            AggregateSettings settings,
            AggregateEvents<T> events,
            CsvFormat output) {
        EventTimeStream<T> stream =
                p.source(Definition.SOURCE, events.type())
                        .eventTime(
                                events.eventTimeNs(),
                                new Disorder(settings.disorderNs()),
                                new Idle(settings.idleNs()));
        results(settings, events, stream, output);
        return stream;
    }

    private static <T extends MessageDecoderFlyweight> void results(
            AggregateSettings settings,
            AggregateEvents<T> events,
            Stream<T> stream,
            CsvFormat output) {
        WindowedStream<T> windows =
                stream.keyByBytes("by-key", events.key())
                        .window("windows", settings.windows(), Late.toSide(Definition.LATE));
        if (settings.columns().top() != null) {
            windows.aggregate(
                            BuiltinMessages.WINDOW_TOP,
                            AggregateDefinition::encodeTop,
                            top(settings.columns(), events))
                    .sink(Definition.OUTPUT, Sinks.csv(output));
            return;
        }
        Aggregate<T>[] aggregates = aggregates(settings, events);
        if (settings.emit() == Emit.FINAL && !settings.windows().hasLineage()) {
            windows.aggregate(aggregates).sink(Definition.OUTPUT, Sinks.csv(output));
        } else {
            windows.firings(aggregates).sink(Definition.OUTPUT, Sinks.csv(output));
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
    private static <T extends MessageDecoderFlyweight> Aggregate<T>[] aggregates(
            AggregateSettings settings, AggregateEvents<T> events) {
        List<Aggregate<T>> all = new ArrayList<>();
        all.add(Aggregates.count());
        for (NumberOf<T> value : events.values()) {
            all.add(Aggregates.sum(value));
            if (settings.emit() == Emit.FINAL) {
                all.add(Aggregates.min(value));
                all.add(Aggregates.max(value));
                all.add(Aggregates.first(value));
                all.add(Aggregates.last(value));
            }
        }
        if (settings.columns().distinct() != null) {
            all.add(Aggregates.distinctBytes(events.counted()));
        }
        return all.toArray(new Aggregate[0]);
    }

    private static <T extends MessageDecoderFlyweight> Aggregate<T> top(
            AggregateColumns columns, AggregateEvents<T> events) {
        return columns.values().isEmpty()
                ? Aggregates.topBytesByCount(columns.topCount(), events.ranked(), ties(columns))
                : Aggregates.topBytesBySum(
                        columns.topCount(), events.ranked(), events.values().get(0), ties(columns));
    }

    private static Ties ties(AggregateColumns columns) {
        return columns.isTopByNumber() ? Ties.NUMBERS : Ties.BYTES;
    }

    private static void encodeTop(WindowView window, WindowTopEncoder result) {
        result.windowStartNs(window.startNs())
                .windowEndNs(window.endNs())
                .kind((byte) window.kind().letter())
                .watermarkNs(window.watermarkNs())
                .triggerRow(window.triggerRow())
                .revision(window.revision())
                .firstSequence(window.firstSequence())
                .lastSequence(window.lastSequence());
        int count = window.topCount(0);
        WindowTopEncoder.RanksEncoder ranks = result.ranksCount(count);
        for (int rank = 0; rank < count; rank++) {
            WideNumber score = window.topScore(0, rank);
            ranks.next().scale((short) score.scale());
            ranks.mantissa().low(score.low()).high(score.high());
            DirectBuffer text = window.topBytes(0, rank);
            ranks.putRanked(text, 0, text.capacity());
        }
        result.putKey(window.key(), 0, window.key().capacity());
    }

    private static CsvMapperBuilder mapper(AggregateSettings settings) {
        AggregateColumns columns = settings.columns();
        if (columns.isSimple()) {
            CsvMapperBuilder mapper =
                    CsvMapper.of(BuiltinMessages.KEYED_VALUE)
                            .time("eventTimeNs", columns.time(), Definition.timeFormat(settings))
                            .key("key", columns.keys());
            return columns.values().isEmpty()
                    ? mapper.unset("value")
                    : mapper.field("value", columns.values().get(0));
        }
        CsvMapperBuilder mapper =
                CsvMapper.of(BuiltinMessages.KEYED_VALUES)
                        .time("eventTimeNs", columns.time(), Definition.timeFormat(settings))
                        .key("key", columns.keys())
                        .key("counted", oneOrNone(columns.distinct()))
                        .key("ranked", oneOrNone(columns.top()));
        for (int i = 0; i < AggregateColumns.MAX_VALUES; i++) {
            String field = "value" + (i + 1);
            if (i < columns.values().size()) {
                mapper.field(field, columns.values().get(i));
            } else {
                mapper.unset(field);
            }
        }
        return mapper;
    }

    private static List<String> oneOrNone(String column) {
        return column == null ? List.of() : List.of(column);
    }
}
