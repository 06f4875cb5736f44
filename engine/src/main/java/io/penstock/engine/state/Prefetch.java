package io.penstock.engine.state;

/**
 * Hashes of keys that will be looked for soon, at most {@link #CAPACITY} of them. A table reads for
 * all of them at once what it will touch, in loops so short that their misses overlap.
 *
 * <p>The core's thread. Never decides an answer.
 */
public final class Prefetch {
    /** Events to look ahead: as many misses as processors have under way at once, and some more. */
    public static final int CAPACITY = 16;

    /** Below this, caches do well enough by themselves; measured at 6 and at 60 MB. */
    static final long WORTHWHILE_BYTES = 16 << 20;

    final int[] hashes = new int[CAPACITY];
    final long[] addresses = new long[CAPACITY];
    int count;

    void add(int hash) {
        if (count < CAPACITY) {
            hashes[count++] = hash;
        }
    }
}
