package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.control.EngineState;
import io.penstock.engine.control.StateView;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ListState;
import io.penstock.engine.operator.MapState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What can be asked of an engine while it works, and once it is closed. */
@Timeout(60)
final class EngineInspectionTest {
    private static final int EVENTS = 400;

    @TempDir Path directory;

    private EngineConfig config(String name) {
        return EngineConfig.at(directory.resolve(name)).ringCapacity(64).batchLimit(16);
    }

    /** The hash behind each record, by an engine that nobody publishes to meanwhile. */
    private Set<Long> hashes(Pipeline pipeline) {
        Set<Long> hashes = new HashSet<>();
        try (Engine engine = Engine.open(pipeline, config("reference"));
                Publisher publisher = engine.publisher(Totals.SOURCE)) {
            hashes.add(engine.stateHash());
            for (int i = 0; i < EVENTS; i++) {
                Totals.publish(publisher, i, i + 1);
                hashes.add(engine.stateHash());
            }
        }
        return hashes;
    }

    @ParameterizedTest
    @CsvSource({"SHARED, 1", "SHARED, 3", "DEDICATED, 1", "DEDICATED, 3"})
    void shouldHashStateBetweenTwoRecordsWhileOthersPublish(Layout layout, int shards)
            throws InterruptedException {
        Set<Long> expected = hashes(Totals.pipeline(new MemorySink()));
        EngineConfig config = config("asked").layout(layout).shards(shards).snapshotEvery(70);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        try (Engine engine = Engine.open(Totals.pipeline(new MemorySink()), config)) {
            Thread publishing = new Thread(() -> publishSlowly(engine, thrown));
            publishing.start();
            int asked = 0;
            while (publishing.isAlive() || asked == 0) {
                long hash = engine.stateHash();
                assertTrue(expected.contains(hash), "hash " + asked + " is of no record: " + hash);
                asked++;
            }
            publishing.join();
            assertNull(thrown.get());
            assertTrue(expected.contains(engine.stateHash()));
            engine.publishCounters();
            assertEquals(EVENTS, engine.counters().get("windows.in"));
            assertNull(engine.failure());
        }
    }

    private static void publishSlowly(Engine engine, AtomicReference<Throwable> thrown) {
        try (Publisher publisher = engine.publisher(Totals.SOURCE)) {
            for (int i = 0; i < EVENTS; i++) {
                Totals.publish(publisher, i, i + 1);
                Thread.yield();
            }
        } catch (RuntimeException e) {
            thrown.set(e);
        }
    }

    /** Changes lists and maps of each key with each tick. */
    private static final class Busy implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private ListState list;
        private MapState map;

        @Override
        public void open(HandlerSetup setup) {
            list = setup.list("list", 8);
            map = setup.map("map", 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            context.scheduleByClock(1, context.timeNs() + 1);
        }

        @Override
        public void onClockTimer(
                long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            if (list.size() > 20) {
                list.clear();
                map.clear();
            }
            list.append().putLong(0, timeNs);
            map.update(timeNs);
            context.scheduleByClock(1, context.timeNs() + 1);
        }
    }

    @Test
    void shouldHashStateThatTicksChangeWhileNobodyPublishes() {
        Pipeline pipeline =
                Pipeline.define(
                        "busy",
                        p ->
                                p.source(Totals.SOURCE, BuiltinMessages.KEYED_VALUE)
                                        .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none())
                                        .keyBy("key", m -> m.value().mantissa())
                                        .process("busy", BuiltinMessages.KEYED_VALUE, Busy::new)
                                        .sink("out", Sinks.memory(new MemorySink())));
        EngineConfig config = config("ticking").tickEvery(Duration.ofNanos(1));
        try (Engine engine = Engine.open(pipeline, config);
                Publisher publisher = engine.publisher(Totals.SOURCE)) {
            Totals.publish(publisher, 0, 300);
            for (int i = 0; i < 100; i++) {
                engine.stateHash();
            }
            assertNull(engine.failure());
            assertEquals(EngineState.Phase.RUNNING, engine.phase());
        }
    }

    @Test
    void shouldRefuseEverythingThatNeedsTheEngineOnceItIsClosed() {
        Engine engine = Engine.open(Totals.pipeline(new MemorySink()), config("closed"));
        Totals.publish(engine.publisher(Totals.SOURCE), 0, 100);
        engine.awaitIdle();
        engine.close();
        engine.close();

        assertClosed(engine::stateHash);
        assertClosed(engine::publishCounters);
        assertClosed(engine::counters);
        assertClosed(engine::accounts);
        assertClosed(engine::snapshot);
        assertClosed(() -> engine.publisher(Totals.SOURCE));
        assertClosed(() -> engine.endSource(Totals.SOURCE, 1000, 0));
    }

    @Test
    void shouldSayThatItIsClosedAfterAFailureToo() {
        Engine engine = Engine.open(Totals.failing(new MemorySink()), config("failed"));
        long failing = Totals.offer(engine.publisher(Totals.SOURCE), 1, "a", -7);
        assertThrows(PenstockException.class, () -> engine.awaitDrained(failing));
        engine.publishCounters();
        assertFalse(engine.counters().isEmpty());
        assertThrows(PenstockException.class, engine::stateHash);
        engine.close();

        assertClosed(engine::publishCounters);
        assertClosed(engine::counters);
        assertClosed(engine::accounts);
        assertThrows(PenstockException.class, engine::stateHash);
    }

    private static void assertClosed(Executable call) {
        PenstockException refused = assertThrows(PenstockException.class, call);
        assertEquals(Category.FAILED, refused.category());
        assertTrue(refused.getMessage().contains("is closed"), refused::getMessage);
    }

    @Test
    void shouldRefuseToLookIntoAStateViewThatIsClosed() {
        try (Engine engine = Engine.open(Totals.pipeline(new MemorySink()), config("viewed"))) {
            Totals.publish(engine.publisher(Totals.SOURCE), 0, 100);
            engine.awaitIdle();
            StateView view = engine.stateAt(50);
            assertFalse(view.entries("windows", null, null).isEmpty());
            view.close();
            view.close();

            for (Executable call :
                    new Executable[] {
                        view::stateHash,
                        view::sequence,
                        view::timeNs,
                        view::stages,
                        view::why,
                        () -> view.entries("windows", null, null),
                        () -> view.counts("windows"),
                        () -> view.watermarkNs("windows")
                    }) {
                IllegalStateException refused = assertThrows(IllegalStateException.class, call);
                assertTrue(refused.getMessage().contains("is closed"), refused::getMessage);
            }
        }
    }

    @Test
    void shouldNameTheSourcesThatThereAreBehindABlank() {
        try (Engine engine = Engine.open(Totals.pipeline(new MemorySink()), config("named"))) {
            PenstockException unknown =
                    assertThrows(PenstockException.class, () -> engine.publisher("q"));
            assertTrue(
                    unknown.getMessage().endsWith("has no source q (there are: events)"),
                    unknown::getMessage);
        }
    }
}
