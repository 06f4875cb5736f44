package io.penstock.engine.state;

import io.penstock.engine.memory.Memory;

/**
 * Keys of a table that will be looked for soon, by their hashes, at most {@link #CAPACITY} of them.
 * What the searches will touch is read for all of them at once, in loops so short that their misses
 * overlap.
 *
 * <p>The core's thread. Never decides an answer.
 */
public final class Prefetch {
    /** Events to look ahead: as many misses as processors have under way at once, and some more. */
    public static final int CAPACITY = 16;

    /** Below this, caches do well enough by themselves; measured at 6 and at 60 MB. */
    static final long WORTHWHILE_BYTES = 16 << 20;

    private final HashIndex index;
    private final EntryChunks chunks;
    private final int[] hashes = new int[CAPACITY];
    private final long[] addresses = new long[CAPACITY];
    private int count;

    Prefetch(HashIndex index, EntryChunks chunks) {
        this.index = index;
        this.chunks = chunks;
    }

    void add(int hash) {
        if (count < CAPACITY) {
            hashes[count++] = hash;
        }
    }

    /** Reads slots, then the entries behind them. */
    long read() {
        long read = readEntries();
        count = 0;
        return read;
    }

    /**
     * Reads slots, the entries behind them, and what an address at an offset in each entry leads
     * to.
     */
    long readTargets(int addressOffset, int lengthBytes) {
        long read = readEntries();
        for (int i = 0; i < count; i++) {
            long entry = addresses[i];
            addresses[i] = entry == 0 ? 0 : Memory.getLong(entry + addressOffset);
        }
        read += readBlocks(lengthBytes);
        count = 0;
        return read;
    }

    private long readEntries() {
        if (index.directory == 0) {
            count = 0;
            return 0;
        }
        long read = 0;
        for (int i = 0; i < count; i++) {
            addresses[i] = index.home(hashes[i]);
        }
        for (int i = 0; i < count; i++) {
            read += Memory.getLong(addresses[i]);
        }
        for (int i = 0; i < count; i++) {
            int place = index.first(hashes[i]);
            addresses[i] = place < 0 ? 0 : chunks.address(index.entryAt(hashes[i], place));
        }
        return read + readBlocks(chunks.stride());
    }

    /** Reads both ends of each block there is. */
    private long readBlocks(int lengthBytes) {
        long read = 0;
        for (int i = 0; i < count; i++) {
            long block = addresses[i];
            if (block != 0) {
                read += Memory.getLong(block) + Memory.getLong(block + lengthBytes - Long.BYTES);
            }
        }
        return read;
    }
}
