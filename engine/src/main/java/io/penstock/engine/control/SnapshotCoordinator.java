package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.OutputStage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotRecording;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.engine.stage.OperatorStage;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Takes a snapshot at each barrier, and keeps the newest two.
 *
 * <p>The operator thread freezes the core's state when it stands behind the barrier, and the output
 * thread says what the sinks have committed when all results before the barrier are out: neither
 * writes or waits. The {@link SnapshotAgent} does the rest beside them. One snapshot at a time.
 */
final class SnapshotCoordinator
        implements OperatorStage.BarrierListener, OutputStage.MarkerListener {
    static final int SECTION_HEADER = 3;
    static final int SECTION_SINKS = 4;
    static final int SECTION_RATES = 7;
    static final int FORMAT_VERSION = 1;

    /**
     * What the core was like behind a barrier.
     *
     * @param sequence of the barrier
     * @param state what is to be written of it
     */
    record Image(long sequence, SnapshotRecording state) {}

    /**
     * What was out when all results before a barrier were.
     *
     * @param sequence of the barrier
     * @param frameChecksum of the journal frame that holds it
     * @param sinks what each sink had committed
     */
    record Marker(long sequence, int frameChecksum, List<Sink.Committed> sinks) {}

    /** Where the next snapshot is: each step is taken by one thread. */
    private enum Phase {
        IDLE,
        /** A barrier is due. */
        NEAR,
        /** The core has rehearsed what it does at the barrier. */
        REHEARSED,
        /** The barrier is in the ring, or about to be. */
        TAKEN,
        /** Those that are there are looked at or dropped, and none may come. */
        RESERVED
    }

    private volatile Image image;
    private volatile Marker marker;
    private volatile long lastSequence = -1;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.IDLE);

    /** Whether no snapshot is due or under way. */
    boolean isIdle() {
        return phase.get() == Phase.IDLE;
    }

    /** Whether a snapshot's barrier is in the ring, and the snapshot not yet made or given up. */
    boolean isTaken() {
        return phase.get() == Phase.TAKEN;
    }

    /**
     * Notes that a barrier is due; the producer's thread.
     *
     * @return false when it has to wait
     */
    boolean announce() {
        return phase.compareAndSet(Phase.IDLE, Phase.NEAR);
    }

    /**
     * Keeps snapshots from being made while those that are there are worked on; the snapshots'
     * thread.
     *
     * @return false when one is due or under way
     */
    boolean reserve() {
        return phase.compareAndSet(Phase.IDLE, Phase.RESERVED);
    }

    /** Lets snapshots be made again. */
    void unreserve() {
        phase.set(Phase.IDLE);
    }

    /** Whether the snapshots that are there are worked on. */
    boolean isReserved() {
        return phase.get() == Phase.RESERVED;
    }

    /** Whether a barrier may be put into the ring. */
    boolean isRehearsed() {
        return phase.get() == Phase.REHEARSED;
    }

    /** Notes that a barrier is about to be put into the ring; the producer's thread. */
    void taken() {
        phase.set(Phase.TAKEN);
    }

    /** Notes that there was no slot for it after all. */
    void withdrawn() {
        phase.set(Phase.REHEARSED);
    }

    /** Sequence of the newest snapshot made; -1 when there is none. */
    long lastSequence() {
        return lastSequence;
    }

    @Override
    public boolean isNear() {
        return phase.get() == Phase.NEAR;
    }

    @Override
    public void onRehearsed() {
        phase.set(Phase.REHEARSED);
    }

    @Override
    public void onBarrier(Core core, long sequence) {
        image = new Image(sequence, core.freeze());
    }

    @Override
    public void onMarker(long sequence, int frameChecksum, List<Sink.Committed> sinks) {
        // Not for a barrier of an earlier run that recovery meets again: it has its snapshot, or
        // needs none.
        if (isTaken()) {
            marker = new Marker(sequence, frameChecksum, sinks);
        }
    }

    /** The image that is to be written; null if there is none. */
    Image image() {
        return image;
    }

    /** The marker that belongs to the image; null as long as it is missing. */
    Marker marker() {
        return marker;
    }

    /** A snapshot was made; it counts from here on. */
    void made(long sequence) {
        lastSequence = sequence;
    }

    /** Nothing is left of the image and its marker, made or given up. */
    void finished() {
        image = null;
        marker = null;
        phase.set(Phase.IDLE);
    }

    /** Names sort in the order of the sequences. */
    static String name(long sequence) {
        return "snapshot-" + HexFormat.of().toHexDigits(sequence);
    }

    /** The sequence that a name says; 0 for one that says none. */
    static long sequence(String name) {
        try {
            return Long.parseLong(name.substring(name.lastIndexOf('-') + 1), 16);
        } catch (NumberFormatException e) {
            return 0;
        }
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
     * @param lengthBytes of all of it
     * @param rates that recovery from it can be expected to have
     */
    record Header(
            UUID journalId,
            int epoch,
            long sequence,
            int frameChecksum,
            String planHash,
            int shards,
            List<Sink.Committed> sinks,
            long lengthBytes,
            RecoveryRates rates) {}

    /** Reads what a whole snapshot says of itself. */
    static Header readHeader(SnapshotStorage storage, String name) {
        try (SnapshotReader reader = new SnapshotReader(storage, name)) {
            return readHeader(reader, name);
        }
    }

    /** Reads what a whole snapshot says of itself, and leaves it at its start. */
    static Header readHeader(SnapshotReader reader, String name) {
        try {
            List<Sink.Committed> sinks = new ArrayList<>();
            int shards = 1;
            RecoveryRates rates = RecoveryRates.ASSUMED;
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
                } else if (section.type() == SECTION_RATES) {
                    rates = new RecoveryRates(reader.getLong(), reader.getLong());
                } else if (section.type() == SECTION_HEADER) {
                    if (section.version() != FORMAT_VERSION) {
                        throw new PenstockException(
                                Category.CONFIGURATION,
                                "snapshot "
                                        + name
                                        + " is of format "
                                        + section.version()
                                        + ", this version reads "
                                        + FORMAT_VERSION
                                        + ": use the release that wrote it, or a newer one");
                    }
                    return new Header(
                            new UUID(reader.getLong(), reader.getLong()),
                            reader.getInt(),
                            reader.getLong(),
                            reader.getInt(),
                            reader.getString(1024),
                            shards,
                            sinks,
                            reader.lengthBytes(),
                            rates);
                }
            }
            throw reader.damaged("it has no header");
        } finally {
            reader.rewind();
        }
    }
}
