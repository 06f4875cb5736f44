package io.penstock.cli.fuzz;

import io.penstock.fault.PenstockException;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalAppender;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.JournalInfo;
import io.penstock.journal.JournalKind;
import io.penstock.journal.JournalProgress;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import io.penstock.journal.store.FrameStore;
import java.nio.file.Path;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/** Makes small journals, and reads those that were made smaller, larger or otherwise. */
final class JournalFiles {
    static final UUID ID = new UUID(0x0123_4567_89AB_CDEFL, 0x1122_3344_5566_7788L);

    private static final int BLOCK_LENGTH = 256 * 1024;
    private static final int MAX_FRAME_LENGTH = 4096;
    private static final int SEGMENT_LENGTH = 16 * 1024;
    private static final int RECORDS = 20;

    private JournalFiles() {}

    static JournalConfig config(Path directory, JournalKind kind) {
        return JournalConfig.at(directory)
                .withKind(kind)
                .withJournalId(ID)
                .withLengths(BLOCK_LENGTH, MAX_FRAME_LENGTH)
                .withSegmentLength(SEGMENT_LENGTH);
    }

    /** Writes some records, a few a frame. */
    static void write(Journal journal) {
        JournalAppender appender = journal.appender();
        UnsafeBuffer message = new UnsafeBuffer(new byte[64]);
        for (long sequence = 0; sequence < RECORDS; ) {
            appender.begin(sequence, 1000 + sequence);
            for (int i = 0; i < 3 && sequence < RECORDS; i++, sequence++) {
                boolean isAdded =
                        appender.tryAdd(
                                1000 + sequence,
                                RecordKind.DATA,
                                (byte) 0,
                                0,
                                sequence,
                                0,
                                message,
                                0,
                                (int) (sequence * 5 % 40));
                if (!isAdded) {
                    throw new IllegalStateException("no room");
                }
            }
            appender.commit();
        }
    }

    /**
     * Reads a journal in every way.
     *
     * @param lengthBytes of all that is there: what can be read is bounded by it
     * @return whether it was whole and had records
     */
    static boolean read(FrameStore store, long lengthBytes) {
        long records = 0;
        Outcome outcome;
        RecordView view = new RecordView();
        try (JournalReader reader = Journals.read(store)) {
            outcome = reader.next(view);
            while (outcome == Outcome.OK) {
                if (++records > lengthBytes / 24) {
                    throw new AssertionError(records + " records in " + lengthBytes + " bytes");
                }
                touch(view);
                outcome = reader.next(view);
            }
            requireSame(reader.next(view), outcome);
            if (outcome != Outcome.END) {
                Typed.requirePrintable(reader.damage().toException().getMessage());
            }
            seek(reader, view, lengthBytes);
        }
        JournalInfo info = Journals.verify(store, JournalProgress.NONE);
        info.damages().forEach(d -> Typed.requirePrintable(d.toException().getMessage()));
        if ((outcome == Outcome.END) != info.isSound() && info.segments().size() <= 1) {
            throw new AssertionError("read to " + outcome + ", verified " + info.damages());
        }
        return outcome == Outcome.END && records > 0;
    }

    private static void seek(JournalReader reader, RecordView view, long lengthBytes) {
        long[] wanted = {0, 1, 7, 19, 20, 1L << 40, Long.MAX_VALUE};
        for (long sequence : wanted) {
            if (reader.seek(sequence) == Outcome.OK) {
                Outcome outcome = reader.next(view);
                if (outcome == Outcome.OK && view.sequence() < sequence) {
                    throw new AssertionError("sought " + sequence + ", got " + view.sequence());
                }
            }
            reader.seekTime(sequence);
        }
        if (lengthBytes < 0) {
            throw new AssertionError();
        }
    }

    private static void touch(RecordView view) {
        if (view.length() < 0) {
            throw new AssertionError("length " + view.length());
        }
        for (int i = 0; i < view.length(); i++) {
            view.buffer().getByte(view.offset() + i);
        }
    }

    private static void requireSame(Outcome again, Outcome before) {
        if (again != before) {
            throw new AssertionError("first " + before + ", then " + again);
        }
    }

    /** Opens a journal for writing, as recovery does, and reads what it kept. */
    static void recover(JournalConfig config, long lengthBytes) {
        try (Journal journal = Journals.open(config)) {
            Typed.requirePrintable(journal.recovery().quarantined().toString());
        } catch (PenstockException e) {
            Typed.requirePrintable(e.getMessage());
            return;
        }
        read(config.store(), lengthBytes);
    }
}
