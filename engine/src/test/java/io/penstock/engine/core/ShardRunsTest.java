package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Shards that take runs of records and fire runs of results give what one core gives that takes
 * every record by itself; wherever something fails, it fails at the same record, behind the same
 * results.
 */
final class ShardRunsTest {
    private static final int SEEDS = Integer.getInteger("penstock.seeds", 120);
    private static final int ENTRIES = 400;
    private static final int MANY = 9;

    /** Where an event, or a result, with the planted value fails. */
    private enum Place {
        NOWHERE,
        EVENT_TIME,
        KEY,
        AGGREGATE,
        RESULT,
        BEHIND
    }

    private static long value(KeyedValueDecoder message) {
        return message.value().mantissa();
    }

    /** A pipeline of a seed, and what fails in it. */
    private static final class Case {
        private final Random random;
        private final int planted;
        private final Place place;

        Case(long seed) {
            this.random = new Random(seed);
            this.planted = random.nextInt(500);
            List<Place> places = List.copyOf(EnumSet.allOf(Place.class));
            this.place = places.get(random.nextInt(places.size()));
        }

        private long failing(Place here, long value) {
            if (here == place && Math.floorMod(value, 500) == planted) {
                throw new IllegalArgumentException("planted in " + here);
            }
            return value;
        }

        Pipeline pipeline(int keys) {
            boolean hasTimers = random.nextInt(3) == 0;
            int lateness = random.nextInt(2) * random.nextInt(40);
            int disorder = random.nextInt(60);
            Windows windows =
                    random.nextBoolean()
                            ? Windows.tumbling(Duration.ofNanos(50 + random.nextInt(100)))
                            : Windows.hopping(
                                    Duration.ofNanos(100 + random.nextInt(50)),
                                    Duration.ofNanos(40));
            return Pipeline.define(
                    "runs",
                    p -> {
                        EventTimeStream<KeyedValueDecoder> events =
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                m -> {
                                                    failing(Place.EVENT_TIME, value(m));
                                                    return m.eventTimeNs();
                                                },
                                                new Disorder(disorder));
                        Stream<KeyedValueDecoder> results =
                                events.keyBy("key", m -> failing(Place.KEY, value(m)) % keys)
                                        .window("window", windows, Late.toSide("late"))
                                        .allowedLateness(Duration.ofNanos(lateness))
                                        .aggregate(
                                                BuiltinMessages.KEYED_VALUE,
                                                this::encode,
                                                Aggregates.sum(
                                                        (KeyedValueDecoder m) ->
                                                                failing(Place.AGGREGATE, value(m))),
                                                Aggregates.count());
                        if (hasTimers) {
                            events.keyBy("modulo", m -> value(m) % 7)
                                    .process(
                                            "timers",
                                            BuiltinMessages.KEYED_VALUE,
                                            () -> new Chatty())
                                    .sink("chat", Sinks.memory(new MemorySink()));
                        }
                        events.side("late").sink("late", Sinks.memory(new MemorySink()));
                        results.filter("behind", m -> failing(Place.BEHIND, value(m)) % 5 != 0)
                                .keyBy("other-key", m -> value(m) % 3)
                                .window(
                                        "second",
                                        Windows.tumbling(Duration.ofNanos(70)),
                                        Late.drop())
                                .aggregate(
                                        BuiltinMessages.KEYED_VALUE,
                                        (view, result) ->
                                                RandomPipeline.put(
                                                        result, view.endNs(), view.longValue(0)),
                                        Aggregates.count())
                                .sink("counts", Sinks.memory(new MemorySink()));
                    });
        }

        void encode(WindowView view, KeyedValueEncoder result) {
            long sum = view.longValue(0) + view.longValue(1);
            RandomPipeline.put(result, view.endNs(), failing(Place.RESULT, sum));
        }

        /** Gives more at once than an exchange holds, when a timer fires. */
        private final class Chatty implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
            @Override
            public void onEvent(
                    Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
                long value = value(event.message());
                context.schedule(value % MANY, event.eventTimeNs() + value % 30);
            }

