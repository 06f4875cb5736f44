package io.penstock.testkit.harness;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Stages of all kinds put together at random: one behind another, in branches, under other keys.
 */
final class RandomPipeline {
    private final SplittableRandom random;
    private final List<Stream<KeyedValueDecoder>> streams = new ArrayList<>();
    private int stages;

    private RandomPipeline(long seed) {
        this.random = new SplittableRandom(seed);
    }

    static Pipeline define(long seed) {
        return Pipeline.define("random", p -> new RandomPipeline(seed).define(p));
    }

    private void define(Pipeline.Definition p) {
        int sources = 1 + random.nextInt(2);
        for (int i = 0; i < sources; i++) {
            Idle idle = random.nextInt(3) == 0 ? Idle.after(ms(30)) : Idle.never();
            streams.add(
                    p.source("source-" + i, BuiltinMessages.KEYED_VALUE)
                            .eventTime(
                                    KeyedValueDecoder::eventTimeNs,
                                    Disorder.within(ms(random.nextInt(30))),
                                    idle));
        }
        int count = 2 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            Stream<KeyedValueDecoder> made = stage("stage-" + stages++, any());
            made.sink("sink-" + stages, Sinks.memory(new MemorySink()));
            streams.add(made);
        }
    }

    /** Any stream so far, the latest more often than others. */
    private Stream<KeyedValueDecoder> any() {
        int last = streams.size() - 1;
        return streams.get(random.nextBoolean() ? last : random.nextInt(last + 1));
    }

    private Stream<KeyedValueDecoder> stage(String name, Stream<KeyedValueDecoder> in) {
        return switch (random.nextInt(9)) {
            case 0 -> in.filter(name, m -> (value(m) & 3) != 0);
            case 1 -> in.map(name, BuiltinMessages.KEYED_VALUE, RandomPipeline::tripled);
            case 2 -> in.inOrder(name, Late.drop());
            case 3 -> in.union(name, any());
            case 4 -> deduped(name, in);
            case 5 -> lookedBack(name, in);
            case 6 -> handled(name, in);
            default -> windowed(name, in);
        };
    }

    private Stream<KeyedValueDecoder> deduped(String name, Stream<KeyedValueDecoder> in) {
        Dedupe dedupe = random.nextBoolean() ? Dedupe.lastRows(4) : Dedupe.within(ms(20));
        return random.nextBoolean()
                ? in.keyByBytes(name + "-key", (m, to) -> m.getKey(to, 0, 100)).dedupe(name, dedupe)
                : in.keyBy(name + "-key", m -> value(m) % 5).dedupe(name, dedupe);
    }

    private Stream<KeyedValueDecoder> lookedBack(String name, Stream<KeyedValueDecoder> in) {
        LookBack lookBack = random.nextBoolean() ? LookBack.rows(3) : LookBack.within(ms(25));
        return in.keyBy(name + "-key", m -> value(m) % 3)
                .lookBack(name, lookBack)
                .aggregate(
                        BuiltinMessages.KEYED_VALUE,
                        (event, before, result) -> {
                            tripled(event, result);
                            result.value().mantissa(before.rows()).scale((short) 0);
                            return before.rows() != 2;
                        },
                        Rolling.count(),
                        Rolling.max(RandomPipeline::value));
    }

    private Stream<KeyedValueDecoder> handled(String name, Stream<KeyedValueDecoder> in) {
        boolean timers = random.nextBoolean();
        return random.nextBoolean()
                ? in.keyByBytes(name + "-key", (m, to) -> m.getKey(to, 0, 100))
                        .process(
                                name,
                                BuiltinMessages.KEYED_VALUE,
                                () -> timers ? new TimerHandler() : new AllStateHandler())
                : in.keyBy(name + "-key", m -> value(m) % 4)
                        .process(
                                name,
                                BuiltinMessages.KEYED_VALUE,
                                () -> timers ? new TimerHandler() : new AllStateHandler());
    }

    private Stream<KeyedValueDecoder> windowed(String name, Stream<KeyedValueDecoder> in) {
        Windows windows =
                switch (random.nextInt(6)) {
                    case 0 -> Windows.sessions(ms(8 + random.nextInt(10)));
                    case 1 -> Windows.count(2 + random.nextInt(4));
                    case 2 -> Windows.cumulative(ms(60), ms(20));
                    case 3 -> Windows.global();
                    case 4 -> Windows.tumbling(ms(15));
                    default -> Windows.hopping(ms(10 + random.nextInt(40)), ms(15));
                };
        boolean isCount = windows instanceof Windows.Count;
        Duration lateness = isCount ? Duration.ZERO : ms(random.nextInt(2) * random.nextInt(60));
        Trigger trigger = isCount ? Trigger.onWatermark() : trigger();
        return (random.nextBoolean()
                        ? in.keyByBytes(name + "-key", (m, to) -> m.getKey(to, 0, 100))
                        : in.keyBy(name + "-key", m -> value(m) % 4))
                .window(name, windows, Late.drop())
                .allowedLateness(lateness)
                .trigger(trigger)
                .aggregate(
                        BuiltinMessages.KEYED_VALUE,
                        RandomPipeline::encode,
                        Aggregates.count(),
                        Aggregates.sum(RandomPipeline::value),
                        Aggregates.first(RandomPipeline::value),
                        Aggregates.last(RandomPipeline::value));
    }

    private Trigger trigger() {
        if (random.nextInt(5) == 0) {
            return Trigger.finalOnly();
        }
        Trigger trigger = Trigger.onWatermark();
        if (random.nextInt(3) == 0) {
            trigger = trigger.early(ms(1 + random.nextInt(30)));
        }
        if (random.nextInt(4) == 0) {
            trigger = trigger.earlyByClock(ms(1 + random.nextInt(30)));
        }
        return random.nextBoolean() ? trigger.retracting() : trigger;
    }

    private static void encode(WindowView window, KeyedValueEncoder result) {
        long value = window.longValue(0);
        for (int i = 1; i < window.count(); i++) {
            value = value * 31 + window.longValue(i);
        }
        // Kept small: a value that grew from stage to stage would end in an overflow.
        result.eventTimeNs(window.startNs());
        result.value()
                .mantissa(value % 1000 + window.kind().letter() + window.triggerRow())
                .scale((short) 0);
        result.putKey(window.key(), 0, window.key().capacity());
    }

    private static void tripled(Event<KeyedValueDecoder> event, KeyedValueEncoder result) {
        KeyedValueDecoder message = event.message();
        result.eventTimeNs(event.eventTimeNs());
        result.value().mantissa(3 * (value(message) % 1000) + 1).scale((short) 0);
        byte[] key = new byte[message.keyLength()];
        message.getKey(key, 0, key.length);
        result.putKey(key, 0, key.length);
    }

    private static long value(KeyedValueDecoder message) {
        return message.value().mantissa();
    }

    private static Duration ms(int value) {
        return Duration.ofMillis(value);
    }
}
