package io.penstock.engine.control;

import io.penstock.codecs.MessagePrinter;
import io.penstock.engine.control.ReplayVerification.Difference;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.snapshot.FileSnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The snapshots that a directory keeps, compared with the state of a replay. */
final class RecordedStates {
    private static final int OUTPUT_RING_BYTES = 4 << 20;

    private final Pipeline pipeline;
    private final EngineDirectory.StoredPlan stored;
    private final CoreLimits limits;
    private final SnapshotStorage storage;
    private final TreeMap<Long, SnapshotCoordinator.Header> headers = new TreeMap<>();
    private final List<String> equal = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private final List<String> damages = new ArrayList<>();

    private RecordedStates(
            Pipeline pipeline,
            EngineDirectory.StoredPlan stored,
            CoreLimits limits,
            SnapshotStorage storage) {
        this.pipeline = pipeline;
        this.stored = stored;
        this.limits = limits;
        this.storage = storage;
    }

    static RecordedStates open(
            Path directory,
            EngineDirectory.StoredPlan stored,
            Pipeline pipeline,
            CoreLimits limits) {
        Path path = directory.resolve("snapshots");
        SnapshotStorage storage = Files.isDirectory(path) ? new FileSnapshotStorage(path) : null;
        RecordedStates states = new RecordedStates(pipeline, stored, limits, storage);
        if (storage != null) {
            storage.list().forEach(states::add);
        }
        return states;
    }

    private void add(String name) {
        try {
            SnapshotCoordinator.Header header = SnapshotCoordinator.readHeader(storage, name);
            if (!header.journalId().equals(stored.journalId())) {
                damages.add(name + ": it belongs to journal " + header.journalId());
            } else if (!header.planHash().equals(pipeline.plan().hashHex())) {
                damages.add(name + ": it belongs to another plan");
            } else if (!name.equals(SnapshotCoordinator.name(header.sequence()))) {
                damages.add(name + ": it is the snapshot of sequence " + header.sequence());
            } else {
                headers.put(header.sequence(), header);
            }
        } catch (PenstockException e) {
            note(name, e);
        }
    }

    private void note(String name, PenstockException e) {
        if (e.category() == Category.DAMAGE) {
            damages.add(name + ": " + e.getMessage());
        } else {
            // A running engine drops old snapshots.
            notes.add(name + ": " + e.getMessage());
        }
    }

    /** The oldest snapshot at or behind a sequence; null if there is none. */
    SnapshotCoordinator.Header oldestFrom(long sequence) {
        Map.Entry<Long, SnapshotCoordinator.Header> entry = headers.ceilingEntry(sequence);
        return entry == null ? null : entry.getValue();
    }

    /** Restores a core from a snapshot; the caller's to close. */
    Core restore(SnapshotCoordinator.Header header, OutputRing outputs) {
        Core core =
                Core.create(
                        pipeline,
                        limits,
                        stored.hashSeed(),
                        outputs,
                        ShardConfig.of(header.shards()));
        try (SnapshotReader reader =
                new SnapshotReader(storage, SnapshotCoordinator.name(header.sequence()))) {
            String reason = core.unreadable(reader);
            if (reason != null) {
                throw reader.damaged(reason);
            }
            core.readFrom(reader);
            return core;
        } catch (RuntimeException | Error e) {
            core.close();
            throw e;
        }
    }

    /**
     * Compares the snapshot of the record that a core stands behind, if there is one.
     *
     * @param lacking results up to here that the output log does not hold
     */
    Difference compare(Core replayed, int frameChecksum, long lacking) {
        SnapshotCoordinator.Header header = headers.remove(replayed.lastSequence());
        if (header == null) {
            return null;
        }
        String name = SnapshotCoordinator.name(header.sequence());
        if (lacking > 0) {
            damages.add(name + ": the output log lacks " + lacking + " results that it counts");
        }
        if (header.frameChecksum() != frameChecksum) {
            damages.add(name + ": it belongs to another history: its frame checksum differs");
            return null;
        }
        try (OutputRing outputs = new OutputRing(OUTPUT_RING_BYTES);
                Core recorded = restore(header, outputs)) {
            MessagePrinter printer = RecordedResults.printer(pipeline);
            Difference difference =
                    new StateComparison(name, recorded, replayed, printer).difference();
            if (difference == null) {
                equal.add(name);
            }
            return difference;
        } catch (PenstockException e) {
            note(name, e);
            return null;
        } catch (IllegalStateException | IllegalArgumentException | IndexOutOfBoundsException e) {
            // Whole by its checksums, and yet no state that this pipeline can have.
            damages.add(name + ": its state cannot be read: " + e);
            return null;
        }
    }

    /** Names of the snapshots that were equal. */
    List<String> equal() {
        return equal;
    }

    /** What is not compared without a fault. */
    List<String> notes(long lastSequence) {
        List<String> all = new ArrayList<>(notes);
        headers.keySet()
                .forEach(
                        sequence ->
                                all.add(
                                        SnapshotCoordinator.name(sequence)
                                                + ": not compared, it is of sequence "
                                                + sequence
                                                + ", compared is up to "
                                                + lastSequence));
        return all;
    }

    /** Takes a snapshot out of those that are compared. */
    void leaveOut(SnapshotCoordinator.Header header) {
        headers.headMap(header.sequence(), true).clear();
        notes.add(
                SnapshotCoordinator.name(header.sequence())
                        + ": the journal begins behind sequence 0, so this state is where the"
                        + " replay starts, and is not compared");
    }

    /** What is damaged, or of another journal or plan. */
    List<String> damages() {
        return damages;
    }
}
