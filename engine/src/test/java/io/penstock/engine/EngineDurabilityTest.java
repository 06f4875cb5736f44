package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.control.Accepted;
import io.penstock.engine.control.Ack;
import io.penstock.engine.control.EngineState;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.ring.ClaimStatus;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import io.penstock.journal.memory.MemoryFrameStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The levels of durability with the engine's threads, in both layouts. */
@Timeout(60)
final class EngineDurabilityTest {
    private static final int EVENTS = 2_000;
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(20);

    @TempDir Path directory;

    private final MemorySink results = new MemorySink();
    private MemoryJournal journal;

    @BeforeEach
    void makeJournal() {
        journal = new MemoryJournal(directory.resolve("tried"), 16 * 1024);
    }

    private EngineConfig config(String name, Layout layout, Durability level) {
        return EngineConfig.at(directory.resolve(name))
                .ringCapacity(64)
                .batchLimit(16)
                .layout(layout)
                .durability(level);
    }

    private Engine open(EngineConfig config) {
        return Engine.open(Totals.pipeline(results), config, journal, (done, total) -> {});
    }

    static Stream<Arguments> layoutsAndLevels() {
        List<Arguments> all = new ArrayList<>();
        for (Layout layout : Layout.values()) {
            for (String level : List.of("none", "process", "periodic:2ms", "power")) {
                all.add(Arguments.of(layout, Durability.parse(level)));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("layoutsAndLevels")
    void shouldGiveTheSameResultsAndAcknowledgeAllAtEachLevel(Layout layout, Durability level) {
        String expected = expected();
        try (Engine engine = open(config("tried", layout, level).snapshotEvery(EVENTS / 3))) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            assertEquals(-1, publisher.lastSequence());
            Totals.publish(publisher, 0, EVENTS);
            long last = publisher.lastSequence();

            assertTrue(engine.awaitDurable(last, LONG));

            Ack ack = engine.acknowledged();
            assertTrue(ack.sequence() >= last, ack::toString);
            assertEquals(level, ack.level());
            assertEquals(1, ack.epoch());
            if (level.kind() == Durability.Kind.POWER) {
                assertTrue(engine.durableSequence() >= last);
            } else if (!level.isForced()) {
                assertEquals(-1, engine.durableSequence());
            }
            assertFalse(engine.awaitDurable(last + 1_000, SHORT));
            engine.awaitDrained(engine.endSource(Totals.SOURCE, EVENTS, 0));
            assertEquals(expected, Totals.digest(results));
        }
        System.out.println(
                "GUARANTEE "
                        + idOf(level)
                        + " "
                        + EVENTS
                        + " events acknowledged at this level, results those of any other");
    }

    private static String idOf(Durability level) {
        return switch (level.kind()) {
            case NONE -> "L1";
            case PROCESS -> "L2";
            case PERIODIC -> "L3";
            case POWER -> "L4";
        };
    }

    private String expected() {
        EngineConfig config = config("expected", Layout.SHARED, Durability.PROCESS);
        try (Engine engine = Engine.open(Totals.pipeline(results), config)) {
            Totals.publish(engine.publisher(Totals.SOURCE), 0, EVENTS);
            engine.awaitDrained(engine.endSource(Totals.SOURCE, EVENTS, 0));
        }
        return Totals.digest(results);
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void shouldBringEverythingToTheMediumWithinThePeriod(Layout layout) {
        Durability level = Durability.periodic(Duration.ofMillis(2));
        try (Engine engine = open(config("tried", layout, level))) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            Totals.publish(publisher, 0, 100);
            while (engine.durableSequence() < publisher.lastSequence()) {
                LockSupport.parkNanos(100_000);
            }
            assertEquals(100, recordsAfterPowerCut());
        }
        System.out.println(
                "GUARANTEE L3 100 events on the medium within the period, though none came after");
    }

    @ParameterizedTest
    @MethodSource("layoutsAndForcedLevels")
    void shouldKeepTheKindOfItsJournal(Layout layout, Durability level) {
        EngineConfig config = config("segments", layout, level);
        config.journal(JournalKind.SEGMENT).segmentLengthBytes(4L << 20);
        String expected = expected();
        try (Engine engine = Engine.open(Totals.pipeline(results), config)) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            Totals.publish(publisher, 0, EVENTS / 2);
            assertTrue(engine.awaitDurable(publisher.lastSequence(), LONG));
        }
        EngineConfig again = config("segments", layout, level).segmentLengthBytes(4L << 20);
        try (Engine engine = Engine.open(Totals.pipeline(results), again)) {
            Totals.publish(engine.publisher(Totals.SOURCE), EVENTS / 2, EVENTS);
            engine.awaitDrained(engine.endSource(Totals.SOURCE, EVENTS, 0));
            assertEquals(expected, Totals.digest(results));
        }
    }

    private int recordsAfterPowerCut() {
        MemoryFrameStore left = journal.frames.copy();
        left.losePower(17);
        try (JournalReader reader = Journals.read(left)) {
            RecordView view = new RecordView();
            int count = 0;
            while (reader.next(view) == Outcome.OK) {
                count++;
            }
            return count;
        }
    }

    static Stream<Arguments> layoutsAndForcedLevels() {
        return layoutsAndLevels().filter(a -> ((Durability) a.get()[1]).isForced());
    }

    @ParameterizedTest
    @MethodSource("layoutsAndForcedLevels")
    void shouldStopForGoodAndFreeProducersWhenAForceFails(Layout layout, Durability level) {
        try (Engine engine = open(config("tried", layout, level))) {
            Publisher publisher = engine.publisher(Totals.SOURCE);
            Totals.publish(publisher, 0, 50);
            assertTrue(engine.awaitDurable(publisher.lastSequence(), LONG));
            journal.frames.failForce(3);

            long status = 0;
            long sent = 0;
            while (status >= 0 || status == ClaimStatus.BACK_PRESSURED) {
                status = Totals.offer(publisher, sent / 3, "key", sent++);
                Thread.yield();
            }

            assertEquals(ClaimStatus.FAILED, status);
            assertEquals(EngineState.Phase.FAILED, engine.phase());
            assertEquals(Category.STORAGE, ((PenstockException) engine.failure()).category());
            long durable = engine.durableSequence();
            PenstockException refused =
                    assertThrows(
                            PenstockException.class,
                            () -> engine.awaitDurable(publisher.lastSequence() + 1, LONG));
            assertEquals(Category.STORAGE, refused.category());
            assertTrue(refused.getMessage().contains("force"), refused::getMessage);
            assertEquals(durable, engine.durableSequence());
        }
    }

    @ParameterizedTest
    @MethodSource("layoutsAndLevels")
    void shouldTellAClientThatComesBackWhatWasAccepted(Layout layout, Durability level) {
        EngineConfig config = config("tried", layout, level).snapshotEvery(0);
        try (Engine engine = open(config)) {
            assertFalse(engine.accepted(Totals.SOURCE).isPresent());
            assertEquals(-1, engine.accepted(Totals.SOURCE).sequence());
            Totals.publish(engine.publisher(Totals.SOURCE), 0, 40);
            engine.awaitIdle();

            assertAccepted(engine, 39, 39, 1);
        }
        try (Engine engine = open(config)) {
            assertAccepted(engine, 39, 39, 1);
            Totals.publish(engine.publisher(Totals.SOURCE), 40, 50);
            engine.awaitIdle();
            assertAccepted(engine, 49, 49, 2);
            engine.snapshot();
            while (engine.lastSnapshot() < 0) {
                LockSupport.parkNanos(100_000);
            }
        }
        try (Engine engine = open(config)) {
            assertEquals(0, engine.recovery().replayed());
            assertAccepted(engine, 49, 49, 2);
            assertAccepted(engine, 49, 49, 2);
            PenstockException refused =
                    assertThrows(PenstockException.class, () -> engine.accepted("event"));
            assertEquals(Category.CONFIGURATION, refused.category());
        }
    }

    private static void assertAccepted(Engine engine, long position, long sequence, int epoch) {
        Durability level = engine.acknowledged().level();
        assertTrue(engine.awaitDurable(sequence, LONG));
        Accepted accepted = engine.accepted(Totals.SOURCE);
        assertTrue(accepted.isPresent());
        assertEquals(position, accepted.position());
        assertEquals(sequence, accepted.sequence());
        assertEquals(epoch, accepted.epoch());
        Durability.Kind kind = accepted.level().kind();
        assertTrue(kind.compareTo(level.kind()) >= 0, () -> accepted + " at " + level);
    }

    @Test
    void shouldRefuseALevelThatTheJournalDoesNotCarry() {
        for (String level : List.of("power", "periodic:10ms")) {
            EngineConfig config = config("refused", Layout.SHARED, Durability.parse(level));
            PenstockException refused =
                    assertThrows(
                            PenstockException.class,
                            () -> Engine.open(Totals.pipeline(results), config));
            assertEquals(Category.CONFIGURATION, refused.category());
            assertTrue(refused.getMessage().contains(level), refused::getMessage);
            assertTrue(refused.getMessage().contains("segment"), refused::getMessage);
            assertFalse(Files.exists(directory.resolve("refused")), "nothing was made");
        }
        EngineConfig config = config("refused", Layout.SHARED, Durability.PROCESS);
        Engine.open(Totals.pipeline(results), config).close();
        config.durability(Durability.POWER);
        assertThrows(PenstockException.class, () -> Engine.open(Totals.pipeline(results), config));
    }
}