            @Override
            public void onTimer(
                    long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
                for (int i = 0; i <= timerId; i++) {
                    long result = timeNs * 13 + context.longKey() * 7 + i;
                    RandomPipeline.put(context.begin(), timeNs, failing(Place.RESULT, result));
                    context.emit();
                }
            }
        }

        /** What comes out, what is counted, and how it ends. */
        List<String> outs(ShardedRun run, int end) {
            List<String> outs = new ArrayList<>();
            try {
                run.runTo(end);
                outs.addAll(run.outs());
                run.counts().forEach((name, count) -> outs.add(name + "=" + count));
                outs.add("hash " + run.core().stateHash());
            } catch (StepFailure e) {
                run.drain();
                outs.addAll(run.outs());
                outs.add(e.getMessage());
                assertThrows(StepFailure.class, () -> run.runTo(end));
            }
            return outs;
        }
    }

    @Test
    void shouldGiveAndFailAsOneCoreDoesThatTakesEachRecordByItself() {
        int failed = 0;
        long together = 0;
        long firedTogether = 0;
        long shardsTogether = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            Case made = new Case(seed);
            int keys = 1 + made.random.nextInt(40);
            int shards = 2 + made.random.nextInt(3);
            Pipeline pipeline = made.pipeline(keys);
            List<ShardedRun.Entry> entries = ShardedRun.entries(made.random, 1, ENTRIES);
            String what = "seed " + seed + ", shards " + shards + ", planted in " + made.place;
            long before = NativeMemory.liveBytes();
            List<String> expected;
            try (ShardedRun run = new ShardedRun(pipeline, entries, ShardConfig.NONE, seed)) {
                expected = made.outs(run, entries.size());
            }
            ShardConfig config = new ShardConfig(shards, 1 << (10 + made.random.nextInt(7)));
            List<String> actual;
            try (ShardedRun run = new ShardedRun(pipeline, entries, config, seed).running()) {
                actual = made.outs(run, entries.size());
                together += run.core().together();
                firedTogether += run.core().firedTogether();
                for (Core shard : run.core().shards()) {
                    shardsTogether += shard.together();
                }
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(what, e);
            }
            for (int i = 0; i < Math.min(expected.size(), actual.size()); i++) {
                assertEquals(expected.get(i), actual.get(i), "line " + i + " of " + what);
            }
            assertEquals(expected.size(), actual.size(), what);
            assertEquals(before, NativeMemory.liveBytes(), what);
            failed += expected.get(expected.size() - 1).startsWith("hash") ? 0 : 1;
        }
        assertTrue(failed > SEEDS / 4 && failed < SEEDS, "failed: " + failed);
        assertTrue(together > 5L * SEEDS, "together: " + together);
        assertTrue(shardsTogether > 5L * SEEDS, "on shards: " + shardsTogether);
        assertTrue(firedTogether > SEEDS, "fired together: " + firedTogether);
    }

    /** An error may not come again: it is told although its event was one of many. */
    @Test
    void shouldTellAnErrorOfAnEventAmongOthersOnAShard() {
        Pipeline pipeline =
                Pipeline.define(
                        "errors",
                        p ->
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs, new Disorder(1000))
                                        .keyBy("key", m -> value(m) % 5)
                                        .window(
                                                "window",
                                                Windows.tumbling(Duration.ofNanos(10_000)),
                                                Late.drop())
                                        .aggregate(
                                                BuiltinMessages.KEYED_VALUE,
                                                (view, result) ->
                                                        RandomPipeline.put(result, view.endNs(), 1),
                                                Aggregates.sum(ShardRunsTest::overflowing),
                                                Aggregates.count())
                                        .sink("out", Sinks.memory(new MemorySink())));
        List<ShardedRun.Entry> entries = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            entries.add(ShardedRun.event(0, 1000 + i, i, 500 + i, i));
        }
        for (long seed = 1; seed <= 20; seed++) {
            try (ShardedRun run =
                    new ShardedRun(pipeline, entries, ShardConfig.of(2), seed).running()) {
                StepFailure failure =
                        assertThrows(StepFailure.class, () -> run.runTo(100), "seed " + seed);
                assertEquals(StackOverflowError.class, failure.getCause().getClass());
                assertEquals("window", failure.stage());
            }
        }
    }

    private static long overflowing(KeyedValueDecoder message) {
        if (value(message) == 61) {
            throw new StackOverflowError("as bad as it gets");
        }
        return value(message);
    }
}
