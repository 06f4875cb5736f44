package io.penstock.engine.control;

import io.penstock.fault.PenstockException;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.util.UUID;
import java.util.function.IntToLongFunction;

/** Says whether a whole snapshot belongs to journal, plan and results. One thread. */
final class SnapshotCheck {
    private final JournalReader reader;
    private final UUID journalId;
    private final String planHash;
    private final long last;
    private final IntToLongFunction resultsOut;

    /** What {@link #seekAhead} came to, and for which sequence; null when nothing was sought. */
    private Outcome soughtOutcome;

    private long sought;

    /**
     * Names what it must belong to.
     *
     * @param reader of the journal, for the frame a snapshot names
     * @param last sequence that the snapshot may be of
     * @param resultsOut how many results of a sink are out
     */
    SnapshotCheck(
            JournalReader reader,
            UUID journalId,
            String planHash,
            long last,
            IntToLongFunction resultsOut) {
        this.reader = reader;
        this.journalId = journalId;
        this.planHash = planHash;
        this.last = last;
        this.resultsOut = resultsOut;
    }

    /** Looks for the record of a snapshot that is going to be checked. */
    void seekAhead(long sequence) {
        soughtOutcome = null;
        if (sequence < 0 || sequence > last) {
            return;
        }
        try {
            soughtOutcome = reader.seek(sequence);
            sought = sequence;
        } catch (PenstockException e) {
            // Met again when it is asked for, if the snapshot turns out to be whole.
            soughtOutcome = null;
        }
    }

    /** Goes to a record; once, where that was done ahead. */
    private Outcome seek(long sequence) {
        Outcome outcome = soughtOutcome;
        soughtOutcome = null;
        return outcome != null && sought == sequence ? outcome : reader.seek(sequence);
    }

    /** Why a snapshot cannot be used; null if it can. */
    String unusable(SnapshotCoordinator.Header header, int shards) {
        if (!header.journalId().equals(journalId)) {
            return "it belongs to journal " + header.journalId();
        }
        if (!header.planHash().equals(planHash)) {
            return "it belongs to another plan";
        }
        if (header.sequence() > last) {
            return "it is ahead of the journal: " + header.sequence() + " > " + last;
        }
        if (header.shards() != shards) {
            return "it holds the state of "
                    + cores(header.shards())
                    + ", wanted is that of "
                    + cores(shards)
                    + ": what it spares is replayed from the journal";
        }
        for (int i = 0; i < header.sinks().size(); i++) {
            if (header.sinks().get(i).ordinal() > resultsOut.applyAsLong(i)) {
                return "the output log lacks results that it counts";
            }
        }
        RecordView view = new RecordView();
        Outcome outcome = seek(header.sequence());
        if (outcome == Outcome.END) {
            return "it is ahead of the journal: " + header.sequence();
        }
        if (outcome == Outcome.GAP && reader.damage().isGivenUp()) {
            return "the journal begins behind it now, at sequence " + reader.firstSequence();
        }
        Restoration.requireOk(outcome, reader);
        Restoration.requireOk(reader.next(view), reader);
        return view.frameChecksum() == header.frameChecksum()
                ? null
                : "it belongs to another history: its frame checksum differs";
    }

    static String cores(int shards) {
        return shards == 1 ? "one core" : shards + " shards";
    }
}
