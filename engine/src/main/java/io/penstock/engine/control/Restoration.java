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
 * journal is read from there. Only where the journal gave up its first records there must be one.
 */
final class Restoration {
    private final Core core;
    private final SnapshotStorage storage;
    private final JournalReader reader;
    private final long last;
    private final SnapshotCheck check;

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
        this.last = last;
        this.check =
                new SnapshotCheck(
                        reader, journalId, core.pipeline().plan().hashHex(), last, resultsOut);
    }

    /**
     * Restores from the newest snapshot that can be used; without one, the core stays at the start.
     *
     * @throws PenstockException DAMAGE or CONFIGURATION when the journal does not reach back to the
     *     start, and there is no such snapshot
     */
    Restored restore() {
        List<String> names = new ArrayList<>(storage.list());
        Collections.reverse(names);
        return restore(names);
    }

    /** As {@link #restore()}, but from the oldest. */
    Restored restoreOldest() {
        return restore(storage.list());
    }

    private Restored restore(List<String> names) {
        List<String> passedOver = new ArrayList<>();
        int shards = Math.max(1, core.shards().size());
        int otherShards = 0;
        for (String name : names) {
            SnapshotCoordinator.Header header = null;
            SnapshotReader snapshot = null;
            String reason = "unknown";
            try {
                long sequence = SnapshotCoordinator.sequence(name);
                snapshot = new SnapshotReader(storage, name, () -> check.seekAhead(sequence));
                header = SnapshotCoordinator.readHeader(snapshot, name);
                reason = check.unusable(header, shards);
                if (reason == null) {
                    reason = core.unreadable(snapshot);
                } else if (header.shards() != shards
                        && check.unusable(header, header.shards()) == null) {
                    otherShards = header.shards();
                }
            } catch (PenstockException e) {
                if (e.category() != Category.DAMAGE) {
                    throw e;
                }
                reason = e.getMessage();
            } finally {
                if (snapshot != null && reason != null) {
                    snapshot.close();
                }
            }
            if (reason == null) {
                read(snapshot, name);
                return new Restored(
                        header.sequence(),
                        header.sinks(),
                        passedOver,
                        header.lengthBytes(),
                        header.rates());
            }
            passedOver.add(name + ": " + reason);
        }
        if (reader.firstSequence() > 0) {
            throw nothingToStartFrom(passedOver, otherShards);
        }
        return new Restored(
                RecordView.NULL_SEQUENCE, List.of(), passedOver, 0, RecoveryRates.ASSUMED);
    }

    /**
     * Reads the state. What its checksums vouch for and is no state nevertheless was not written by
     * us, and half of it is in the core by then: no other snapshot can be taken instead.
     */
    private void read(SnapshotReader snapshot, String name) {
        try (snapshot) {
            core.readFrom(snapshot);
        } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw unfit(name, e);
        } catch (PenstockException e) {
            throw e.category() == Category.DAMAGE ? unfit(name, e) : e;
        }
    }

    private static PenstockException unfit(String name, RuntimeException cause) {
        return new PenstockException(
                Category.DAMAGE,
                "snapshot "
                        + name
                        + " has the right checksums and no state of this plan: "
                        + cause.getMessage()
                        + " (remove it; what it spares is replayed from the journal)",
                cause);
    }

    /**
     * What is wrong when there is nothing to start from: the journal gave up its first records, and
     * no snapshot stands in for them.
     */
    private PenstockException nothingToStartFrom(List<String> passedOver, int otherShards) {
        long first = reader.firstSequence();
        List<String> names = storage.list();
        if (last < Long.MAX_VALUE && !names.isEmpty() && reader.seek(last + 1) == Outcome.OK) {
            // Asked for is what was, not what is.
            return new PenstockException(
                    Category.CONFIGURATION,
                    "the state at sequence "
                            + last
                            + " cannot be made any more: the journal begins at sequence "
                            + first
                            + ", and the oldest snapshot that is kept is of sequence "
                            + SnapshotCoordinator.sequence(names.get(0)));
        }
        StringBuilder text = new StringBuilder("the journal begins at sequence ");
        text.append(first);
        text.append(", what was before it was given up, and no snapshot ");
        text.append("can be used");
        for (String reason : passedOver) {
            text.append("; ").append(reason);
        }
        if (otherShards > 0) {
            text.append(" (open it with as many shards as before: ").append(otherShards);
            return new PenstockException(Category.CONFIGURATION, text.append(')').toString());
        }
        text.append(" (restore snapshots and output log from a copy of the directory, or process");
        text.append(" the input again in a new one)");
        return new PenstockException(Category.DAMAGE, text.toString());
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
