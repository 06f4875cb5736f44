package io.penstock.engine.state;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;

/**
 * Reads entries with long keys that stand in a snapshot as they lie in memory: chunk by chunk, and
 * then into the index, ordered by the part of the hash that says where they go.
 *
 * <p>One by one in the order of the snapshot, each key would be a miss or two of its own, of memory
 * and of the processor's table of pages; ordered, those of one segment come together. So that
 * little memory is needed beside the table, two times 8 MiB at most, this is done in batches.
 *
 * <p>The core's thread, outside of steps.
 */
final class BulkRestore {
    /** Below this, the whole index is in caches anyway. */
    static final int MIN_ENTRIES = 4096;

    private static final int BATCH = 1 << 20;
    private static final int BUCKET_BITS = 12;

    private final HashIndex index;
    private final EntryChunks chunks;
    private final KeyEntries keys;
    private final long[] slots;
    private final long[] ordered;
    private int count;
    private long touched;

    BulkRestore(HashIndex index, EntryChunks chunks, KeyEntries keys, int entries) {
        this.index = index;
        this.chunks = chunks;
        this.keys = keys;
        int most = Math.min(entries, BATCH);
        this.slots = new long[most];
        this.ordered = new long[most];
    }

    /** Reads all entries of a table that is empty. Throws DAMAGE and LIMIT. */
    void read(SnapshotReader reader, int entries) {
        index.reserve(entries);
        int entry = 0;
        while (entry < entries) {
            chunks.ensure(entry);
            int end = Math.min(entries, entry + chunks.entriesOf(chunks.chunkOf(entry)));
            long address = chunks.address(entry);
            reader.getBytes(address, (end - entry) * chunks.stride());
            for (; entry < end; entry++) {
                if (count == slots.length) {
                    insert(reader);
                }
                long hash = keys.hash(Memory.getLong(address));
                slots[count++] = hash << Integer.SIZE | entry;
                address += chunks.stride();
            }
        }
        insert(reader);
    }

    /** Depends on all that was read ahead, so that it has to be read. */
    long touched() {
        return touched;
    }

    private void insert(SnapshotReader reader) {
        order();
        int bits = Math.min(BUCKET_BITS, index.depth);
        int lastTouched = -1;
        for (int i = 0; i < count; i++) {
            long slot = ordered[i];
            int firstBits = bucket(slot) >>> (BUCKET_BITS - bits);
            if (firstBits != lastTouched) {
                lastTouched = firstBits;
                touched += index.touch(firstBits, bits);
            }
            int hash = (int) (slot >>> Integer.SIZE);
            int entry = (int) slot;
            index.ensureRoom(hash);
            if (index.insertNoting(hash, entry) && standsTwice(hash, entry)) {
                throw reader.damaged("a key stands twice");
            }
        }
        count = 0;
    }

    private boolean standsTwice(int hash, int entry) {
        long key = Memory.getLong(chunks.address(entry));
        for (int at = index.first(hash); at >= 0; at = index.next(hash, at)) {
            int other = index.entryAt(hash, at);
            if (other != entry && Memory.getLong(chunks.address(other)) == key) {
                return true;
            }
        }
        return false;
    }

    /** Brings those together whose hashes begin alike. */
    private void order() {
        int[] next = new int[(1 << BUCKET_BITS) + 1];
        for (int i = 0; i < count; i++) {
            next[bucket(slots[i]) + 1]++;
        }
        for (int bucket = 0; bucket < 1 << BUCKET_BITS; bucket++) {
            next[bucket + 1] += next[bucket];
        }
        for (int i = 0; i < count; i++) {
            ordered[next[bucket(slots[i])]++] = slots[i];
        }
    }

    private static int bucket(long slot) {
        return (int) (slot >>> (Long.SIZE - BUCKET_BITS));
    }
}
