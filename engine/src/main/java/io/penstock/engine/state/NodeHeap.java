package io.penstock.engine.state;

import static io.penstock.engine.state.NodeDescriptor.BODY_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.FIRST_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.HEAP_INDEX_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.LENGTH_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.SECOND_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.SLOT_LENGTH;
import static io.penstock.engine.state.NodeDescriptor.SLOT_NODE_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.TIME_OFFSET;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.FrozenView;
import io.penstock.engine.memory.Memory;

/**
 * Nodes by (time, first, second), and the body's first word where it is a tie, or by (time, bytes
 * of the body, second): a heap of four children a node, in chunks, so that it grows without moving.
 *
 * <p>Its layout is no part of the logical state: it is never undone byte by byte, and sorting it is
 * no change.
 */
final class NodeHeap {
    private static final int CHILDREN_SHIFT = 2;
    private static final int CHILDREN = 1 << CHILDREN_SHIFT;

    private final Arena arena;
    private final EntryChunks slots;
    private final boolean isByBody;
    private final boolean hasTie;
    private final boolean hasFrozenSlots;
    private int size;

    NodeHeap(Arena arena, boolean isByBody) {
        this(arena, isByBody, false, false);
    }

    private NodeHeap(Arena arena, boolean isByBody, boolean hasTie, boolean hasFrozenSlots) {
        this.arena = arena;
        this.hasFrozenSlots = hasFrozenSlots;
        this.slots = new EntryChunks(arena, SLOT_LENGTH);
        this.isByBody = isByBody;
        this.hasTie = hasTie;
    }

    /** A heap of nodes whose bodies begin with a word that decides among equal ones. */
    static NodeHeap withTie(Arena arena) {
        return new NodeHeap(arena, false, true, false);
    }

    /** A heap that may be read as it was when its arena was frozen: {@link #freeze()}. */
    static NodeHeap withFrozenSlots(Arena arena) {
        return new NodeHeap(arena, false, false, true);
    }

    /** All nodes as they are now, for one reader. */
    Frozen freeze() {
        return new Frozen(arena.view(), slots, size);
    }

    /** Nodes in the order of their slots. */
    static final class Frozen {
        private final FrozenView view;
        private final EntryChunks slots;
        private final long directory;
        private final int size;
        private int index = -1;

        private Frozen(FrozenView view, EntryChunks slots, int size) {
            this.view = view;
            this.slots = slots;
            this.directory = slots.directory;
            this.size = size;
        }

        FrozenView view() {
            return view;
        }

        boolean next() {
            return ++index < size;
        }

        long node() {
            int chunk = slots.chunkOf(index);
            long start = view.getLong(slots.directoryWord(directory, chunk));
            long at = start + (long) (index - slots.firstEntryOf(chunk)) * slots.stride();
            return view.getLong(at + SLOT_NODE_OFFSET);
        }
    }

    int size() {
        return size;
    }

    /** Node in a slot; slot 0 is the first in order. */
    long node(int index) {
        return Memory.getLong(slots.address(index) + SLOT_NODE_OFFSET);
    }

    /** Makes sure that {@link #insert} has room; throws LIMIT and changes nothing. */
    void ensureRoom() {
        slots.ensure(size);
    }

    void insert(long node) {
        siftUp(size++, Memory.getLong(node + TIME_OFFSET), node);
    }

    void remove(long node) {
        int index = Memory.getInt(node + HEAP_INDEX_OFFSET);
        size--;
        if (index == size) {
            return;
        }
        long last = node(size);
        long lastTime = Memory.getLong(last + TIME_OFFSET);
        siftUp(index, lastTime, last);
        if (Memory.getInt(last + HEAP_INDEX_OFFSET) == index) {
            siftDown(index, size, lastTime, last);
        }
    }

    /** Moves the first node back to where its time belongs, which has grown. */
    void delayFirst() {
        long node = node(0);
        siftDown(0, size, Memory.getLong(node + TIME_OFFSET), node);
    }

    /** Puts the slots in order, so that an iteration from 0 is one in order. */
    void sort() {
        for (int end = size - 1; end > 0; end--) {
            long first = node(0);
            long last = node(end);
            set(end, Memory.getLong(first + TIME_OFFSET), first);
            siftDown(0, end, Memory.getLong(last + TIME_OFFSET), last);
        }
        for (int low = 0, high = size - 1; low < high; low++, high--) {
            long left = node(low);
            long right = node(high);
            set(low, Memory.getLong(right + TIME_OFFSET), right);
            set(high, Memory.getLong(left + TIME_OFFSET), left);
        }
    }

    /** Gives back what is far too much; not within a step. */
    void shrink() {
        if (slots.capacity > 4L * size) {
            slots.shrinkTo(2 * size);
        }
    }

    void free() {
        size = 0;
        slots.shrinkTo(0);
    }

    private void siftUp(int from, long time, long node) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> CHILDREN_SHIFT;
            long at = slots.address(parent);
            long parentTime = Memory.getLong(at);
            long parentNode = Memory.getLong(at + SLOT_NODE_OFFSET);
            if (!isBefore(time, node, parentTime, parentNode)) {
                break;
            }
            set(index, parentTime, parentNode);
            index = parent;
        }
        set(index, time, node);
    }

    private void siftDown(int from, int end, long time, long node) {
        int index = from;
        while (true) {
            long child = ((long) index << CHILDREN_SHIFT) + 1;
            if (child >= end) {
                break;
            }
            int best = (int) child;
            long bestTime = Memory.getLong(slots.address(best));
            long bestNode = node(best);
            for (int i = best + 1; i < Math.min(child + CHILDREN, end); i++) {
                long otherTime = Memory.getLong(slots.address(i));
                long otherNode = node(i);
                if (isBefore(otherTime, otherNode, bestTime, bestNode)) {
                    best = i;
                    bestTime = otherTime;
                    bestNode = otherNode;
                }
            }
            if (!isBefore(bestTime, bestNode, time, node)) {
                break;
            }
            set(index, bestTime, bestNode);
            index = best;
        }
        set(index, time, node);
    }

    private void set(int index, long time, long node) {
        long at = slots.address(index);
        if (hasFrozenSlots) {
            slots.beforeWrite(at);
        }
        Memory.putLong(at, time);
        Memory.putLong(at + SLOT_NODE_OFFSET, node);
        Memory.putInt(node + HEAP_INDEX_OFFSET, index);
    }

    private boolean isBefore(long leftTime, long left, long rightTime, long right) {
        return leftTime != rightTime ? leftTime < rightTime : isBeforeAtSameTime(left, right);
    }

    private boolean isBeforeAtSameTime(long left, long right) {
        int order;
        if (isByBody) {
            order =
                    Memory.compare(
                            left + BODY_OFFSET,
                            Memory.getInt(left + LENGTH_OFFSET),
                            right + BODY_OFFSET,
                            Memory.getInt(right + LENGTH_OFFSET));
        } else {
            order =
                    Long.compare(
                            Memory.getLong(left + FIRST_OFFSET),
                            Memory.getLong(right + FIRST_OFFSET));
        }
        if (order != 0) {
            return order < 0;
        }
        long leftSecond = Memory.getLong(left + SECOND_OFFSET);
        long rightSecond = Memory.getLong(right + SECOND_OFFSET);
        if (leftSecond != rightSecond || !hasTie) {
            return leftSecond < rightSecond;
        }
        return Memory.getLong(left + BODY_OFFSET) < Memory.getLong(right + BODY_OFFSET);
    }
}
