package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.function.IntToLongFunction;

/**
 * Restores a core from the newest snapshot that is whole and belongs to journal, plan and results.
 *
 * <p>What makes a snapshot unusable is no fault: the next older one is taken, or none, and the
 * journal is read from there.
 */
final class Restoration {
    private final Core core;
    private final SnapshotStorage storage;
    private final JournalReader reader;
    private final UUID journalId;
    private final long last;
    private final IntToLongFunction resultsOut;

    /**
     * What was restored.
     *
     * @param sequence that the core stands behind; {@link RecordView#NULL_SEQUENCE}: at the start
     * @param sinks what they had committed
     * @param passedOver snapshots that were not used, and why
     * @param snapshotBytes of the one that was; 0 without one
     * @param rates that were known before
     */
    record Restored(
            long sequence,
            List<Sink.Committed> sinks,
            List<String> passedOver,
            long snapshotBytes,
            RecoveryRates rates) {
        /** How long this and what is left of the journal take. */
        long predictedNs(long last) {
            return rates.predictNs(snapshotBytes, last - sequence);
        }
    }

    /**
     * Names the parts.
     *
     * @param core with empty state
     * @param reader of the journal, for the frame a snapshot names
     * @param last sequence that the snapshot may be of
     * @param resultsOut how many results of a sink are out
     */
    Restoration(
            Core core,
            SnapshotStorage storage,
            JournalReader reader,
            UUID journalId,
            long last,
            IntToLongFunction resultsOut) {
        this.core = core;
        this.storage = storage;
        this.reader = reader;
        this.journalId = journalId;
        this.last = last;
        this.resultsOut = resultsOut;
    }

    Restored restore() {
        List<String> passedOver = new ArrayList<>();
        List<String> names = new ArrayList<>(storage.list());
        Collections.reverse(names);
        for (String name : names) {
            String reason;
            try {
                SnapshotCoordinator.Header header = SnapshotCoordinator.readHeader(storage, name);
                reason = unusable(header);
                if (reason == null) {
                    try (SnapshotReader snapshot = new SnapshotReader(storage, name)) {
                        reason = core.unreadable(snapshot);
                        if (reason == null) {
                            core.readFrom(snapshot);
                            return new Restored(
                                    header.sequence(),
                                    header.sinks(),
                                    passedOver,
                                    header.lengthBytes(),
                                    header.rates());
                        }
                    }
                }
            } catch (PenstockException e) {
                if (e.category() != Category.DAMAGE) {
                    throw e;
                }
                reason = e.getMessage();
            }
            passedOver.add(name + ": " + reason);
        }
        return new Restored(
                RecordView.NULL_SEQUENCE, List.of(), passedOver, 0, RecoveryRates.ASSUMED);
    }

    /** Why a snapshot cannot be used; null if it can. */
    private String unusable(SnapshotCoordinator.Header header) {
        if (!header.journalId().equals(journalId)) {
            return "it belongs to journal " + header.journalId();
        }
        if (!header.planHash().equals(core.pipeline().plan().hashHex())) {
            return "it belongs to another plan";
        }
        if (header.sequence() > last) {
            return "it is ahead of the journal: " + header.sequence() + " > " + last;
        }
        int shards = Math.max(1, core.shards().size());
        if (header.shards() != shards) {
            return "it holds the state of "
                    + (header.shards() == 1 ? "one core" : header.shards() + " shards")
                    + ", wanted is that of "
                    + (shards == 1 ? "one core" : shards + " shards")
                    + ": what it spares is replayed from the journal";
        }
        for (int i = 0; i < header.sinks().size(); i++) {
            if (header.sinks().get(i).ordinal() > resultsOut.applyAsLong(i)) {
                return "the output log lacks results that it counts";
            }
        }
        RecordView view = new RecordView();
        Outcome outcome = reader.seek(header.sequence());
        if (outcome == Outcome.END) {
            return "it is ahead of the journal: " + header.sequence();
        }
        requireOk(outcome, reader);
        requireOk(reader.next(view), reader);
        return view.frameChecksum() == header.frameChecksum()
                ? null
                : "it belongs to another history: its frame checksum differs";
    }

    static void requireOk(Outcome outcome, JournalReader reader) {
        if (outcome != Outcome.OK) {
            if (reader.damage() != null) {
                throw reader.damage().toException();
            }
            throw new IllegalStateException("the journal ended before its last record");
        }
    }
}
