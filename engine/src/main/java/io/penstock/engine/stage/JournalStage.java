package io.penstock.engine.stage;

import com.lmax.disruptor.Sequence;
import io.penstock.engine.egress.FrameChecksums;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.ring.EventRing;
import io.penstock.journal.JournalAppender;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import org.agrona.concurrent.Agent;

/**
 * Journals the ring's records, one frame per batch, and publishes how far it has come.
 *
 * <p>Owns the appender; one thread.
 */
@HotPath
public final class JournalStage implements Agent {
    private final EventRing ring;
    private final JournalAppender appender;
    private final FrameChecksums checksums;
    private final Sequence journaled;
    private final AcceptedRecords accepted;
    private final int epoch;
    private final int batchLimit;
    private final RecordView record = new RecordView();

    /**
     * Creates the stage at the journal's end.
     *
     * @param journaled its cursor: the last sequence that is in the journal
     * @param accepted is told what was taken of each source
     * @param epoch of the journal's writer
     * @param batchLimit most records of one duty cycle
     */
    public JournalStage(
            EventRing ring,
            JournalAppender appender,
            FrameChecksums checksums,
            Sequence journaled,
            AcceptedRecords accepted,
            int epoch,
            int batchLimit) {
        this.ring = ring;
        this.appender = appender;
        this.checksums = checksums;
        this.journaled = journaled;
        this.accepted = accepted;
        this.epoch = epoch;
        this.batchLimit = batchLimit;
    }

    /** Opens the first segment on the appending thread, before the first record waits for it. */
    @Override
    public void onStart() {
        appender.prepare();
    }

    @Override
    public int doWork() {
        long first = journaled.get() + 1;
        long last = ring.published(first, batchLimit);
        if (last < first || !checksums.hasSpace()) {
            return 0;
        }
        long sequence = first;
        ring.view(sequence, record);
        appender.begin(sequence, record.timeNs());
        while (ring.append(sequence, appender)) {
            note(sequence);
            if (++sequence > last) {
                break;
            }
        }
        if (sequence == first) {
            throw new IllegalStateException(
                    "record " + first + " does not fit into a frame of its own");
        }
        int checksum = appender.commit();
        checksums.publish(sequence - 1, checksum);
        accepted.publish();
        journaled.set(sequence - 1);
        return (int) (sequence - first);
    }

    private void note(long sequence) {
        if (ring.kind(sequence) == RecordKind.DATA) {
            accepted.note(ring.sourceId(sequence), ring.sourcePosition(sequence), sequence, epoch);
        } else {
            accepted.note(ring.view(sequence, record), epoch);
        }
    }

    @Override
    public String roleName() {
        return "journal";
    }
}
