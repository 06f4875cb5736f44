package io.penstock.engine.egress;

import java.util.List;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;

/**
 * Moves results from the output ring to the output log and the sinks.
 *
 * <p>A result leaves when its cause is behind the gate; one whose ordinal is already in the log was
 * out before a crash and is suppressed. Owns log and sinks; one thread.
 */
public final class OutputStage implements Agent, AutoCloseable {
    private static final int LIMIT = 4096;

    private final OutputRing ring;
    private final OutputLog log;
    private final List<Sink> sinks;
    private final FrameChecksums checksums;
    private final LongSupplier gate;
    private final LongSupplier journaled;
    private final LongSupplier processed;
    private final MarkerListener markers;
    private final OutputHandler handler = this::onOutput;
    private long gateSequence;
    private long suppressed;
    private long emitted;
    private long markerSequence = -1;
    private volatile long drained;

    /** Told when all results of the records up to a snapshot barrier are out. */
    @FunctionalInterface
    public interface MarkerListener {
        /**
         * Called on the output thread. What the sinks have committed is flushed, not forced: {@link
         * OutputStage#force()}.
         *
         * @param sequence of the barrier
         * @param frameChecksum of the journal frame that holds it
         * @param sinks what each sink has committed, by sink id
         */
        void onMarker(long sequence, int frameChecksum, List<Sink.Committed> sinks);
    }

    /**
     * Creates the stage.
     *
     * @param gate results of records up to this sequence may leave
     * @param journaled the journal's cursor: a snapshot waits for it whatever the gate says
     * @param processed the operators' cursor
     * @param drained sequence up to which all results are out already
     */
    public OutputStage(
            OutputRing ring,
            OutputLog log,
            List<Sink> sinks,
            FrameChecksums checksums,
            LongSupplier gate,
            LongSupplier journaled,
            LongSupplier processed,
            MarkerListener markers,
            long drained) {
        this.ring = ring;
        this.log = log;
        this.sinks = List.copyOf(sinks);
        this.checksums = checksums;
        this.gate = gate;
        this.journaled = journaled;
        this.processed = processed;
        this.markers = markers;
        this.drained = drained;
    }

    /**
     * Opens the sinks and gives each the results of the log that it does not have.
     *
     * @param committed by sink id, from the snapshot that the core was restored from
     */
    public void openSinks(List<Sink.Committed> committed) {
        long[] from = new long[sinks.size()];
        boolean behind = false;
        for (int i = 0; i < from.length; i++) {
            from[i] = sinks.get(i).open(committed.get(i));
            behind |= from[i] < log.nextOrdinal(i);
        }
        if (behind) {
            log.forEach(
                    record -> {
                        if (record.ordinal() >= from[record.sinkId()]) {
                            sinks.get(record.sinkId()).write(record);
                        }
                        return true;
                    });
        }
        flushSinks();
    }

    @Override
    public int doWork() {
        // Read before the ring: what is processed by now has its results in the ring by now.
        long done = processed.getAsLong();
        gateSequence = gate.getAsLong();
        int taken = ring.drain(handler, LIMIT);
        if (taken > 0) {
            log.append();
            flushSinks();
        }
        if (markerSequence >= 0) {
            onMarkerReached();
        }
        if (ring.isEmpty()) {
            long out = Math.min(done, gateSequence);
            if (out > drained) {
                checksums.discardBefore(out);
                drained = out;
            }
        }
        return taken;
    }

    private boolean onOutput(OutputRecord record) {
        if (markerSequence >= 0) {
            // The snapshot is made first; it still needs the checksum of the marker's frame.
            return false;
        }
        if (record.sequence() > gateSequence) {
            // All results before it are out: their frames must not fill the ring of checksums,
            // or the journal stage would wait for this stage, and this one for the journal.
            checksums.discardBefore(record.sequence());
            return false;
        }
        if (record.kind() == OutputDescriptor.KIND_MARKER) {
            // The operators save their state before their cursor passes the barrier, and after the
            // marker is in the ring.
            if (record.sequence() > journaled.getAsLong()
                    || record.sequence() > processed.getAsLong()) {
                checksums.discardBefore(record.sequence());
                return false;
            }
            markerSequence = record.sequence();
            return true;
        }
        int sinkId = record.sinkId();
        if (record.ordinal() < log.nextOrdinal(sinkId)) {
            suppressed++;
            return true;
        }
        record.frameChecksum(checksums.checksumFor(record.sequence()));
        if (!log.add(record)) {
            log.append();
            log.add(record);
        }
        sinks.get(sinkId).write(record);
        emitted++;
        return true;
    }

    private void onMarkerReached() {
        long sequence = markerSequence;
        markerSequence = -1;
        markers.onMarker(
                sequence,
                checksums.checksumFor(sequence),
                sinks.stream().map(Sink::committed).toList());
    }

    /** Brings everything that is out to the medium; any one thread, beside the output thread. */
    public void force() {
        log.force();
        for (Sink sink : sinks) {
            sink.force();
        }
    }

    private void flushSinks() {
        for (int i = 0; i < sinks.size(); i++) {
            sinks.get(i).flush();
        }
    }

    /** Sequence up to which all results are out; any thread. */
    public long drained() {
        return drained;
    }

    /** Results that left since the stage was made. */
    public long emitted() {
        return emitted;
    }

    /** Results that were out before. */
    public long suppressed() {
        return suppressed;
    }

    @Override
    public String roleName() {
        return "outputs";
    }

    @Override
    public void close() {
        for (Sink sink : sinks) {
            sink.close();
        }
        log.close();
    }
}
