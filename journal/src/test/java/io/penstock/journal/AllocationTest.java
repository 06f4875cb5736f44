package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Appending and reading allocate nothing per record; a mapped block costs Chronicle a little. */
@Timeout(60)
final class AllocationTest {
    private static final int WARM_UP = 400_000;
    private static final int RECORDS = 1_000_000;
    private static final int RECORDS_A_FRAME = 16;

    /** Chronicle's own for each block it maps, and a few blocks are mapped. */
    private static final long BOUND_FOR_A_MILLION_BYTES = 128 * 1024;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final UnsafeBuffer message = new UnsafeBuffer(new byte[40]);

    @TempDir Path directory;

    /** A list of writers to close, a wrapper of a buffer: of the few segments that are begun. */
    private static final long BOUND_FOR_A_SEGMENT_BYTES = 1024;

    @Test
    void shouldAllocateNothingPerRecordOrSegmentInFilesOfOurOwn() {
        JournalConfig config =
                JournalConfig.at(directory)
                        .withKind(JournalKind.SEGMENT)
                        .withHelperThread(false)
                        .withSegmentLength(32 << 20);
        try (Journal journal = Journals.open(config)) {
            append(journal, WARM_UP);
            long appendBytes = 0;
            long segments = 0;
            for (int i = 0; i < 10; i++) {
                // What is prepared is prepared by another thread, in an engine.
                while (journal.prepareAhead() > 0) {}
                long before = allocated();
                append(journal, RECORDS / 10);
                appendBytes += allocated() - before;
                segments++;
            }
            assertTrue(
                    appendBytes < BOUND_FOR_A_SEGMENT_BYTES * segments,
                    "append: " + appendBytes + " in segments: " + segments);

            RecordView view = new RecordView();
            try (JournalReader reader = journal.reader()) {
                assertEquals(WARM_UP, read(reader, view, WARM_UP));
                long before = allocated();
                int within = 100_000;
                assertEquals(within, read(reader, view, within));
                assertEquals(0, (allocated() - before) / within);
            }
        }
    }

    @Test
    void shouldAllocateNothingPerRecord() {
        JournalConfig config = JournalConfig.at(directory).withSegmentLength(1L << 30);
        try (Journal journal = Journals.open(config)) {
            append(journal, WARM_UP);
            long before = allocated();
            append(journal, RECORDS);
            long appendBytes = allocated() - before;

            RecordView view = new RecordView();
            long readBytes;
            try (JournalReader reader = journal.reader()) {
                assertEquals(WARM_UP, read(reader, view, WARM_UP));
                before = allocated();
                assertEquals(RECORDS, read(reader, view, RECORDS));
                assertEquals(Outcome.END, reader.next(view));
                assertEquals(Outcome.END, reader.next(view));
                readBytes = allocated() - before;
            }

            assertTrue(appendBytes < BOUND_FOR_A_MILLION_BYTES, "append: " + appendBytes);
            assertTrue(readBytes < BOUND_FOR_A_MILLION_BYTES, "read: " + readBytes);
        }
    }

    private static long allocated() {
        return THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    private void append(Journal journal, int count) {
        JournalAppender appender = journal.appender();
        long sequence = journal.lastSequence() + 1;
        for (int i = 0; i < count; i += RECORDS_A_FRAME) {
            appender.begin(sequence, sequence);
            for (int j = 0; j < RECORDS_A_FRAME; j++, sequence++) {
                appender.tryAdd(
                        sequence,
                        RecordKind.DATA,
                        (byte) 0,
                        1,
                        sequence,
                        7,
                        message,
                        0,
                        message.capacity());
            }
            appender.commit();
        }
    }

    private static long read(JournalReader reader, RecordView view, int limit) {
        long count = 0;
        while (count < limit && reader.next(view) == Outcome.OK) {
            count++;
        }
        return count;
    }
}
