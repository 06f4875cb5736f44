package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.files.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Segments on a disk of which the n-th call fails, for every n there is: the journal says so, takes
 * nothing more, forces nothing more, and has all it said it had when it is opened again.
 */
@Timeout(120)
final class FaultyDiskTest {
    private static final int LIMIT = 10_000;

    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(FaultyDisk.Fault.class)
    void shouldLoseNothingWhateverCallFails(FaultyDisk.Fault fault) throws Exception {
        int failures = 0;
        int n = 0;
        for (boolean isDone = false; !isDone; n++) {
            assertTrue(n < LIMIT, "calls: " + n);
            Path place = directory.resolve("j");
            FaultyDisk disk = new FaultyDisk(fault, n);
            try {
                Life life = live(place, disk);
                isDone = disk.faults() == 0;
                failures += life.failure == null ? 0 : 1;
                checkAfter(place, life);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(fault + " at call " + n, e);
            }
            IoUtil.delete(place.toFile(), false);
        }
        assertTrue(n > 10 && failures > n / 3, failures + " failures at " + n + " calls");
    }

    /** What one writer said it had. */
    private static final class Life {
        long appended = -1;
        long forced = -1;
        long first;
        Throwable failure;
    }

    private static Life live(Path place, FaultyDisk disk) {
        Life life = new Life();
        Journal journal = null;
        try {
            journal = Journals.open(config(place), disk);
            for (int round = 0; round < 5; round++) {
                for (int i = 0; i < 4; i++) {
                    TestJournals.append(journal, life.appended + 40, 8);
                    life.appended = journal.lastSequence();
                    for (int step = 0; step < 3; step++) {
                        journal.prepareAhead();
                    }
                }
                life.forced = journal.force();
                life.first = journal.deleteBefore(life.forced - 60);
            }
            journal.close();
        } catch (PenstockException e) {
            life.failure = e;
            assertEquals(Category.STORAGE, e.category());
            if (journal != null) {
                Journal failed = journal;
                life.appended = failed.lastSequence();
                life.first = failed.firstSequence();
                assertFinal(failed, disk);
                failed.close();
            }
        }
        return life;
    }

    private static void assertFinal(Journal failed, FaultyDisk disk) {
        int forces = disk.forces();
        for (int i = 0; i < 2; i++) {
            assertStorage(failed::force);
            assertStorage(() -> failed.appender().begin(failed.lastSequence() + 1, 0));
            assertStorage(() -> failed.deleteBefore(failed.lastSequence()));
            assertEquals(0, failed.prepareAhead());
        }
        assertEquals(forces, disk.forces(), "forced after a failure");
    }

    private static void assertStorage(Runnable action) {
        PenstockException refused = assertThrows(PenstockException.class, action::run);
        assertEquals(Category.STORAGE, refused.category());
    }

    private static void checkAfter(Path place, Life life) {
        try (Journal journal = Journals.open(config(place))) {
            assertFalse(journal.recovery().isCut(), () -> journal.recovery().toString());
            assertTrue(journal.lastSequence() >= life.appended);
            assertTrue(journal.lastSequence() >= life.forced);
            assertTrue(journal.firstSequence() >= life.first);
            long last = journal.lastSequence() + 100;
            TestJournals.append(journal, last, 8);
            RecordView view = new RecordView();
            try (JournalReader reader = Journals.read(place)) {
                for (long sequence = journal.firstSequence(); sequence <= last; sequence++) {
                    assertEquals(
                            Outcome.OK, reader.next(view), () -> String.valueOf(reader.damage()));
                    assertEquals(sequence, view.sequence());
                    assertNull(TestJournals.fault(view));
                }
                assertEquals(Outcome.END, reader.next(view));
            }
        }
    }

    @Test
    void shouldWarnOfFullDiskBeforeTheSegmentIsFullAndGoOnWhenThereIsRoomAgain() throws Exception {
        Path place = directory.resolve("j");
        FullDisk disk = new FullDisk();
        try (Journal journal = Journals.open(config(place), disk)) {
            TestJournals.append(journal, 9, 5);
            disk.isFull = true;
            while (journal.prepareAhead() > 0) {}
            assertNotNull(journal.aheadProblem());
            TestJournals.append(journal, 19, 5);
            disk.isFull = false;
            while (journal.prepareAhead() > 0) {}
            assertNull(journal.aheadProblem());
            disk.isFull = true;
            TestJournals.append(journal, 99, 5);
            assertTrue(Files.exists(place.resolve("segments/e00001-00000002.segment")));
            assertEquals(99, journal.force());
        }
        try (JournalReader reader = Journals.read(place)) {
            assertEquals(100, TestJournals.readAll(reader).count());
        }
    }

    @Test
    void shouldReadJournalOnReadOnlyDiskAndRefuseToWriteIt() throws Exception {
        Path place = directory.resolve("j");
        try (Journal journal = Journals.open(config(place))) {
            TestJournals.append(journal, 99, 5);
        }
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () ->
                                Journals.open(
                                        config(place),
                                        new FaultyDisk(FaultyDisk.Fault.READ_ONLY, 0)));
        assertEquals(Category.STORAGE, refused.category());
        try (JournalReader reader = Journals.read(place)) {
            assertEquals(100, TestJournals.readAll(reader).count());
        }
        assertTrue(Journals.verify(place, JournalProgress.NONE).isSound());
    }

    private static JournalConfig config(Path place) {
        return JournalConfig.at(place)
                .withKind(JournalKind.SEGMENT)
                .withHelperThread(false)
                .withLengths(TestStore.SMALL_BLOCK, TestStore.SMALL_FRAME)
                .withSegmentLength(8_000);
    }

    /** A disk that can be full and then not. */
    private static final class FullDisk extends Disk {
        private boolean isFull;

        @Override
        public void write(FileChannel channel, ByteBuffer content, long position)
                throws IOException {
            if (isFull) {
                throw new IOException("No space left on device");
            }
            super.write(channel, content, position);
        }
    }
}
