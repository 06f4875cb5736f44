package io.penstock.engine.egress;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Checksums of the latest journal frames, from the journal stage to the output stage: a ring of
 * (last sequence, checksum) with one producer and one consumer.
 */
public final class FrameChecksums {
    private static final int CAPACITY = 4096;
    private static final int MASK = CAPACITY - 1;

    private final AtomicLongArray lastSequences = new AtomicLongArray(CAPACITY);
    private final int[] checksums = new int[CAPACITY];
    private final AtomicLongArray cursors = new AtomicLongArray(2 * 16);
    private static final int PRODUCED = 0;
    private static final int CONSUMED = 16;

    /** Creates an empty ring. */
    public FrameChecksums() {}

    /** Producer: whether {@link #publish} has room. */
    public boolean hasSpace() {
        return cursors.getPlain(PRODUCED) - cursors.getAcquire(CONSUMED) < CAPACITY;
    }

    /** Producer: adds a frame; only with space. */
    public void publish(long lastSequence, int checksum) {
        long at = cursors.getPlain(PRODUCED);
        lastSequences.setPlain((int) at & MASK, lastSequence);
        checksums[(int) at & MASK] = checksum;
        cursors.setRelease(PRODUCED, at + 1);
    }

    /** Consumer: checksum of the frame that holds a sequence; 0 if it was not journaled yet. */
    public int checksumFor(long sequence) {
        discardBefore(sequence);
        long at = cursors.getPlain(CONSUMED);
        return at < cursors.getAcquire(PRODUCED) ? checksums[(int) at & MASK] : 0;
    }

    /** Consumer: forgets the frames that end before a sequence. */
    public void discardBefore(long sequence) {
        long at = cursors.getPlain(CONSUMED);
        long end = cursors.getAcquire(PRODUCED);
        long from = at;
        while (at < end && lastSequences.getPlain((int) at & MASK) < sequence) {
            at++;
        }
        if (at != from) {
            cursors.setRelease(CONSUMED, at);
        }
    }
}
