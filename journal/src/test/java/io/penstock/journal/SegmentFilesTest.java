package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.files.Disk;
import io.penstock.journal.store.FrameStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What segments of our own do beside what every implementation does. */
@Timeout(60)
final class SegmentFilesTest {
    private static final int SEGMENT = 12_000;

    @TempDir Path directory;

    @Test
    void shouldFindKindOfJournalThatIsThereAndRefuseAnother() throws Exception {
        Path segments = directory.resolve("segments-of-ours");
        Path chronicle = directory.resolve("chronicle");
        assertNull(Journals.kind(segments));
        Journals.open(config(segments).withKind(JournalKind.SEGMENT)).close();
        Journals.open(JournalConfig.at(chronicle)).close();
        assertEquals(JournalKind.SEGMENT, Journals.kind(segments));
        assertEquals(JournalKind.CHRONICLE, Journals.kind(chronicle));

        for (Path place : List.of(segments, chronicle)) {
            JournalKind other =
                    place.equals(segments) ? JournalKind.CHRONICLE : JournalKind.SEGMENT;
            PenstockException refused =
                    assertThrows(
                            PenstockException.class,
                            () -> Journals.open(config(place).withKind(other)));
            assertEquals(Category.CONFIGURATION, refused.category());
            assertTrue(refused.getMessage().contains("open it without"), refused.getMessage());
            try (Journal journal = Journals.open(config(place).withKind(null))) {
                TestJournals.append(journal, 99, 7);
            }
            try (JournalReader reader = Journals.read(place)) {
                assertEquals(100, TestJournals.readAll(reader).count());
            }
            assertTrue(Journals.verify(place, JournalProgress.NONE).isSound());
            assertEquals(99, Journals.info(place).lastSequence());
        }
        assertTrue(Files.exists(segments.resolve("segments/e00002-00000001.segment")));
        assertEquals(FrameStore.Carries.POWER, carries(segments));
        assertEquals(FrameStore.Carries.PROCESS, carries(chronicle));
    }

    private static FrameStore.Carries carries(Path place) {
        try (Journal journal = Journals.open(JournalConfig.at(place))) {
            return journal.carries();
        }
    }

    @Test
    void shouldUseFilesAgainAndReadEarlierLifeAsEnd() throws Exception {
        Counting disk = new Counting();
        long first = 0;
        try (Journal journal = Journals.open(config(directory), disk)) {
            for (int round = 0; round < 60; round++) {
                TestJournals.append(journal, journal.lastSequence() + 80, 7);
                first = journal.deleteBefore(journal.lastSequence() - 150);
                while (journal.prepareAhead() > 0) {}
                assertWhole(first, journal.lastSequence());
            }
        }
        int segments = Journals.info(directory).segments().size();
        long last = Journals.info(directory).lastSequence();
        assertTrue(last > 4000 && first > last - 500, first + ".." + last);
        assertTrue(disk.created < segments + 8, "files created: " + disk.created);
        try (Stream<Path> files = Files.list(directory.resolve("segments"))) {
            assertTrue(files.count() <= segments + 3);
        }
        assertWhole(first, last);
        assertTrue(Journals.verify(directory, JournalProgress.NONE).isSound());
    }

    /** The bytes of an earlier life look like the words of the present one, wherever it ends. */
    @Test
    void shouldReadEndWhereEarlierBytesLookLikeFrames() throws Exception {
        RecordView view = new RecordView();
        try (Journal journal = Journals.open(config(directory))) {
            int ends = 0;
            for (long sequence = 0; sequence < 1_500; sequence++) {
                int segment = Journals.info(directory).segments().size();
                appendWords(journal, sequence, segment);
                if (sequence % 100 == 99) {
                    journal.deleteBefore(sequence);
                    while (journal.prepareAhead() > 0) {}
                }
                if (sequence > 500) {
                    try (JournalReader reader = Journals.read(directory)) {
                        assertEquals(Outcome.OK, reader.seek(sequence));
                        assertEquals(Outcome.OK, reader.next(view));
                        assertEquals(
                                Outcome.END,
                                reader.next(view),
                                () -> String.valueOf(reader.damage()));
                        ends++;
                    }
                }
            }
            assertEquals(999, ends);
        }
    }

