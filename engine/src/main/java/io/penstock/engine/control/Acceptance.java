package io.penstock.engine.control;

import io.penstock.engine.stage.AcceptedRecords;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Answers what was taken of a source, and how safe it is.
 *
 * <p>What was journaled or replayed since opening is known. A source whose last record is older
 * than the snapshot is looked up in the journal, backwards, once, when it is asked for; by a reader
 * of the asking thread. Any thread.
 */
public final class Acceptance {
    private static final int FIRST_SPAN = 4096;

    private final Assembly assembly;
    private final long[] recovered;
    private final AtomicReferenceArray<AcceptedRecords.Last> older;

    /**
     * Answers for an assembly.
     *
     * @param recovered of each source the position of its last record when it was opened
     */
    public Acceptance(Assembly assembly, long[] recovered) {
        this.assembly = assembly;
        this.recovered = recovered.clone();
        this.older = new AtomicReferenceArray<>(recovered.length);
    }

    /** How far records are acknowledged now. */
    public Ack latest() {
        // The cursor of a level moves on only, so that an answer holds for ever.
        return new Ack(assembly.journal().epoch(), assembly.acknowledged(), assembly.durability());
    }

    /** What was taken of a source. */
    public Accepted of(int sourceId) {
        AcceptedRecords.Last last = assembly.accepted().last(sourceId);
        if (last.sequence() < 0 && recovered[sourceId] >= 0) {
            last = olderThanTheSnapshot(sourceId);
        }
        return new Accepted(last.position(), last.sequence(), last.epoch(), level(last.sequence()));
    }

    /** A record whose sequence is not known is older than all that are. */
    private Durability level(long sequence) {
        if (assembly.durable() >= 0 && assembly.durable() >= sequence) {
            return Durability.POWER;
        }
        if (assembly.journaled() < sequence) {
            return Durability.NONE;
        }
        boolean isAcknowledged = assembly.acknowledged() >= sequence;
        return isAcknowledged && assembly.durability().isForced()
                ? assembly.durability()
                : Durability.PROCESS;
    }

    private AcceptedRecords.Last olderThanTheSnapshot(int sourceId) {
        AcceptedRecords.Last found = older.get(sourceId);
        if (found == null) {
            try (JournalReader reader = assembly.journal().reader()) {
                found = search(reader, sourceId);
            }
            older.set(sourceId, found);
        }
        return found;
    }

    private AcceptedRecords.Last search(JournalReader reader, int sourceId) {
        AcceptedRecords seen = new AcceptedRecords(recovered.length);
        RecordView record = new RecordView();
        long last = assembly.recovery().snapshotSequence();
        long span = FIRST_SPAN;
        while (last >= 0 && seen.last(sourceId).sequence() < 0) {
            long first = Math.max(0, last - span + 1);
            Outcome outcome = reader.seek(first);
            while (outcome == Outcome.OK) {
                outcome = reader.next(record);
                if (outcome == Outcome.OK && record.sequence() <= last) {
                    seen.note(record, reader.epoch());
                }
                if (record.sequence() >= last) {
                    break;
                }
            }
            seen.publish();
            if (outcome != Outcome.OK) {
                break;
            }
            last = first - 1;
            span *= 2;
        }
        AcceptedRecords.Last found = seen.last(sourceId);
        return found.sequence() >= 0
                ? found
                : new AcceptedRecords.Last(recovered[sourceId], RecordView.NULL_SEQUENCE, 0);
    }
}
