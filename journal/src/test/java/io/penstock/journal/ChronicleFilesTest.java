package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What only files can do. */
@Timeout(60)
final class ChronicleFilesTest {
    @TempDir Path directory;

    @Test
    void shouldReadWhenChroniclesOwnFilesAreGoneOrGarbage() throws Exception {
        TestStore store = new TestStore.Chronicle(directory, directory);
        Journal journal = Journals.open(store.config());
        TestJournals.append(journal, 99, 7);
        store.kill(journal);
        Path metadata = directory.resolve("e00001/metadata.cq4t");
        Files.write(metadata, new byte[] {1, 2, 3}, StandardOpenOption.TRUNCATE_EXISTING);
        JournalConformanceTest.assertWhole(store, 100);
        Files.delete(metadata);

        try (Journal reopened = Journals.open(store.config())) {
            TestJournals.append(reopened, 199, 7);
        }

        JournalConformanceTest.assertWhole(store, 200);
    }

    @Test
    void shouldWorkOnAndStayInterruptedWhenThreadIsInterrupted() {
        TestStore store = new TestStore.Chronicle(directory, directory);
        try (Journal journal = Journals.open(store.config())) {
            Thread.currentThread().interrupt();
            TestJournals.append(journal, 99, 7);
            assertEquals(99, journal.force());
            try (JournalReader reader = journal.reader()) {
                TestJournals.Read read = TestJournals.readAll(reader);
                assertTrue(Thread.interrupted());
                assertNull(read.damage());
                assertEquals(100, read.count());
            }
        }
    }

    @Test
    void shouldNameFileThatShrinksWhileItIsRead() throws Exception {
        TestStore store = new TestStore.Chronicle(directory, directory);
        Journal journal = Journals.open(store.config());
        TestJournals.append(journal, 19_999, 7);
        store.kill(journal);
        RecordView view = new RecordView();
        try (JournalReader reader = Journals.read(directory)) {
            assertEquals(Outcome.OK, reader.next(view));
            store.truncate(store.segments().get(0), 0);
            Outcome outcome = Outcome.OK;
            while (outcome == Outcome.OK) {
                outcome = reader.next(view);
            }
            assertEquals(Outcome.CORRUPT, outcome);
        }
    }

    @Test
    void shouldWriteNothingWhenReading() throws Exception {
        PenstockException refused =
                assertThrows(
                        PenstockException.class, () -> Journals.read(directory.resolve("none")));
        assertEquals(Category.INPUT, refused.category());
        assertFalse(Files.exists(directory.resolve("none")));
        assertThrows(PenstockException.class, () -> Journals.read(directory));
        assertThrows(
                PenstockException.class, () -> Journals.verify(directory, JournalProgress.NONE));
        assertThrows(PenstockException.class, () -> Journals.info(directory));
        try (Stream<Path> entries = Files.list(directory)) {
            assertEquals(0, entries.count());
        }
    }

    @Test
    void shouldTellSegmentsByTheirHeads() {
        TestStore store = new TestStore.Chronicle(directory, directory);
        try (Journal journal = Journals.open(store.config().withSegmentLength(2_000))) {
            TestJournals.append(journal, 99, 4);
            JournalInfo info = Journals.info(directory);
            JournalInfo verified = Journals.verify(directory, JournalProgress.NONE);

            assertTrue(info.isSound(), info.damages().toString());
            assertEquals(journal.id(), info.id());
            assertEquals(99, info.lastSequence());
            assertEquals(verified.segments().size(), info.segments().size());
            for (int i = 0; i < info.segments().size(); i++) {
                JournalInfo.Segment told = info.segments().get(i);
                JournalInfo.Segment read = verified.segments().get(i);
                assertEquals(read.firstSequence(), told.firstSequence());
                assertEquals(read.lastSequence(), told.lastSequence());
                assertEquals(read.file(), told.file());
            }
        }
    }

    /** Space and pages that were made ready ahead are not asked for again. */
    @Test
    void shouldAskForNoSpaceWhenItWasMadeReadyAhead() throws Exception {
        AtomicLong written = new AtomicLong();
        Disk disk =
                new Disk() {
                    @Override
                    public void write(FileChannel channel, ByteBuffer content, long position)
                            throws IOException {
                        written.addAndGet(content.remaining());
                        super.write(channel, content, position);
                    }
                };
        int block = 1 << 20;
        int ahead = 3 * block + 4096;
        JournalConfig config =
                JournalConfig.at(directory)
                        .withKind(JournalKind.CHRONICLE)
                        .withHelperThread(false)
                        .withLengths(block, 4096)
                        .withTouchAhead(ahead);
        TestStore store = new TestStore.Chronicle(directory, directory);
        long last = 9;
        try (Journal journal = Journals.open(config, disk)) {
            TestJournals.append(journal, last, 7);
            for (int round = 0; round < 3; round++) {
                while (journal.prepareAhead() > 0) {}
                long before = written.get();
                assertTrue(before >= ahead, "written: " + before);
                last += 30_000;
                TestJournals.append(journal, last, 9);
                assertEquals(before, written.get(), "round " + round);
            }
        }
        JournalConformanceTest.assertWhole(store, last + 1);
    }

    @Test
    void shouldRefuseToTouchNegativeLengthAhead() {
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> JournalConfig.at(directory).withTouchAhead(-1));
        assertTrue(refused.getMessage().contains("touchAheadBytes"), refused.getMessage());
    }
}
