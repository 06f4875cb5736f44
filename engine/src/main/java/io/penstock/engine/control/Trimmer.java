package io.penstock.engine.control;

import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.JournalReader;
import io.penstock.journal.RetentionReport;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.IntToLongFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Gives up the records of a journal that nobody needs: whole segments below the oldest snapshot
 * that can be restored, and below the slowest registered reader.
 *
 * <p>Snapshots count only after all of their bytes were read and found whole, and to belong to
 * journal, plan and output log. With fewer than two of them nothing is given up, so that there is
 * always one to fall back to. Sinks need nothing of the journal below a snapshot: their results
 * stand in the output log, forced before the snapshot counted.
 *
 * <p>Slow, so never on a thread that events wait for; while it works no snapshot may be made or
 * dropped.
 */
final class Trimmer {
    private static final int MIN_SNAPSHOTS = 2;

    /** Gives up whole segments below a sequence, or says what that would come to. */
    @FunctionalInterface
    interface Segments {
        /** As {@link io.penstock.journal.Journal#trimBefore}. */
        RetentionReport trimBefore(long sequence, boolean isDryRun);
    }

    private final UUID journalId;
    private final String planHash;
    private final Supplier<JournalReader> readers;
    private final LongSupplier last;
    private final Segments segments;
    private final SnapshotStorage storage;
    private final IntToLongFunction resultsOut;
    private final Supplier<List<ReaderHold.Held>> holds;

    /**
     * Names the parts.
     *
     * @param readers makes a reader of the journal
     * @param last sequence of the journal
     * @param segments of the journal
     * @param resultsOut how many results of a sink are in the output log
     * @param holds where registered readers stand
     */
    Trimmer(
            UUID journalId,
            String planHash,
            Supplier<JournalReader> readers,
            LongSupplier last,
            Segments segments,
            SnapshotStorage storage,
            IntToLongFunction resultsOut,
            Supplier<List<ReaderHold.Held>> holds) {
        this.journalId = journalId;
        this.planHash = planHash;
        this.readers = readers;
        this.last = last;
        this.segments = segments;
        this.storage = storage;
        this.resultsOut = resultsOut;
        this.holds = holds;
    }

    /** Whether there is any segment below the oldest snapshot, as far as names say. */
    boolean isWorthwhile() {
        List<String> names = storage.list();
        return names.size() >= MIN_SNAPSHOTS
                && segments.trimBefore(SnapshotCoordinator.sequence(names.get(0)), true).segments()
                        > 0;
    }

    /**
     * Gives up what can be given up.
     *
     * @param isDryRun whether to say only what that is
     */
    TrimReport trim(boolean isDryRun) {
        List<String> heldBy = new ArrayList<>();
        long limit = limitOfSnapshots(heldBy);
        // Looked at last: who registers later finds the journal's beginning as it is then.
        List<ReaderHold.Held> held = new ArrayList<>(holds.get());
        held.sort((a, b) -> Long.compare(a.sequence(), b.sequence()));
        for (int i = held.size() - 1; i >= 0; i--) {
            if (held.get(i).sequence() < limit) {
                heldBy.add(0, held.get(i).toString());
                limit = Math.min(limit, held.get(i).sequence());
            }
        }
        RetentionReport report = segments.trimBefore(limit, isDryRun);
        return new TrimReport(
                isDryRun,
                report.firstBefore(),
                report.firstSequence(),
                last.getAsLong(),
                report.segments(),
                report.lengthBytes(),
                heldBy);
    }

    /** The first record that snapshots need: the barrier of the oldest; 0 if that is all. */
    private long limitOfSnapshots(List<String> heldBy) {
        List<Long> whole = new ArrayList<>();
        List<String> unusable = new ArrayList<>();
        int shards = 0;
        List<String> names = storage.list();
        try (JournalReader reader = readers.get()) {
            SnapshotCheck check =
                    new SnapshotCheck(reader, journalId, planHash, last.getAsLong(), resultsOut);
            for (int i = names.size() - 1; i >= 0; i--) {
                String reason;
                try {
                    SnapshotCoordinator.Header header =
                            SnapshotCoordinator.readHeader(storage, names.get(i));
                    shards = shards == 0 ? header.shards() : shards;
                    reason = check.unusable(header, shards);
                    if (reason == null) {
                        whole.add(header.sequence());
                    }
                } catch (PenstockException e) {
                    if (e.category() != Category.DAMAGE) {
                        throw e;
                    }
                    reason = e.getMessage();
                }
                if (reason != null) {
                    unusable.add(names.get(i) + " does not count: " + reason);
                }
            }
        }
        if (whole.size() < MIN_SNAPSHOTS) {
            heldBy.add(
                    "recovery: it takes two snapshots that can be restored before anything is given"
                            + " up, and there "
                            + (whole.size() == 1 ? "is one" : "is none"));
            heldBy.addAll(unusable);
            return 0;
        }
        long oldest = whole.get(whole.size() - 1);
        heldBy.add("snapshot " + SnapshotCoordinator.name(oldest) + " at sequence " + oldest);
        heldBy.addAll(unusable);
        return oldest;
    }
}
