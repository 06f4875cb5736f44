package io.penstock.testkit.simulation;

import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import io.penstock.journal.store.FrameStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** A copy of one record; its bytes are nobody else's and never change. */
final class JournalRecord {
    private final long sequence;
    private final long timeNs;
    private final byte kind;
    private final int sourceId;
    private final long position;
    private final int check;
    private final byte[] message;

    JournalRecord(
            long sequence,
            long timeNs,
            byte kind,
            int sourceId,
            long position,
            int check,
            byte[] message) {
        this.sequence = sequence;
        this.timeNs = timeNs;
        this.kind = kind;
        this.sourceId = sourceId;
        this.position = position;
        this.check = check;
        this.message = message;
    }

    long sequence() {
        return sequence;
    }

    byte kind() {
        return kind;
    }

    int sourceId() {
        return sourceId;
    }

    long position() {
        return position;
    }

    byte[] message() {
        return message;
    }

    /** All records that a store holds. */
    static List<JournalRecord> readAll(FrameStore frames) {
        List<JournalRecord> records = new ArrayList<>();
        RecordView view = new RecordView();
        try (JournalReader reader = Journals.read(frames)) {
            while (reader.next(view) == Outcome.OK) {
                byte[] message = new byte[view.length()];
                view.buffer().getBytes(view.offset(), message);
                records.add(
                        new JournalRecord(
                                view.sequence(),
                                view.timeNs(),
                                view.kind(),
                                view.sourceId(),
                                view.sourcePosition(),
                                view.sourceCheck(),
                                message));
            }
        }
        return records;
    }

    /** Points a view at the copy. */
    void show(RecordView view) {
        view.header(sequence, timeNs, kind, (byte) 0, sourceId, position, check)
                .message(new UnsafeBuffer(message), 0, message.length);
    }

    /** Whether this is the record that a publisher was told about. */
    boolean is(JournalRecord sent) {
        // A pad consumes nothing: the position and check that it carries mean nothing either.
        return kind == sent.kind && (kind == RecordKind.PAD || isSameEvent(sent));
    }

    private boolean isSameEvent(JournalRecord sent) {
        return sourceId == sent.sourceId
                && position == sent.position
                && check == sent.check
                && Arrays.equals(message, sent.message);
    }

    @Override
    public String toString() {
        return "record "
                + sequence
                + " kind="
                + kind
                + " source="
                + sourceId
                + " position="
                + position
                + " length="
                + message.length;
    }
}
