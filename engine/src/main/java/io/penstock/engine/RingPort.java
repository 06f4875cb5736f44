package io.penstock.engine;

import io.penstock.engine.ingress.RecordPort;
import io.penstock.engine.ring.EventRing;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.EpochNanoClock;

/** Puts records of sources into an engine's ring, and waits for space. */
final class RingPort implements RecordPort {
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);

    private final EventRing ring;
    private final EpochNanoClock clock;
    private final Runnable requireRunning;

    /**
     * Creates the way into a ring.
     *
     * @param requireRunning throws when the engine has stopped: then no space comes
     */
    RingPort(EventRing ring, EpochNanoClock clock, Runnable requireRunning) {
        this.ring = ring;
        this.clock = clock;
        this.requireRunning = requireRunning;
    }

    @Override
    public long publish(
            int sourceId, byte kind, DirectBuffer message, int length, long position, int check) {
        long sequence = ring.tryClaim(1);
        while (sequence < 0) {
            requireRunning.run();
            LockSupport.parkNanos(PARK_NS);
            sequence = ring.tryClaim(1);
        }
        ring.buffer().putBytes(ring.messageOffset(sequence), message, 0, length);
        ring.header(sequence, length, kind, (byte) 0, sourceId, clock.nanoTime(), position, check);
        ring.publish(sequence, sequence);
        return sequence;
    }

    @Override
    public int maxMessageLength() {
        return ring.maxMessageLength();
    }
}
