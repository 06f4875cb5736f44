package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.memory.AppendFault;
import io.penstock.journal.memory.MemoryFrameStore;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Storage that refuses, lies and loses: the first failure is final, and reopening finds out. */
@Timeout(60)
final class JournalFaultTest {
    private final MemoryFrameStore store = new MemoryFrameStore();

    @ParameterizedTest
    @EnumSource(names = "LOST", mode = EnumSource.Mode.EXCLUDE)
    void shouldTakeNothingMoreWhenAppendFailed(AppendFault fault) {
        Journal journal = Journals.open(config());
        TestJournals.append(journal, 9, 3);
        store.failAppend(1, fault);

        PenstockException failed =
                assertThrows(PenstockException.class, () -> TestJournals.append(journal, 19, 3));

        assertEquals(Category.STORAGE, failed.category());
        assertEquals(12, journal.lastSequence());
        assertStorage(() -> journal.appender().begin(13, 0));
        assertStorage(journal::force);
        journal.close();
        try (Journal reopened = Journals.open(config())) {
            boolean isStored = fault == AppendFault.ALL_STORED;
            assertEquals(isStored ? 15 : 12, reopened.lastSequence());
            assertEquals(fault == AppendFault.TORN, reopened.recovery().isCut());
            TestJournals.append(reopened, 29, 3);
        }
        JournalConformanceTest.assertWhole(new TestStore.Memory(store), 30);
    }

    /** A process that ended before it wrote anything leaves the mark as the one before left it. */
    @Test
    void shouldOpenAfterAnyNumberOfCrashesInARow() {
        for (int seed = 0; seed < 100; seed++) {
            MemoryFrameStore crashed = new MemoryFrameStore();
            JournalConfig config = JournalConfig.on(crashed);
            Journal journal = Journals.open(config);
            TestJournals.append(journal, 9, 3);
            for (int crash = 0; crash < 5; crash++) {
                crashed.crash(seed * 5L + crash);
            }
            journal.abandon();
            try (Journal reopened = Journals.open(config)) {
                assertEquals(9, reopened.lastSequence(), "seed " + seed);
            }
        }
    }

    @Test
    void shouldNameFrameThatStorageLost() {
        Journal journal = Journals.open(config());
        TestJournals.append(journal, 9, 3);
        store.failAppend(1, AppendFault.LOST);
        TestJournals.append(journal, 19, 3);
        journal.close();

        PenstockException refused =
                assertThrows(PenstockException.class, () -> Journals.open(config()).close());

        assertEquals(Category.DAMAGE, refused.category());
        assertTrue(refused.getMessage().contains("sequence=13"), refused.getMessage());
    }

    @Test
    void shouldTakeNothingMoreWhenForceFailed() {
        Journal journal = Journals.open(config());
        TestJournals.append(journal, 9, 3);
        store.failForce(0);

        assertStorage(journal::force);

        assertStorage(journal::force);
        assertStorage(() -> journal.appender().begin(10, 0));
        journal.close();
        store.failForce(Integer.MAX_VALUE);
        JournalConformanceTest.assertWhole(new TestStore.Memory(store), 10);
    }

    @Test
    void shouldKeepWhatItPromisesOverCrashesAndPowerCuts() throws Exception {
        int powerCutsThatLost = 0;
        for (long seed = 1; seed <= 600; seed++) {
            try {
                powerCutsThatLost += simulate(seed) ? 1 : 0;
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed, e);
            }
        }
        assertTrue(powerCutsThatLost > 50, "power cuts that lost: " + powerCutsThatLost);
    }

    /** Lives of one journal; true when a power cut took something that was not promised. */
    private static boolean simulate(long seed) {
        Random random = new Random(seed);
        MemoryFrameStore files = new MemoryFrameStore();
        JournalConfig config =
                JournalConfig.on(files)
                        .withLengths(TestStore.SMALL_BLOCK, TestStore.SMALL_FRAME)
                        .withSegmentLength(1 + random.nextInt(4000));
        long promised = -1;
        long appended = -1;
        boolean hasLost = false;
        boolean isPowerCut = false;
        for (int life = 0; life < 6; life++) {
            Journal journal = Journals.open(config);
            assertTrue(journal.lastSequence() >= (isPowerCut ? promised : appended));
            assertTrue(journal.lastSequence() <= appended);
            assertFalse(!isPowerCut && journal.recovery().isCut());
            hasLost |= journal.lastSequence() < appended;
            promised = Math.min(promised, journal.lastSequence());
            for (int step = random.nextInt(12); step > 0; step--) {
                TestJournals.append(
                        journal,
                        journal.lastSequence() + random.nextInt(20),
                        1 + random.nextInt(8));
                if (random.nextInt(5) == 0) {
                    promised = journal.force();
                }
            }
            appended = journal.lastSequence();
            isPowerCut = random.nextBoolean();
            if (isPowerCut) {
                files.losePower(random.nextLong());
            } else {
                files.crash(random.nextLong());
            }
            journal.abandon();
        }
        try (Journal journal = Journals.open(config)) {
            TestJournals.append(journal, journal.lastSequence() + 5, 2);
            try (JournalReader reader = journal.reader()) {
                TestJournals.Read read = TestJournals.readAll(reader);
                assertNull(read.fault());
                assertNull(read.damage());
                assertEquals(journal.lastSequence() + 1, read.count());
            }
        }
        return hasLost;
    }

    private static void assertStorage(Runnable action) {
        PenstockException failed = assertThrows(PenstockException.class, action::run);
        assertEquals(Category.STORAGE, failed.category());
    }

    private JournalConfig config() {
        return JournalConfig.on(store).withLengths(TestStore.SMALL_BLOCK, TestStore.SMALL_FRAME);
    }
}
