package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.control.EngineState;
import io.penstock.engine.core.StepFailure;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.ring.ClaimStatus;
import io.penstock.engine.telemetry.CountersFile;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The engine with its threads: layouts, idling, failures, closing, publishers. */
@Timeout(60)
final class EngineThreadsTest {
    private static final int EVENTS = 3_000;
    private static final int SPINNING_EVENTS = 600;

    @TempDir Path directory;

    private final MemorySink results = new MemorySink();

    private EngineConfig config(String name) {
        return EngineConfig.at(directory.resolve(name)).ringCapacity(64).batchLimit(16);
    }

    private String run(String name, Layout layout, Idling idling, int events) {
        EngineConfig config =
                config(name + layout + idling)
                        .layout(layout)
                        .idling(idling)
                        .snapshotEvery(events / 4);
        try (Engine engine = Engine.open(Totals.pipeline(results), config)) {
            Totals.publish(engine.publisher(Totals.SOURCE), 0, events);
            long end = engine.endSource(Totals.SOURCE, events, 0);
            engine.awaitDrained(end);
            assertEquals(EngineState.Phase.RUNNING, engine.phase());
            return Totals.digest(results) + ", state " + engine.stateHash();
        }
    }

    @ParameterizedTest
    @EnumSource(Idling.class)
    void shouldGiveTheSameInEachLayoutHoweverItIdles(Idling idling) {
        int events = idling == Idling.BUSY_SPIN ? SPINNING_EVENTS : EVENTS;
        String expected = run("reference", Layout.SHARED, Idling.BACKOFF, events);

        for (Layout layout : Layout.values()) {
            assertEquals(expected, run("tried", layout, idling, events), layout + " " + idling);
        }
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void shouldFreeEverybodyAndNameEventStageAndCauseWhenAHandlerThrows(Layout layout)
            throws InterruptedException {
        EngineConfig config = config("failing").layout(layout);
        StepFailure failure;
        try (Engine engine = Engine.open(Totals.failing(results), config)) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            Totals.offer(publisher, 1, "a", 5);
            engine.awaitIdle();
            AtomicReference<Throwable> awaiter = new AtomicReference<>();
            Thread waiting =
                    new Thread(() -> awaiter.set(freed(() -> engine.awaitDrained(1 << 30))));
            AtomicLong status = new AtomicLong();
            Thread publishing = new Thread(() -> status.set(publishUntilRefused(engine)));
            waiting.start();
            publishing.start();

            Totals.offer(publisher, 2, "a", -7);
            waiting.join();
            publishing.join();

            assertEquals(ClaimStatus.FAILED, status.get());
            assertEquals(EngineState.Phase.FAILED, engine.phase());
            failure = (StepFailure) engine.failure();
            assertEquals("logic", failure.stage());
            assertTrue(
                    failure.getMessage().contains("stage logic failed at sequence "),
                    failure::getMessage);
            assertTrue(failure.getMessage().contains("planted: -7"), failure::getMessage);
            PenstockException freed = (PenstockException) awaiter.get();
            assertNotNull(freed);
            assertEquals(Category.FAILED, freed.category());
            assertTrue(freed.getMessage().contains("planted: -7"), freed::getMessage);
            assertThrows(PenstockException.class, () -> engine.endSource(Totals.SOURCE, 9, 0));
            assertEquals(
                    EngineState.Phase.FAILED.code(),
                    CountersFile.read(directory.resolve("failing/counters.dat")).state());
        }
        assertEquals(
                EngineState.Phase.FAILED.code(),
                CountersFile.read(directory.resolve("failing/counters.dat")).state());
        assertStopsRecoveryToo(config, failure);
    }

    /**
     * The event stops recovery too, by the same name, if it was journaled: with a thread each, the
     * operators may have met it before the journal did, and then it was never published.
     */
    private void assertStopsRecoveryToo(EngineConfig config, StepFailure first) {
        try (Engine engine = Engine.open(Totals.failing(results), config)) {
            assertTrue(engine.recovery().lastSequence() < first.sequence());
            assertEquals(EngineState.Phase.RUNNING, engine.phase());
        } catch (StepFailure again) {
            assertEquals(first.getMessage(), again.getMessage());
        }
    }

    private static Throwable freed(Runnable waiting) {
        try {
            waiting.run();
            return null;
        } catch (PenstockException e) {
            return e;
        }
    }

