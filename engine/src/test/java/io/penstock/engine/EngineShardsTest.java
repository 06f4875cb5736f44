package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.core.StepFailure;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An engine with shards, on threads of its own. */
@Timeout(120)
final class EngineShardsTest {
    private static final int EVENTS = 12_000;

    @TempDir Path directory;

    private final MemorySink windows = new MemorySink();
    private final MemorySink again = new MemorySink();
    private final MemorySink late = new MemorySink();
    private final MemorySink handled = new MemorySink();

    /** Windows, their results under another key, late events, a handler with timers. */
    private Pipeline pipeline() {
        return Pipeline.define(
                "sharded",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source(Totals.SOURCE, BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(0));
                    var results =
                            events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                                    .window(
                                            "windows",
                                            new Windows.Aligned(3, 2, 0),
                                            Late.toSide("late"))
                                    .aggregate(
                                            Aggregates.count(),
                                            Aggregates.sum(m -> m.value().mantissa()));
                    results.sink("windows", Sinks.memory(windows));
                    results.keyBy("start", m -> m.windowStartNs() % 3)
                            .window("again", new Windows.Aligned(50, 50, 0), Late.drop())
                            .aggregate(Aggregates.count())
                            .sink("again", Sinks.memory(again));
                    events.side("late").sink("late", Sinks.memory(late));
                    events.inOrder("ordered", Late.drop())
                            .keyBy("modulo", m -> m.value().mantissa() % 37)
                            .process("handler", BuiltinMessages.KEYED_VALUE, Timed::new)
                            .sink("handled", Sinks.memory(handled));
                });
    }

    /** Counts a key's events and says how many there were when it was silent for a while. */
    private static final class Timed implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private ValueState counts;

        @Override
        public void open(HandlerSetup setup) {
            counts = setup.value("counts", 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            counts.update().putLong(0, counts.update().getLong(0) + 1);
            context.schedule(0, event.eventTimeNs() + 5);
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            KeyedValueEncoder result = context.begin().eventTimeNs(timeNs);
            result.value().mantissa(counts.update().getLong(0)).scale((short) 0);
            result.putKey(new byte[] {(byte) context.longKey()}, 0, 1);
            context.emit();
            counts.remove();
        }
    }

    private EngineConfig config(String name, int shards, Layout layout) {
        return EngineConfig.at(directory.resolve(name))
                .ringCapacity(64)
                .batchLimit(16)
                .shards(shards)
                .layout(layout)
                .snapshotEvery(EVENTS / 5);
    }

    private String digest() {
        return List.of(windows, again, late, handled).stream().map(Totals::digest).toList()
                + " state ";
    }

    private String run(EngineConfig config) {
        try (Engine engine = Engine.open(pipeline(), config)) {
            Totals.publish(engine.publisher(Totals.SOURCE), 0, EVENTS);
            engine.awaitDrained(engine.endSource(Totals.SOURCE, EVENTS, 0));
            String answer = digest() + engine.stateHash();
            engine.publishCounters();
            return answer + " " + counts(engine.counters());
        }
    }

    private static List<String> counts(Map<String, Long> counters) {
        Set<String> counts = new TreeSet<>();
        counters.forEach(
                (label, value) -> {
                    if (!label.startsWith("latency")
                            && !label.equals("engine.timeNs")
                            && !label.endsWith(".sequence")
                            && !label.startsWith("snapshot.")
                            && !label.startsWith("recovery.")
                            && !label.equals("state.bytes")) {
                        counts.add(label + "=" + value);
                    }
                });
        return List.copyOf(counts);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void shouldGiveOnThreadsWhatOneCoreGives(Layout layout) {
        String expected = run(config("one", 1, Layout.SHARED));
        assertTrue(late.messages().size() > 100 && again.messages().size() > 10, expected);

        for (int shards = 2; shards <= 3; shards++) {
            assertEquals(expected, run(config("shards" + shards + layout, shards, layout)));
        }
    }

    @Test
    void shouldGoOnWithAnotherNumberOfShards() {
        String expected = run(config("whole", 1, Layout.SHARED));
        expected = expected.substring(0, expected.indexOf(" ["));
        int from = 0;
        String actual = "";
        List<String> passedOver = new ArrayList<>();
        int[] ends = {1, 3_000, 5_500, 8_000, EVENTS};
        int[] shards = {2, 2, 3, 1, 2};
        for (int i = 0; i < ends.length; i++) {
            EngineConfig config =
                    config("parts", shards[i], i % 2 == 0 ? Layout.SHARED : Layout.DEDICATED);
            try (Engine engine = Engine.open(pipeline(), config)) {
                passedOver.addAll(engine.recovery().passedOver());
                Totals.publish(engine.publisher(Totals.SOURCE), from, ends[i]);
                if (ends[i] == EVENTS) {
                    engine.endSource(Totals.SOURCE, EVENTS, 0);
                }
                actual = Long.toString(engine.stateHash());
                engine.snapshot();
                engine.awaitIdle();
                actual = digest() + actual;
            }
            from = ends[i];
        }
        assertEquals(expected, actual);
        assertTrue(
                passedOver.toString().contains("holds the state of 2 shards, wanted is that of 3"),
                passedOver::toString);
        assertTrue(
                passedOver.toString().contains("wanted is that of one core"), passedOver::toString);
    }

    @Test
    void shouldRunAPipelineWithoutAKeyOnOneCore() {
        Pipeline pipeline =
                Pipeline.define(
                        "plain",
                        p ->
                                p.source(Totals.SOURCE, BuiltinMessages.KEYED_VALUE)
                                        .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                        .sink("out", Sinks.memory(windows)));
        try (Engine engine = Engine.open(pipeline, config("plain", 4, Layout.DEDICATED))) {
            Totals.publish(engine.publisher(Totals.SOURCE), 0, 100);
            engine.awaitIdle();
        }
        assertEquals(100, windows.messages().size());
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void shouldStopAsAWholeWhenAShardFails(Layout layout) {
        EngineConfig config = config("failing" + layout, 2, layout);
        try (Engine engine = Engine.open(Totals.failing(windows), config)) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            Totals.offer(publisher, 1, "a", 5);
            engine.awaitIdle();
            long failing = Totals.offer(publisher, 2, "a", -7);

            assertThrows(PenstockException.class, () -> engine.awaitDrained(failing));
            StepFailure failure = (StepFailure) engine.failure();
            assertEquals("logic", failure.stage());
            assertEquals(failing, failure.sequence());
            assertTrue(failure.getMessage().contains("planted: -7"), failure::getMessage);
        }
        assertEquals(1, windows.messages().size());
    }

    @Test
    void shouldRefuseANumberOfShardsOutOfRangeWithEverythingElse() {
        EngineConfig config = config("refused", 9, Layout.SHARED).batchLimit(0);
        PenstockException refused =
                assertThrows(PenstockException.class, () -> Engine.open(pipeline(), config));
        assertTrue(refused.getMessage().contains("shards must be 1 to 8: shards=9"));
        assertTrue(refused.getMessage().contains("batch limit must be positive"));
    }
}
