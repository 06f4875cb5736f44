package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.WhenFull;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.shard.RemoteOperator;
import io.penstock.engine.shard.ShardAssignment;
import io.penstock.engine.state.KeyGroups;
import io.penstock.fault.PenstockException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is hard about shards, one by one. */
final class ShardsTest {
    private static final int SHARDS = 2;
    private static final int DISORDER_NS = 500;

    /** What the stage behind the handler drops, and what it fails on. */
    private static final long DROPPED = 777;

    private static final long PLANTED = 666;

    /** What an event tells the handler to do, beside its key. */
    private static final int OPERATIONS = 10;

    private static final int EMIT = 0;
    private static final int THROW = 1;
    private static final int EMIT_PLANTED_THEN_THROW = 2;
    private static final int TIMER_THAT_THROWS = 3;
    private static final int EMIT_MANY = 4;
    private static final int TIMER = 5;
    private static final int BACKWARDS = 6;
    private static final int KEY_THROWS = 7;

    private static final int MANY = 3_000;

    private static Pipeline pipeline() {
        return Pipeline.define(
                "shards",
                p ->
                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                .eventTime(
                                        KeyedValueDecoder::eventTimeNs, new Disorder(DISORDER_NS))
                                .keyBy("key", ShardsTest::key)
                                .process("logic", BuiltinMessages.KEYED_VALUE, Obedient::new)
                                .filter("behind", ShardsTest::isKept)
                                .sink("out", Sinks.memory(new MemorySink())));
    }

    private static long key(KeyedValueDecoder message) {
        long value = message.value().mantissa();
        if (value % OPERATIONS == KEY_THROWS) {
            throw new IllegalArgumentException("no key in " + value);
        }
        return value / OPERATIONS;
    }

    private static boolean isKept(KeyedValueDecoder message) {
        if (message.value().mantissa() == PLANTED) {
            throw new IllegalArgumentException("planted behind");
        }
        return message.value().mantissa() != DROPPED;
    }