    private static long publishUntilRefused(Engine engine) {
        Publisher publisher = engine.publisher(Totals.SOURCE);
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[128]);
        int length = Totals.encode(buffer, 1, "b", 1);
        long status = 0;
        while (status >= 0 || status == ClaimStatus.BACK_PRESSURED) {
            status = publisher.offer(buffer, 0, length);
            Thread.yield();
        }
        return status;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "process"})
    void shouldLoseNothingThatWasPublishedBeforeClose(String durability) {
        for (Layout layout : Layout.values()) {
            EngineConfig config =
                    config("closed" + layout)
                            .layout(layout)
                            .durability(Durability.parse(durability))
                            .snapshotEvery(0);
            try (Engine engine = Engine.open(Totals.pipeline(results), config)) {
                Totals.publish(engine.publisher(Totals.SOURCE), 0, EVENTS);
            }
            String before = Totals.digest(results);
            try (Engine engine = Engine.open(Totals.pipeline(results), config)) {
                assertEquals(EVENTS - 1, engine.resumePoint(Totals.SOURCE).position());
                assertEquals(EVENTS - 1, engine.publisher(Totals.SOURCE).resumePosition());
                assertEquals(EVENTS, engine.recovery().replayed());
                assertEquals(0, engine.recovery().outputBytesCut());
                assertEquals(before, Totals.digest(results));
            }
        }
    }

    @Test
    void shouldGoOnWhereItStoppedAsIfItNeverHad() {
        String expected = run("whole", Layout.SHARED, Idling.BACKOFF, EVENTS);
        EngineConfig config = config("parts").snapshotEvery(500);
        int from = 0;
        String actual = "";
        for (int to : new int[] {1, 700, 701, 2_000, EVENTS}) {
            try (Engine engine = Engine.open(Totals.pipeline(results), config)) {
                Totals.publish(engine.publisher(Totals.SOURCE), from, to);
                if (to == EVENTS) {
                    engine.endSource(Totals.SOURCE, EVENTS, 0);
                }
                actual = ", state " + engine.stateHash();
            }
            from = to;
        }
        assertEquals(expected, Totals.digest(results) + actual);
    }

    @Test
    void shouldRefuseAMessageWithTheReasonAndPublishNothing() {
        try (Engine engine = Engine.open(Totals.pipeline(results), config("status"))) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            UnsafeBuffer buffer = new UnsafeBuffer(new byte[4096]);
            int length = Totals.encode(buffer, 1, "a", 1);

            assertEquals(ClaimStatus.TOO_LONG, publisher.offer(buffer, 0, 2000));
            assertEquals(ClaimStatus.TOO_LONG, publisher.claim(2000));
            assertEquals(ClaimStatus.INVALID, publisher.offer(buffer, 0, length - 1));
            assertTrue(publisher.refusal().length() > 5, publisher::refusal);
            buffer.putShort(2, (short) 99);
            assertEquals(ClaimStatus.INVALID, publisher.offer(buffer, 0, length));
            String refusal = publisher.refusal();
            assertTrue(refusal.contains("template"), refusal);
            engine.awaitIdle();
            assertEquals(-1, engine.counters().get("processed.sequence"));

            Totals.encode(buffer, 1, "a", 1);
            assertEquals(0, publisher.offer(buffer, 0, length));
            assertEquals(1, publisher.claim(length));
            publisher.buffer().putBytes(publisher.offset(), buffer, 0, length);
            assertEquals(1, publisher.commit());
            engine.awaitIdle();
        }
        assertEquals(0, results.messages().size());
    }

    @Test
    void shouldRefuseClaimsWhenClosed() {
        Publisher publisher;
        Engine engine = Engine.open(Totals.pipeline(results), config("closing"));
        publisher = engine.publisher(Totals.SOURCE);
        engine.close();
        engine.close();

        assertEquals(EngineState.Phase.CLOSED, engine.phase());
        assertTrue(Totals.offer(publisher, 1, "a", 1) < 0);
    }

    @Test
    void shouldNameTheNearestSource() {
        try (Engine engine = Engine.open(Totals.pipeline(results), config("names"))) {
            PenstockException refused =
                    assertThrows(PenstockException.class, () -> engine.publisher("event"));
            assertEquals(Category.CONFIGURATION, refused.category());
            assertTrue(refused.getMessage().contains("events"), refused::getMessage);
        }
    }

    @Test
    void shouldSayAllThatIsWrongWithAConfigurationAtOnce() {
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () ->
                                Engine.open(
                                        Totals.pipeline(results),
                                        config("wrong").ringCapacity(1000).batchLimit(0)));
        assertEquals(Category.CONFIGURATION, refused.category());
        assertTrue(refused.getMessage().contains("capacity=1000 (use 1024)"), refused::getMessage);
        assertTrue(refused.getMessage().contains("batchLimit=0"), refused::getMessage);
    }

    @Test
    void shouldLeaveNoThreadBehind() {
        run("threads", Layout.DEDICATED, Idling.PARK, 100);
        List<String> left = new ArrayList<>();
        Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("penstock"))
                .forEach(left::add);
        assertEquals(List.of(), left);
    }
}
