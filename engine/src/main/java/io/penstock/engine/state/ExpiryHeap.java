package io.penstock.engine.state;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;

/**
 * Entries of a table by time: a heap of four children a node, and where each entry stands in it.
 *
 * <pre>
 * slot of the heap                 place of an entry
 *   0        8       12     16       0            4
 *   +--------+-------+------+        +------------+
 *   | timeNs | entry |   0  |        | heap index |
 *   +--------+-------+------+        +------------+
 * </pre>
 *
 * <p>Its layout is no part of the logical state: it is never undone byte by byte.
 */
final class ExpiryHeap {
    private static final int CHILDREN_SHIFT = 2;
    private static final int CHILDREN = 1 << CHILDREN_SHIFT;
    private static final int SLOT_LENGTH = 16;
    private static final int ENTRY_OFFSET = 8;
    private static final int PLACE_LENGTH = 4;

    private final EntryChunks slots;
    private final EntryChunks places;
    private int size;

    ExpiryHeap(Arena arena) {
        this.slots = new EntryChunks(arena, SLOT_LENGTH);
        this.places = new EntryChunks(arena, PLACE_LENGTH);
    }

    int size() {
        return size;
    }

    /** Time of the first; there must be one. */
    long firstTimeNs() {
        return Memory.getLong(slots.address(0));
    }

    /** Entry that is first; there must be one. */
    int firstEntry() {
        return entryAt(0);
    }

    /** Makes sure that {@link #insert} has room; throws LIMIT and changes nothing. */
    void ensureRoom(int entry) {
        slots.ensure(size);
        places.ensure(entry);
    }

    void insert(int entry, long timeNs) {
        siftUp(size++, timeNs, entry);
    }

    void remove(int entry) {
        int index = placeOf(entry);
        size--;
        if (index == size) {
            return;
        }
        long at = slots.address(size);
        long lastTimeNs = Memory.getLong(at);
        int last = Memory.getInt(at + ENTRY_OFFSET);
        siftUp(index, lastTimeNs, last);
        if (placeOf(last) == index) {
            siftDown(index, lastTimeNs, last);
        }
    }

    /** Gives the first a later time. */
    void postponeFirst(long timeNs) {
        siftDown(0, timeNs, entryAt(0));
    }

    /** Gives an entry another number. */
    void renumber(int from, int to) {
        int index = placeOf(from);
        Memory.putInt(slots.address(index) + ENTRY_OFFSET, to);
        Memory.putInt(places.address(to), index);
    }

    /** Gives back what is far too much; not within a step. */
    void shrink(int entryCount) {
        if (slots.capacity > 4L * size) {
            slots.shrinkTo(2 * size);
        }
        if (places.capacity > 4L * entryCount) {
            places.shrinkTo(2 * entryCount);
        }
    }

    void free() {
        size = 0;
        slots.shrinkTo(0);
        places.shrinkTo(0);
    }

    private int entryAt(int index) {
        return Memory.getInt(slots.address(index) + ENTRY_OFFSET);
    }

    private int placeOf(int entry) {
        return Memory.getInt(places.address(entry));
    }

    private void siftUp(int from, long timeNs, int entry) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> CHILDREN_SHIFT;
            long at = slots.address(parent);
            long parentTimeNs = Memory.getLong(at);
            if (parentTimeNs <= timeNs) {
                break;
            }
            set(index, parentTimeNs, Memory.getInt(at + ENTRY_OFFSET));
            index = parent;
        }
        set(index, timeNs, entry);
    }

    private void siftDown(int from, long timeNs, int entry) {
        int index = from;
        while (true) {
            long child = ((long) index << CHILDREN_SHIFT) + 1;
            if (child >= size) {
                break;
            }
            int best = (int) child;
            long bestTimeNs = Memory.getLong(slots.address(best));
            for (int i = best + 1; i < Math.min(child + CHILDREN, size); i++) {
                long childTimeNs = Memory.getLong(slots.address(i));
                if (childTimeNs < bestTimeNs) {
                    best = i;
                    bestTimeNs = childTimeNs;
                }
            }
            if (timeNs <= bestTimeNs) {
                break;
            }
            set(index, bestTimeNs, entryAt(best));
            index = best;
        }
        set(index, timeNs, entry);
    }

    private void set(int index, long timeNs, int entry) {
        long at = slots.address(index);
        Memory.putLong(at, timeNs);
        Memory.putInt(at + ENTRY_OFFSET, entry);
        Memory.putInt(places.address(entry), index);
    }
}