    /** Does what the event says. */
    private static final class Obedient implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long timeNs = event.eventTimeNs();
            int operation = (int) (event.message().value().mantissa() % OPERATIONS);
            switch (operation) {
                case EMIT -> emit(context, timeNs, context.longKey());
                case THROW -> throw new IllegalArgumentException("planted");
                case EMIT_PLANTED_THEN_THROW -> {
                    emit(context, timeNs, PLANTED);
                    throw new IllegalArgumentException("planted");
                }
                case EMIT_MANY -> {
                    for (int i = 0; i < MANY; i++) {
                        emit(context, timeNs, DROPPED);
                    }
                    emit(context, timeNs, context.longKey());
                }
                default -> context.schedule(operation, timeNs);
            }
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            if (timerId == TIMER_THAT_THROWS) {
                throw new IllegalArgumentException("planted in a timer");
            }
            if (timerId == BACKWARDS) {
                context.schedule(TIMER, timeNs - 50);
            } else {
                emit(context, timeNs, context.longKey());
            }
        }

        private static void emit(
                HandlerContext<KeyedValueEncoder> context, long timeNs, long value) {
            RandomPipeline.put(context.begin(), timeNs, value);
            context.emit();
        }
    }

    private final List<ShardedRun.Entry> entries = new ArrayList<>();

    /** Adds an event for a key of one of two shards. */
    private void event(int shard, long eventTimeNs, int operation) {
        long key = 10L * entries.size();
        while (!new ShardAssignment(shard, SHARDS).owns(KeyGroups.group(KeyGroups.hash(key)))) {
            key++;
        }
        long value = key * OPERATIONS + operation;
        entries.add(ShardedRun.event(0, entries.size(), entries.size(), eventTimeNs, value));
    }

    /** What comes out with so many shards, and how it ends; the same in whatever order. */
    private List<String> outs(int shards) {
        List<String> outs = null;
        for (long seed = 1; seed <= 20; seed++) {
            ShardConfig config = new ShardConfig(shards, 1024);
            try (ShardedRun run = new ShardedRun(pipeline(), entries, config, seed)) {
                List<String> got = new ArrayList<>();
                try {
                    run.runTo(entries.size());
                    got.addAll(run.outs());
                } catch (StepFailure e) {
                    run.drain();
                    got.addAll(run.outs());
                    got.add(e.getMessage());
                    assertThrows(StepFailure.class, () -> run.runTo(entries.size()));
                }
                assertTrue(outs == null || outs.equals(got), "seed " + seed);
                outs = got;
            }
        }
        return outs;
    }

    private void requireSame(int results, String end) {
        List<String> expected = outs(1);
        assertEquals(results, expected.size());
        String last = expected.get(results - 1);
        assertTrue(last.contains(end), last);
        assertEquals(expected, outs(SHARDS));
    }

    @Test
    void shouldKeepTheOrderOfOneThreadWhenATimerSetsAnEarlierOne() {
        event(0, 100, BACKWARDS);
        event(1, 60, TIMER);
        event(0, 1_000, EMIT);

        requireSame(3, "/");
        assertTrue(outs(1).get(1).startsWith("0/2/1/"));
    }

    @Test
    void shouldFailAsOneThreadWouldWithAllResultsBeforeIt() {
        for (int shard = 0; shard < SHARDS; shard++) {
            entries.clear();
            event(0, 1, EMIT);
            event(1, 2, EMIT);
            event(shard, 3, THROW);
            event(0, 4, EMIT);
            event(1, 5, EMIT);

            requireSame(3, "stage logic failed at sequence 2 (source position 2)");
        }
    }

    @Test
    void shouldFailInTheFirstTimerThatThrowsInTheOrderOfOneThread() {
        event(0, 30, TIMER_THAT_THROWS);
        event(1, 20, TIMER_THAT_THROWS);
        event(0, 10, TIMER);
        event(1, 40, TIMER);
        event(0, 1_000, EMIT);

        requireSame(3, "stage logic failed at sequence 4");
    }

    @Test
    void shouldFailBehindTheShardsWhenThatComesFirst() {
        event(0, 1, EMIT);
        event(1, 2, EMIT_PLANTED_THEN_THROW);

        requireSame(2, "stage behind failed at sequence 1 (source position 1)");
    }

    @Test
    void shouldFailInTheStageWhoseKeyCannotBeRead() {
        event(0, 1, EMIT);
        event(1, 2, KEY_THROWS);

        requireSame(2, "stage logic failed at sequence 1");
    }

    @Test
    void shouldHandOverStepsThatAreLargerThanTheExchange() {
        event(0, 1, EMIT);
        event(1, 2, EMIT_MANY);
        event(0, 3, EMIT_MANY);
        event(1, 4, EMIT);

        requireSame(4, "/");
    }

    @Test
    void shouldSplitTheFirstKeyedStageOfEachPathAndRunWhatLeadsThereEverywhere() {
        Pipeline pipeline =
                Pipeline.define(
                        "split",
                        p -> {
                            EventTimeStream<KeyedValueDecoder> events =
                                    p.source("events", BuiltinMessages.KEYED_VALUE)
                                            .eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    Disorder.none());
                            events.filter("common", m -> true)
                                    .keyBy("key", m -> m.value().mantissa())
                                    .process("first", BuiltinMessages.KEYED_VALUE, Obedient::new)
                                    .filter("behind", m -> true)
                                    .keyBy("other-key", m -> m.value().mantissa() % 7)
                                    .process("second", BuiltinMessages.KEYED_VALUE, Obedient::new)
                                    .sink("results", Sinks.memory(new MemorySink()));
                            events.filter("aside", m -> true)
                                    .sink("others", Sinks.memory(new MemorySink()));
                        });
        try (OutputRing ring = new OutputRing(1 << 16);
                Core core = core(pipeline, ring)) {
            assertEquals(SHARDS, core.shards().size());
            for (Core shard : core.shards()) {
                assertEquals(List.of("events", "common", "first"), names(shard));
            }
            assertEquals(
                    List.of(
                            "events",
                            "common",
                            "first",
                            "behind",
                            "second",
                            "sink/results",
                            "aside",
                            "sink/others"),
                    names(core));
            for (Operator stage : core.operators()) {
                assertEquals(stage.name().equals("first"), stage instanceof RemoteOperator<?>);
            }
        }
    }

    private static Core core(Pipeline pipeline, OutputRing ring) {
        return Core.create(
                pipeline, new CoreLimits(1 << 24, 4096), 1, ring, ShardConfig.of(SHARDS));
    }

    private static List<String> names(Core core) {
        return core.operators().stream().map(Operator::name).toList();
    }

    @Test
    void shouldNotSplitStagesThatCountAllKeys() {
        Pipeline pipeline =
                Pipeline.define(
                        "counting",
                        p ->
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                        .keyBy("key", m -> m.value().mantissa())
                                        .dedupe("last", Dedupe.lastRows(5))
                                        .keyBy("same-key", m -> m.value().mantissa())
                                        .process(
                                                "limited",
                                                BuiltinMessages.KEYED_VALUE,
                                                Obedient::new,
                                                StateLimit.keys(3, WhenFull.REJECT_EVENT))
                                        .sink("out", Sinks.memory(new MemorySink())));
        assertFalse(pipeline.isSplittable());
        try (OutputRing ring = new OutputRing(1 << 16);
                Core core = core(pipeline, ring)) {
            assertEquals(List.of(), core.shards());
        }
    }

    @Test
    void shouldRefuseShardsOutOfRange() {
        for (int shards : new int[] {0, -1, ShardConfig.MAX_SHARDS + 1}) {
            PenstockException refused =
                    assertThrows(PenstockException.class, () -> ShardConfig.of(shards));
            assertEquals("shards must be 1 to 8: shards=" + shards, refused.getMessage());
        }
        assertThrows(PenstockException.class, () -> new ShardConfig(2, 1000));
    }

    @Test
    void shouldOwnEveryKeyGroupOnceWithAnyNumberOfShards() {
        for (int shards = 1; shards <= ShardConfig.MAX_SHARDS; shards++) {
            for (int group = 0; group < KeyGroups.COUNT; group++) {
                int owners = 0;
                for (int shard = 0; shard < shards; shard++) {
                    owners += new ShardAssignment(shard, shards).owns(group) ? 1 : 0;
                }
                assertEquals(1, owners, group + " of " + shards);
            }
        }
    }
}
