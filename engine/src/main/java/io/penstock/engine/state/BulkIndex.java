package io.penstock.engine.state;

import static io.penstock.engine.state.EntryDescriptor.SLOT_SHIFT;

import io.penstock.engine.memory.Memory;
import java.util.Arrays;

/**
 * Fills an index whose number of entries is known: first each segment has its slots in the order in
 * which they come, one behind the other; then each is put in order by itself, in the processor's
 * nearest cache.
 *
 * <p>One by one, each key would be a miss or two of its own, of memory and of the processor's table
 * of pages. So slots come in batches that are ordered by where they go.
 *
 * <p>{@link #add} is one thread's, {@link #place} of different parts that of different threads.
 */
final class BulkIndex {
    /** Slots of a batch; small enough for caches, large enough for several slots a segment. */
    static final int BATCH = 1 << 18;

    private static final int BUCKET_BITS = 12;

    private final HashIndex index;
    private final EntryChunks chunks;
    private final int[] counts;
    private final int most;
    private final long[] ordered;
    private final int[] next = new int[(1 << BUCKET_BITS) + 1];
    private boolean isFull;

    /** Some slots, as they stand in the index. */
    static final class Batch {
        final long[] slots;
        int count;

        Batch(int most) {
            slots = new long[most];
        }
    }

    /** Reserves memory for as many entries in an index that is empty. Throws LIMIT. */
    BulkIndex(HashIndex index, EntryChunks chunks, int entries) {
        this.index = index;
        this.chunks = chunks;
        index.reserve(entries);
        this.counts = new int[1 << index.depth];
        this.most = index.slotsBeforeSplit();
        this.ordered = new long[Math.min(entries, BATCH)];
    }

    /** Segments that there are to {@link #place}. */
    int segments() {
        return counts.length;
    }

    /** Whether a segment had too many slots: hashes are not spread evenly, they were chosen. */
    boolean isFull() {
        return isFull;
    }

    /** Takes a batch of slots; nothing once a segment is full. */
    void add(Batch batch) {
        if (isFull) {
            return;
        }
        order(batch.slots, batch.count);
        int shift = Integer.SIZE - index.depth;
        for (int i = 0; i < batch.count; i++) {
            long slot = ordered[i];
            int segment = (int) (slot >>> Integer.SIZE) >>> shift;
            int at = counts[segment];
            if (at == most) {
                isFull = true;
                return;
            }
            counts[segment] = at + 1;
            Memory.putLong(index.segmentAt(segment) + ((long) at << SLOT_SHIFT), slot);
        }
    }

    /** Puts some segments in order, when all slots are there; whether no key stands twice. */
    boolean place(int from, int to) {
        long[] slots = new long[most];
        boolean isOnce = true;
        for (int segment = from; segment < to; segment++) {
            long address = index.segmentAt(segment);
            int count = counts[segment];
            for (int i = 0; i < count; i++) {
                slots[i] = Memory.getLong(address + ((long) i << SLOT_SHIFT));
            }
            Memory.zeroWords(address, (index.slotMask + 1L) << SLOT_SHIFT);
            for (int i = 0; i < count; i++) {
                isOnce &= !place(address, slots[i]) || !standsTwice(slots[i]);
            }
            index.setSlotsInUse(segment, count);
        }
        return isOnce;
    }

    /** Ends what was begun: all segments are in order. */
    void end(int entries) {
        index.total = entries;
    }

    /** Forgets all slots, so that they can be inserted one by one. */
    void giveUp() {
        for (int segment = 0; segment < counts.length; segment++) {
            Memory.zeroWords(index.segmentAt(segment), (index.slotMask + 1L) << SLOT_SHIFT);
        }
    }

    /** Whether another slot has the same hash. */
    private boolean place(long segment, long slot) {
        int mask = index.slotMask;
        int at = (int) (slot >>> Integer.SIZE) & mask;
        boolean isMet = false;
        while (true) {
            long address = segment + ((long) at << SLOT_SHIFT);
            long other = Memory.getLong(address);
            if (other == 0) {
                Memory.putLong(address, slot);
                return isMet;
            }
            isMet |= (other ^ slot) >>> Integer.SIZE == 0;
            at = (at + 1) & mask;
        }
    }

    private boolean standsTwice(long slot) {
        return standsTwice(index, chunks, (int) (slot >>> Integer.SIZE), (int) slot - 1);
    }

    /** Whether the key of an entry is that of another one in the index, too. */
    static boolean standsTwice(HashIndex index, EntryChunks chunks, int hash, int entry) {
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
    private void order(long[] slots, int count) {
        Arrays.fill(next, 0);
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
