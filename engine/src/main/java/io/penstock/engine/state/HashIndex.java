package io.penstock.engine.state;

import static io.penstock.engine.state.EntryDescriptor.SEGMENT_DEPTH_MASK;
import static io.penstock.engine.state.EntryDescriptor.SLOT_HASH_SHIFT;
import static io.penstock.engine.state.EntryDescriptor.SLOT_SHIFT;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/**
 * From a 32-bit hash to entry numbers: open addressing in segments of up to 1,024 slots, found by
 * the hash's first bits (extendible hashing: Fagin, Nievergelt, Pippenger, Strong, 1979).
 *
 * <p>A full segment alone is split, a few microseconds of work; the whole never moves, so that
 * nothing stalls however large the table is. A small table is one small segment. Not part of the
 * logical state: nothing here is ever undone byte by byte.
 */
final class HashIndex {
    private static final int MIN_SLOTS = 8;
    private static final int MAX_SLOTS = 1024;
    private static final int MAX_DEPTH = 22;

    // Twice doubled beyond what evenly spread hashes need, and then some: such keys were chosen.
    private static final int MIN_ENTRIES_PER_SEGMENT = 8;

    // Four fifths of what a segment takes before it is split: evenly spread hashes split none.
    private static final int RESERVED_PER_SEGMENT = 614;

    // 64 segments of 8 KiB: some tens of microseconds.
    private static final int MOST_EXPECTED = RESERVED_PER_SEGMENT << 6;

    private final Arena arena;

    /** Null while the table has never had an entry. */
    long directory;

    int depth;
    int slotMask;
    int total;

    /** Slots that there is room for from the start. */
    private int reserved;

    HashIndex(Arena arena) {
        this.arena = arena;
    }

    /** The segment that holds all slots of a hash; the directory must be there. */
    long segment(int hash) {
        return Memory.getLong(directory + ((long) directoryIndex(hash) << 3)) & -64L;
    }

    /** Address of the slot where a search for a hash begins; the directory must be there. */
    long home(int hash) {
        return segment(hash) + ((long) (hash & slotMask) << SLOT_SHIFT);
    }

    /** The first slot of a hash behind the one where a search for it begins; 0 if there is none. */
    long slotBehindHome(int hash) {
        long segment = segment(hash);
        int mask = slotMask;
        int at = hash & mask;
        long slot;
        do {
            at = (at + 1) & mask;
            slot = Memory.getLong(segment + ((long) at << SLOT_SHIFT));
        } while (slot != 0 && !isOf(slot, hash));
        return slot;
    }

    /** Place of the first slot with a hash, or -1. */
    int first(int hash) {
        return directory == 0 ? -1 : from(hash, hash & slotMask);
    }

    /** Place of the slot with the hash behind one, or -1. */
    int next(int hash, int place) {
        return from(hash, (place + 1) & slotMask);
    }

    /** Number of the entry that a slot leads to. */
    int entryAt(int hash, int place) {
        return (int) Memory.getLong(segment(hash) + ((long) place << SLOT_SHIFT)) - 1;
    }

    /** Whether a slot, which is not empty, is that of a hash. */
    static boolean isOf(long slot, int hash) {
        return (int) (slot >>> SLOT_HASH_SHIFT) == hash;
    }

    /** Number of the entry that a slot, which is not empty, leads to. */
    static int entryOf(long slot) {
        return (int) slot - 1;
    }

    private int from(int hash, int place) {
        long segment = segment(hash);
        int mask = slotMask;
        int at = place;
        while (true) {
            long slot = Memory.getLong(segment + ((long) at << SLOT_SHIFT));
            if (slot == 0) {
                return -1;
            }
            if ((int) (slot >>> SLOT_HASH_SHIFT) == hash) {
                return at;
            }
            at = (at + 1) & mask;
        }
    }

    /**
     * Makes sure that one more slot of a hash can be inserted; throws LIMIT and changes nothing.
     */
    void ensureRoom(int hash) {
        if (directory == 0) {
            create(0, MIN_SLOTS, true);
        }
        while (slotsInUse(canonical(directoryIndex(hash))) >= slotsBeforeSplit()) {
            if (slotMask + 1 < MAX_SLOTS) {
                growOnlySegment();
            } else {
                split(hash);
            }
        }
    }

    /** Slots of a segment that are used before it grows or is split. */
    int slotsBeforeSplit() {
        return (slotMask + 1) - ((slotMask + 1) >> 2);
    }

    /**
     * Makes room for so many evenly spread hashes in an index that has never had any, so that they
     * can come in any order: by themselves, those that begin alike would look as if they were
     * chosen. Segments are not empty then, but of any content: see {@link BulkIndex}.
     */
    void reserve(int count) {
        if (count <= MAX_SLOTS / 2) {
            return;
        }
        create(depthFor(count), MAX_SLOTS, false);
        reserved = count;
    }

