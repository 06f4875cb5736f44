package io.penstock.journal;

import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Records that are a function of their sequence, and the reading of them. */
final class TestJournals {
    static final long TIME_STEP_NS = 1_000;
    static final long FIRST_TIME_NS = 1_700_000_000_000_000_000L;

    private TestJournals() {}

    static long timeNs(long sequence) {
        return FIRST_TIME_NS + sequence * TIME_STEP_NS;
    }

    static int messageLength(long sequence) {
        return 8 + (int) (sequence * 7 % 41);
    }

    /** Appends records up to a sequence, so many a frame. */
    static void append(Journal journal, long toSequence, int recordsAFrame) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[64]);
        JournalAppender appender = journal.appender();
        long sequence = journal.lastSequence() + 1;
        while (sequence <= toSequence) {
            appender.begin(sequence, timeNs(sequence));
            for (int i = 0; i < recordsAFrame && sequence <= toSequence; i++) {
                fill(message, sequence);
                if (!appender.tryAdd(
                        timeNs(sequence),
                        RecordKind.DATA,
                        (byte) (sequence % 3),
                        (int) (sequence % 5),
                        sequence * 10,
                        (int) (sequence * 31),
                        message,
                        0,
                        messageLength(sequence))) {
                    break;
                }
                sequence++;
            }
            appender.commit();
        }
    }

    private static void fill(UnsafeBuffer message, long sequence) {
        for (int i = 0; i < messageLength(sequence); i++) {
            message.putByte(i, (byte) (sequence * 13 + i));
        }
    }

    /** Checks every field of a record; null, or what is wrong. */
    static String fault(RecordView view) {
        long sequence = view.sequence();
        boolean isHeaderRight =
                view.timeNs() == timeNs(sequence)
                        && view.kind() == RecordKind.DATA
                        && view.flags() == (byte) (sequence % 3)
                        && view.sourceId() == (int) (sequence % 5)
                        && view.sourcePosition() == sequence * 10
                        && view.sourceCheck() == (int) (sequence * 31)
                        && view.length() == messageLength(sequence);
        if (!isHeaderRight) {
            return "header of record " + sequence;
        }
        for (int i = 0; i < view.length(); i++) {
            if (view.buffer().getByte(view.offset() + i) != (byte) (sequence * 13 + i)) {
                return "byte " + i + " of record " + sequence;
            }
        }
        return null;
    }

    /** What reading from the start delivered, and how it ended. */
    record Read(long count, Outcome outcome, JournalDamage damage, String fault) {}

    static Read readAll(JournalReader reader) {
        RecordView view = new RecordView();
        long count = 0;
        List<String> faults = new ArrayList<>();
        Outcome outcome = reader.next(view);
        while (outcome == Outcome.OK) {
            String fault = fault(view);
            if (fault == null && view.sequence() != count) {
                fault = "sequence " + view.sequence() + " instead of " + count;
            }
            if (fault != null) {
                faults.add(fault);
            }
            count++;
            outcome = reader.next(view);
        }
        return new Read(count, outcome, reader.damage(), faults.isEmpty() ? null : faults.get(0));
    }
}