    /**
     * A record of words of the present and the next segments, each of which has a frame's length.
     */
    private static void appendWords(Journal journal, long sequence, int segments) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[512]);
        int present = (int) (sequence * 440 / SEGMENT);
        for (int at = 0; at < message.capacity(); at += Long.BYTES) {
            int number = present + at / Long.BYTES % 16;
            long tag = number ^ Integer.rotateLeft(journal.epoch(), 16);
            message.putLong(at, tag << 32 | 64, FrameLayout.ORDER);
        }
        journal.appender().begin(sequence, 0);
        assertTrue(
                journal.appender()
                        .tryAdd(
                                0,
                                RecordKind.DATA,
                                (byte) 0,
                                segments,
                                sequence,
                                0,
                                message,
                                0,
                                message.capacity() - 8 * (int) (sequence * 7 % 41)));
        journal.appender().commit();
    }

    @Test
    void shouldTakeUpWhatKilledWritersLeft() throws Exception {
        Random random = new Random(7);
        long first = 0;
        for (int life = 0; life < 25; life++) {
            Counting disk = new Counting();
            Journal journal = Journals.open(config(directory), disk);
            assertFalse(journal.recovery().isCut());
            for (int step = 0; step < 10; step++) {
                TestJournals.append(journal, journal.lastSequence() + random.nextInt(60), 7);
                for (int i = random.nextInt(6); i > 0; i--) {
                    journal.prepareAhead();
                }
                if (random.nextInt(4) == 0) {
                    first = journal.deleteBefore(journal.lastSequence() - 100);
                }
            }
            long last = journal.lastSequence();
            journal.abandon();
            assertWhole(first, last);
        }
        int segments = Journals.info(directory).segments().size();
        try (Stream<Path> files = Files.list(directory.resolve("segments"))) {
            List<Path> all = files.toList();
            assertTrue(all.size() <= segments + 4, all.toString());
        }
    }

    /** Once a segment is prepared, beginning it and appending to it call no file system. */
    @Test
    void shouldCallNoFileSystemOnTheAppendingThread() throws Exception {
        Counting disk = new Counting();
        try (Journal journal = Journals.open(config(directory), disk)) {
            TestJournals.append(journal, 9, 5);
            for (int round = 0; round < 40; round++) {
                while (journal.prepareAhead() > 0) {}
                int before = disk.calls;
                TestJournals.append(journal, journal.lastSequence() + 100, 5);
                assertEquals(before, disk.calls, "round " + round);
            }
            assertTrue(Journals.info(directory).segments().size() > 10);
        }
    }

    @Test
    void shouldPrepareBesideWriterForceAndReaders() throws Exception {
        JournalConfig config = config(directory).withHelperThread(true).withSegmentLength(200_000);
        AtomicReference<Throwable> failure = new AtomicReference<>();
        int toSequence = 60_000;
        try (Journal journal = Journals.open(config)) {
            TestJournals.append(journal, 0, 1);
            List<Thread> others = new ArrayList<>();
            others.add(thread("force", failure, () -> forceUntil(journal, toSequence)));
            others.add(thread("read", failure, () -> readUntil(toSequence)));
            for (long sequence = 0; sequence < toSequence; sequence += 500) {
                TestJournals.append(journal, sequence + 500, 9);
            }
            for (Thread other : others) {
                other.join();
            }
            assertNull(failure.get());
            assertNull(journal.aheadProblem());
        }
        assertWhole(0, toSequence);
    }

    private static Thread thread(String name, AtomicReference<Throwable> failure, Runnable action) {
        Thread thread = new Thread(action, name);
        thread.setUncaughtExceptionHandler((which, thrown) -> failure.set(thrown));
        thread.start();
        return thread;
    }

    private static void forceUntil(Journal journal, long sequence) {
        while (journal.force() < sequence) {
            Thread.onSpinWait();
        }
    }

    private void readUntil(long toSequence) {
        RecordView view = new RecordView();
        try (JournalReader reader = Journals.read(directory)) {
            long expected = 0;
            while (expected <= toSequence) {
                Outcome outcome = reader.next(view);
                if (outcome == Outcome.OK) {
                    assertEquals(expected++, view.sequence());
                    assertNull(TestJournals.fault(view));
                } else {
                    assertEquals(Outcome.END, outcome, () -> String.valueOf(reader.damage()));
                }
            }
        }
    }

    @Test
    void shouldWorkOnAndStayInterruptedWhenThreadIsInterrupted() throws Exception {
        try (Journal journal = Journals.open(config(directory))) {
            Thread.currentThread().interrupt();
            TestJournals.append(journal, 999, 7);
            assertEquals(999, journal.force());
            assertTrue(journal.prepareAhead() > 0);
            assertTrue(journal.deleteBefore(500) > 0);
            assertTrue(Thread.currentThread().isInterrupted());
            try (JournalReader reader = journal.reader()) {
                assertEquals(Outcome.OK, reader.next(new RecordView()));
            }
            assertTrue(Thread.interrupted());
        }
    }

    @Test
    void shouldRefuseSegmentThatCannotBeMapped() {
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> config(directory).withSegmentLength((1L << 30) + 1));
        assertEquals(Category.CONFIGURATION, refused.category());
    }

    private void assertWhole(long first, long last) {
        RecordView view = new RecordView();
        try (JournalReader reader = Journals.read(directory)) {
            for (long sequence = first; sequence <= last; sequence++) {
                assertEquals(Outcome.OK, reader.next(view), () -> String.valueOf(reader.damage()));
                assertEquals(sequence, view.sequence());
                assertNull(TestJournals.fault(view));
            }
            assertEquals(Outcome.END, reader.next(view));
        }
    }

    private static JournalConfig config(Path place) {
        return JournalConfig.at(place)
                .withKind(JournalKind.SEGMENT)
                .withHelperThread(false)
                .withLengths(TestStore.SMALL_BLOCK, TestStore.SMALL_FRAME)
                .withSegmentLength(SEGMENT);
    }

    /** Counts calls that change files. */
    private static final class Counting extends Disk {
        private int calls;
        private int created;

        @Override
        public FileChannel open(Path file, OpenOption... options) throws IOException {
            calls++;
            created += file.toString().endsWith(".segment.new") ? 1 : 0;
            return super.open(file, options);
        }

        @Override
        public void force(FileChannel channel, boolean withMetadata) {
            calls++;
        }

        @Override
        public void rename(Path from, Path to) throws IOException {
            calls++;
            super.rename(from, to);
        }
    }
}
