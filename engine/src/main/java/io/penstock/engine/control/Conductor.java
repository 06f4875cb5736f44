package io.penstock.engine.control;

import io.penstock.codecs.MessageType;
import io.penstock.codecs.SbeHeader;
import io.penstock.codecs.SystemMessages;
import io.penstock.engine.ring.EventRing;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Puts the engine's own records into the ring: snapshot barriers and clock ticks.
 *
 * <p>A producer like any other: what it decides by its clock becomes a record with a sequence.
 */
final class Conductor implements Agent {
    private static final int NO_SOURCE = 0;

    private final EventRing ring;
    private final EpochNanoClock clock;
    private final SnapshotCoordinator snapshots;
    private final long snapshotEvery;
    private final long tickEveryNs;
    private final UnsafeBuffer tick = empty(SystemMessages.TICK);
    private final UnsafeBuffer barrier = empty(SystemMessages.SNAPSHOT_BARRIER);
    private long lastBarrier;
    private long lastTickNs;
    private volatile boolean barrierWanted;

    /**
     * Creates one.
     *
     * @param restoredSequence of the snapshot that was restored; -1 without
     * @param snapshotEvery records from one to the next; 0 for none
     * @param tickEveryNs time between ticks; 0 for none
     */
    Conductor(
            EventRing ring,
            EpochNanoClock clock,
            SnapshotCoordinator snapshots,
            long restoredSequence,
            long snapshotEvery,
            long tickEveryNs) {
        this.ring = ring;
        this.clock = clock;
        this.snapshots = snapshots;
        this.snapshotEvery = snapshotEvery;
        this.tickEveryNs = tickEveryNs;
        // Not from where this life begins: lives that are all shorter would never make one.
        this.lastBarrier = restoredSequence;
        this.lastTickNs = clock.nanoTime();
    }

    /** Asks for a barrier as soon as there is space, whatever the distance; any thread. */
    void wantBarrier() {
        barrierWanted = true;
    }

    @Override
    public int doWork() {
        int work = 0;
        boolean due =
                barrierWanted
                        || (snapshotEvery > 0 && ring.cursor() - lastBarrier >= snapshotEvery);
        if (due && snapshots.isIdle()) {
            work += snapshots.announce() ? 1 : 0;
        } else if (due && snapshots.isRehearsed() && ring.remainingCapacity() > 0) {
            snapshots.taken();
            if (!publish(RecordKind.BARRIER, barrier)) {
                snapshots.withdrawn();
                return 0;
            }
            barrierWanted = false;
            work++;
        }
        if (tickEveryNs > 0) {
            long nowNs = clock.nanoTime();
            if (isTickDue(nowNs) && publish(RecordKind.TICK, tick)) {
                lastTickNs = nowNs;
                work++;
            }
        }
        return work;
    }

    /** A clock that was put back says nothing of when the last tick was: one is due. */
    private boolean isTickDue(long nowNs) {
        long sinceNs = nowNs - lastTickNs;
        return sinceNs >= tickEveryNs || sinceNs < 0;
    }

    private boolean publish(byte kind, UnsafeBuffer message) {
        long sequence = ring.tryClaim(1);
        if (sequence < 0) {
            return false;
        }
        ring.buffer().putBytes(ring.messageOffset(sequence), message, 0, message.capacity());
        ring.header(
                sequence,
                message.capacity(),
                kind,
                (byte) 0,
                NO_SOURCE,
                clock.nanoTime(),
                RecordView.NULL_SEQUENCE,
                0);
        ring.publish(sequence, sequence);
        if (kind == RecordKind.BARRIER) {
            lastBarrier = sequence;
        }
        return true;
    }

    /** A message without content. */
    static <E extends MessageEncoderFlyweight> UnsafeBuffer empty(MessageType<?, E> type) {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[SbeHeader.LENGTH + type.blockLength()]);
        type.wrapAndWriteHeader(type.newEncoder(), buffer, 0);
        return buffer;
    }

    @Override
    public String roleName() {
        return "conductor";
    }
}