    /**
     * As {@link #reserve}, for a count that is a guess: for part of it if it is large, because the
     * time is taken from one event, and for nothing where memory is short.
     */
    void expect(int guess) {
        int count = Math.min(guess, MOST_EXPECTED);
        int slots = MIN_SLOTS;
        while (slots < MAX_SLOTS && count > slots - (slots >> 1) + (slots >> 3)) {
            slots *= 2;
        }
        int newDepth = depthFor(count);
        long bytes = directoryBytes(newDepth) + ((long) slots << SLOT_SHIFT << newDepth);
        if (directory == 0 && arena.reservedBytes() + 2 * bytes < arena.limitBytes() >> 1) {
            create(newDepth, slots, true);
            reserved = count;
        }
    }

    private static int depthFor(int count) {
        int depth = 0;
        while (count >>> depth > RESERVED_PER_SEGMENT) {
            depth++;
        }
        return depth;
    }

    /** Inserts a slot; room has been made before. */
    void insert(int hash, int entry) {
        int owner = canonical(directoryIndex(hash));
        place(segmentAt(owner), hash, entry);
        setSlotsInUse(owner, slotsInUse(owner) + 1);
        total++;
    }

    /** As {@link #insert}; whether another slot has the same hash. */
    boolean insertNoting(int hash, int entry) {
        int owner = canonical(directoryIndex(hash));
        long segment = segmentAt(owner);
        int mask = slotMask;
        int at = hash & mask;
        boolean isMet = false;
        while (true) {
            long address = segment + ((long) at << SLOT_SHIFT);
            long slot = Memory.getLong(address);
            if (slot == 0) {
                Memory.putLong(address, slot(hash, entry));
                break;
            }
            isMet |= (int) (slot >>> SLOT_HASH_SHIFT) == hash;
            at = (at + 1) & mask;
        }
        setSlotsInUse(owner, slotsInUse(owner) + 1);
        total++;
        return isMet;
    }

    /** Removes a slot that is there. */
    void remove(int hash, int entry) {
        int owner = canonical(directoryIndex(hash));
        long segment = segmentAt(owner);
        int hole = locate(segment, hash, entry);
        // Slots behind the hole move up unless that would put them before their home.
        int at = hole;
        while (true) {
            at = (at + 1) & slotMask;
            long slot = Memory.getLong(segment + ((long) at << SLOT_SHIFT));
            if (slot == 0) {
                break;
            }
            int home = (int) (slot >>> SLOT_HASH_SHIFT) & slotMask;
            if (((at - home) & slotMask) >= ((at - hole) & slotMask)) {
                Memory.putLong(segment + ((long) hole << SLOT_SHIFT), slot);
                hole = at;
            }
        }
        Memory.putLong(segment + ((long) hole << SLOT_SHIFT), 0);
        setSlotsInUse(owner, slotsInUse(owner) - 1);
        total--;
    }

    /** Gives a slot's entry another number. */
    void renumber(int hash, int from, int to) {
        long segment = segment(hash);
        Memory.putLong(
                segment + ((long) locate(segment, hash, from) << SLOT_SHIFT), slot(hash, to));
    }

    /** Frees all memory. */
    void free() {
        freeBlocks(directory, depth, slotMask);
        detach();
    }

    /** Frees the blocks of an index that was detached. */
    void freeBlocks(long directory, int depth, int slotMask) {
        if (directory == 0) {
            return;
        }
        long segmentBytes = (long) (slotMask + 1) << SLOT_SHIFT;
        int segment = 0;
        while (segment < 1 << depth) {
            long word = Memory.getLong(directory + ((long) segment << 3));
            arena.free(word & -64L, segmentBytes);
            segment += 1 << (depth - (int) (word & SEGMENT_DEPTH_MASK));
        }
        arena.free(directory, directoryBytes(depth));
    }

    /** Becomes empty without freeing anything. */
    void detach() {
        directory = 0;
        depth = 0;
        slotMask = 0;
        total = 0;
        reserved = 0;
    }

    private int directoryIndex(int hash) {
        return (int) ((hash & 0xFFFF_FFFFL) >>> (32 - depth));
    }

    /** The first of the directory's entries that share a segment; its count is the one in use. */
    private int canonical(int directoryIndex) {
        long word = Memory.getLong(directory + ((long) directoryIndex << 3));
        int shared = depth - (int) (word & SEGMENT_DEPTH_MASK);
        return directoryIndex >>> shared << shared;
    }

    long segmentAt(int directoryIndex) {
        return Memory.getLong(directory + ((long) directoryIndex << 3)) & -64L;
    }

    private int slotsInUse(int canonical) {
        return Memory.getInt(directory + (8L << depth) + ((long) canonical << 2));
    }

    void setSlotsInUse(int canonical, int count) {
        Memory.putInt(directory + (8L << depth) + ((long) canonical << 2), count);
    }

    private int locate(long segment, int hash, int entry) {
        long wanted = slot(hash, entry);
        int at = hash & slotMask;
        while (true) {
            long slot = Memory.getLong(segment + ((long) at << SLOT_SHIFT));
            if (slot == wanted) {
                return at;
            }
            if (slot == 0) {
                throw new IllegalStateException("entry is not in the index: entry=" + entry);
            }
            at = (at + 1) & slotMask;
        }
    }

