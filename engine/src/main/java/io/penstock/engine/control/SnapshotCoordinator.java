package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.OutputStage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.stage.OperatorStage;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Journal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * Takes a snapshot at each barrier, and keeps the newest two.
 *
 * <p>The operator thread writes the core's state when it stands behind the barrier; the output
 * thread adds what the sinks have committed when all results before the barrier are out, forces the
 * journal through the barrier, and only then seals the file. One snapshot at a time.
 */
final class SnapshotCoordinator
        implements OperatorStage.BarrierListener, OutputStage.MarkerListener {
    static final int SECTION_HEADER = 3;
    static final int SECTION_SINKS = 4;
    static final int FORMAT_VERSION = 1;

    private static final int KEPT = 2;

    private final SnapshotStorage storage;
    private final Journal journal;
    private final String planHash;

    /** The file between the two threads; null when none is being made. */
    private volatile SnapshotWriter pending;

    private volatile long pendingSequence = -1;
    private volatile long lastSequence = -1;
    private volatile boolean busy;

    SnapshotCoordinator(SnapshotStorage storage, Journal journal, String planHash) {
        this.storage = storage;
        this.journal = journal;
        this.planHash = planHash;
        storage.deleteUnsealed();
    }

    /** Whether a barrier may be put into the ring. */
    boolean isReady() {
        return !busy;
    }

    /** Notes that a barrier is about to be put into the ring; the producer's thread. */
    void announced() {
        busy = true;
    }

    /** Notes that there was no slot for it after all. */
    void withdrawn() {
        busy = false;
    }

    /** Sequence of the newest snapshot made; -1 when there is none. */
    long lastSequence() {
        return lastSequence;
    }

    @Override
    public void onBarrier(Core core, long sequence) {
        if (pending != null) {
            return;
        }
        SnapshotWriter writer = new SnapshotWriter(storage, name(sequence));
        core.writeTo(writer);
        pendingSequence = sequence;
        pending = writer;
    }

    @Override
    public void onMarker(long sequence, int frameChecksum, List<Sink.Committed> sinks) {
        SnapshotWriter writer = pending;
        if (writer == null || pendingSequence != sequence) {
            // A barrier of an earlier run, met again in recovery: it has its snapshot or needs
            // none.
            busy = false;
            return;
        }
        journal.force();
        writer.beginSection("sinks", SECTION_SINKS, 0, FORMAT_VERSION);
        writer.putInt(sinks.size());
        for (Sink.Committed sink : sinks) {
            writer.putLong(sink.ordinal());
            writer.putLong(sink.lengthBytes());
            writer.putInt(sink.checksum());
        }
        writer.endSection();
        writer.beginSection("header", SECTION_HEADER, 0, FORMAT_VERSION);
        writer.putLong(journal.id().getMostSignificantBits());
        writer.putLong(journal.id().getLeastSignificantBits());
        writer.putInt(journal.epoch());
        writer.putLong(sequence);
        writer.putInt(frameChecksum);
        writer.putString(planHash);
        writer.endSection();
        writer.seal();
        writer.close();
        pending = null;
        lastSequence = sequence;
        dropOld();
        busy = false;
    }

    private void dropOld() {
        List<String> names = storage.list();
        for (int i = 0; i < names.size() - KEPT; i++) {
            storage.delete(names.get(i));
        }
    }

    /** Gives up the snapshot that is being made; when both threads have stopped. */
    void abandon() {
        if (pending != null) {
            pending.close();
            pending = null;
        }
        storage.deleteUnsealed();
    }

    /** Names sort in the order of the sequences. */
    static String name(long sequence) {
        return "snapshot-" + HexFormat.of().toHexDigits(sequence);
    }

    /**
     * What a snapshot says of itself.
     *
     * @param journalId of the journal it belongs to
     * @param epoch of the writer that made it
     * @param sequence of its barrier
     * @param frameChecksum of the journal frame that holds the barrier
     * @param planHash of the plan
     * @param shards that its state was split among
     * @param sinks what each sink had committed
     */
    record Header(
            UUID journalId,
            int epoch,
            long sequence,
            int frameChecksum,
            String planHash,
            int shards,
            List<Sink.Committed> sinks) {}

    /** Reads what a whole snapshot says of itself. */
    static Header readHeader(SnapshotStorage storage, String name) {
        try (SnapshotReader reader = new SnapshotReader(storage, name)) {
            List<Sink.Committed> sinks = new ArrayList<>();
            int shards = 1;
            while (reader.skipToNextSection()) {
                SnapshotReader.Section section = reader.section();
                if (section.type() == Core.SECTION_SHARDS) {
                    shards = reader.getCount(ShardConfig.MAX_SHARDS);
                } else if (section.type() == SECTION_SINKS) {
                    int count = reader.getCount(1 << 16);
                    for (int i = 0; i < count; i++) {
                        sinks.add(
                                new Sink.Committed(
                                        reader.getLong(), reader.getLong(), reader.getInt()));
                    }
                } else if (section.type() == SECTION_HEADER) {
                    if (section.version() != FORMAT_VERSION) {
                        throw new PenstockException(
                                Category.CONFIGURATION,
                                "snapshot " + name + " has version " + section.version());
                    }
                    return new Header(
                            new UUID(reader.getLong(), reader.getLong()),
                            reader.getInt(),
                            reader.getLong(),
                            reader.getInt(),
                            reader.getString(1024),
                            shards,
                            sinks);
                }
            }
            throw reader.damaged("it has no header");
        }
    }
}
