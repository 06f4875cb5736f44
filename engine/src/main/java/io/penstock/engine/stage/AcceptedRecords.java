package io.penstock.engine.stage;

import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.system.RejectedRowDecoder;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Of each source, the last record in the journal that moved its position.
 *
 * <p>The journal stage's thread notes and publishes, any thread reads; nobody waits for a lock, and
 * nothing is allocated but what a reader is given.
 */
public final class AcceptedRecords {
    private static final int FIELDS = 3;
    private static final int POSITION = 0;
    private static final int SEQUENCE = 1;
    private static final int EPOCH = 2;

    private final long[] noted;
    private final long[] published;
    private final AtomicLong version = new AtomicLong();
    private final RejectedRowDecoder rejected = SystemMessages.REJECTED_ROW.newDecoder();
    private boolean isChanged;

    /**
     * The last record of one source.
     *
     * @param position in the source
     * @param sequence of the record; {@link RecordView#NULL_SEQUENCE} when none is known
     * @param epoch of the writer that journaled it
     */
    public record Last(long position, long sequence, int epoch) {}

    /** Knows of no record yet, of so many sources. */
    public AcceptedRecords(int sources) {
        noted = new long[FIELDS * sources];
        for (int i = 0; i < sources; i++) {
            noted[FIELDS * i + POSITION] = -1;
            noted[FIELDS * i + SEQUENCE] = RecordView.NULL_SEQUENCE;
        }
        published = noted.clone();
    }

    /** Notes a record that is going into the journal; readers see it after {@link #publish}. */
    public void note(RecordView record, int epoch) {
        if (movesPosition(record)) {
            note(record.sourceId(), record.sourcePosition(), record.sequence(), epoch);
        }
    }

    /** As {@link #note(RecordView, int)}, of a record that moves its source's position. */
    void note(int sourceId, long position, long sequence, int epoch) {
        long[] values = noted;
        int at = FIELDS * sourceId;
        values[at + POSITION] = position;
        values[at + SEQUENCE] = sequence;
        values[at + EPOCH] = epoch;
        isChanged = true;
    }

    /** Whether a record says how far its source was taken: pads, ticks, and parts do not. */
    public boolean movesPosition(RecordView record) {
        return switch (record.kind()) {
            case RecordKind.DATA, RecordKind.CONTROL -> true;
            case RecordKind.REJECT -> isLastPart(record);
            default -> false;
        };
    }

    private boolean isLastPart(RecordView record) {
        SystemMessages.REJECTED_ROW.wrap(rejected, record.buffer(), record.offset());
        return rejected.lastPart() == 1;
    }

    /** Shows readers what was noted. */
    public void publish() {
        if (!isChanged) {
            return;
        }
        isChanged = false;
        long before = version.getPlain();
        version.setOpaque(before + 1);
        VarHandle.storeStoreFence();
        for (int i = 0; i < noted.length; i++) {
            published[i] = noted[i];
        }
        version.setRelease(before + 2);
    }

    /** The last record of a source; any thread. */
    public Last last(int sourceId) {
        while (true) {
            long before = version.getAcquire();
            int at = FIELDS * sourceId;
            Last last =
                    new Last(
                            published[at + POSITION],
                            published[at + SEQUENCE],
                            (int) published[at + EPOCH]);
            VarHandle.loadLoadFence();
            if ((before & 1) == 0 && before == version.getOpaque()) {
                return last;
            }
            Thread.onSpinWait();
        }
    }
}