    private void place(long segment, int hash, int entry) {
        int at = hash & slotMask;
        while (Memory.getLong(segment + ((long) at << SLOT_SHIFT)) != 0) {
            at = (at + 1) & slotMask;
        }
        Memory.putLong(segment + ((long) at << SLOT_SHIFT), slot(hash, entry));
    }

    static long slot(int hash, int entry) {
        return ((long) hash << SLOT_HASH_SHIFT) | (entry + 1L);
    }

    private static long directoryBytes(int depth) {
        return 12L << depth;
    }

    private void create(int newDepth, int slots, boolean isEmpty) {
        long block = arena.allocate(directoryBytes(newDepth));
        long segmentBytes = (long) slots << SLOT_SHIFT;
        int made = 0;
        try {
            for (; made < 1 << newDepth; made++) {
                long segment =
                        isEmpty ? arena.allocate(segmentBytes) : arena.allocateDirty(segmentBytes);
                Memory.putLong(block + ((long) made << 3), segment | newDepth);
            }
        } catch (PenstockException e) {
            while (made-- > 0) {
                arena.free(Memory.getLong(block + ((long) made << 3)) & -64L, segmentBytes);
            }
            arena.free(block, directoryBytes(newDepth));
            throw e;
        }
        directory = block;
        depth = newDepth;
        slotMask = slots - 1;
    }

    private void growOnlySegment() {
        long old = segmentAt(0);
        int oldSlots = slotMask + 1;
        long segment = arena.allocate((long) oldSlots << (SLOT_SHIFT + 1));
        slotMask = oldSlots * 2 - 1;
        for (int at = 0; at < oldSlots; at++) {
            long slot = Memory.getLong(old + ((long) at << SLOT_SHIFT));
            if (slot != 0) {
                place(segment, (int) (slot >>> SLOT_HASH_SHIFT), (int) slot - 1);
            }
        }
        Memory.putLong(directory, segment);
        arena.free(old, (long) oldSlots << SLOT_SHIFT);
    }

    private void split(int hash) {
        int localDepth =
                (int) Memory.getLong(directory + ((long) directoryIndex(hash) << 3))
                        & SEGMENT_DEPTH_MASK;
        if (localDepth == depth) {
            doubleDirectory();
        }
        long segmentBytes = (long) MAX_SLOTS << SLOT_SHIFT;
        long low = arena.allocate(segmentBytes);
        long high;
        try {
            high = arena.allocate(segmentBytes);
        } catch (PenstockException e) {
            arena.free(low, segmentBytes);
            throw e;
        }
        int first = canonical(directoryIndex(hash));
        long old = segmentAt(first);
        int highCount = 0;
        int lowCount = 0;
        for (int at = 0; at < MAX_SLOTS; at++) {
            long slot = Memory.getLong(old + ((long) at << SLOT_SHIFT));
            if (slot == 0) {
                continue;
            }
            int slotHash = (int) (slot >>> SLOT_HASH_SHIFT);
            if ((slotHash >>> (31 - localDepth) & 1) == 0) {
                place(low, slotHash, (int) slot - 1);
                lowCount++;
            } else {
                place(high, slotHash, (int) slot - 1);
                highCount++;
            }
        }
        int sharing = 1 << (depth - localDepth - 1);
        for (int i = 0; i < sharing; i++) {
            Memory.putLong(directory + ((long) (first + i) << 3), low | (localDepth + 1));
            Memory.putLong(
                    directory + ((long) (first + sharing + i) << 3), high | (localDepth + 1));
        }
        setSlotsInUse(first, lowCount);
        setSlotsInUse(first + sharing, highCount);
        arena.free(old, segmentBytes);
    }

    private void doubleDirectory() {
        int slots = Math.max(total, reserved);
        if (depth == MAX_DEPTH || (2L << depth) > 64 + slots / MIN_ENTRIES_PER_SEGMENT) {
            throw new PenstockException(
                    Category.LIMIT,
                    "keys of "
                            + arena.owner()
                            + " must have different hashes: keys="
                            + total
                            + " segments="
                            + (1 << depth)
                            + " (many keys share one hash: check where they come from)");
        }
        long replacement = arena.allocate(directoryBytes(depth + 1));
        long oldCounts = directory + (8L << depth);
        long counts = replacement + (16L << depth);
        for (int i = 0; i < 1 << depth; i++) {
            long word = Memory.getLong(directory + ((long) i << 3));
            Memory.putLong(replacement + ((long) i << 4), word);
            Memory.putLong(replacement + ((long) i << 4) + 8, word);
            Memory.putInt(counts + ((long) i << 3), Memory.getInt(oldCounts + ((long) i << 2)));
        }
        arena.free(directory, directoryBytes(depth));
        directory = replacement;
        depth++;
    }
}
