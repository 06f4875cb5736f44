package io.penstock.engine.state;

import io.penstock.engine.memory.Memory;

/**
 * Finds many keys of a table at once, in loops so short that the processor has the misses of many
 * of them under way together.
 *
 * <p>Keeps nothing of a table; one serves all tables of a stage. The core's thread.
 */
public final class KeySearch {
    private final int[] hashes;
    private long touched;

    /** Creates a search of up to so many keys. */
    public KeySearch(int capacity) {
        this.hashes = new int[capacity];
    }

    /**
     * Finds keys that are numbers.
     *
     * @param wanted keys, from {@code from} to before {@code to}
     * @param values set to the address of each key's value in the table, or to 0
     */
    public void find(KeyTable table, long[] wanted, long[] values, int from, int to) {
        HashIndex index = table.index();
        if (index.directory == 0) {
            for (int i = from; i < to; i++) {
                values[i] = 0;
            }
            return;
        }
        KeyEntries keys = table.keys();
        for (int i = from; i < to; i++) {
            hashes[i] = keys.hash(wanted[i]);
        }
        for (int i = from; i < to; i++) {
            values[i] = index.home(hashes[i]);
        }
        for (int i = from; i < to; i++) {
            values[i] = Memory.getLong(values[i]);
        }
        EntryChunks chunks = table.chunks();
        for (int i = from; i < to; i++) {
            long slot = values[i];
            if (slot != 0) {
                if (!HashIndex.isOf(slot, hashes[i])) {
                    slot = index.slotBehindHome(hashes[i]);
                }
                values[i] = slot == 0 ? 0 : chunks.address(HashIndex.entryOf(slot));
            }
        }
        for (int i = from; i < to; i++) {
            long entry = values[i];
            if (entry != 0) {
                if (Memory.getLong(entry) != wanted[i]) { // another key of the same hash
                    entry = addressOf(keys, chunks, wanted[i], hashes[i]);
                }
                values[i] = entry == 0 ? 0 : entry + keys.valueOffset();
            }
        }
        if (table.isLarge()) {
            touchEnds(values, from, to, table.valueLength() - Long.BYTES);
        }
    }

    private static long addressOf(KeyEntries keys, EntryChunks chunks, long key, int hash) {
        int entry = keys.search(key, hash);
        return entry < 0 ? 0 : chunks.address(entry);
    }

    /** A value may reach into another cache line than its key. */
    private void touchEnds(long[] values, int from, int to, int offset) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            if (values[i] != 0) {
                sum += Memory.getLong(values[i] + offset);
            }
        }
        touched += sum;
    }

    /** Depends on all that was touched, so that it has to be read. */
    long touched() {
        return touched;
    }
}
