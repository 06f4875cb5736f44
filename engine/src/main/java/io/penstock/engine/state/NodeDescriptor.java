package io.penstock.engine.state;

/**
 * Layout of a node of a {@link NodeHeap}: a timer or a waiting event.
 *
 * <pre>
 *   0        8            12       16           24           32
 *   +--------+------------+--------+------------+------------+----------------------------
 *   | timeNs | heap index | length | first       | second    | key, or metadata and event
 *   +--------+------------+--------+------------+------------+----------------------------
 * timer, long key          8         key          id
 * timer, binary key        of key    0            id           key
 * event                    of event  arrival      0            metadata, event
 *
 * slot of the heap
 *   0        8        16
 *   +--------+--------+
 *   | timeNs |  node  |
 *   +--------+--------+
 * </pre>
 *
 * The words from first (long key) or second (binary key) on are the timer's identity in its table.
 */
final class NodeDescriptor {
    static final int TIME_OFFSET = 0;
    static final int HEAP_INDEX_OFFSET = 8;
    static final int LENGTH_OFFSET = 12;
    static final int FIRST_OFFSET = 16;
    static final int SECOND_OFFSET = 24;
    static final int BODY_OFFSET = 32;

    static final int SLOT_LENGTH = 16;
    static final int SLOT_NODE_OFFSET = 8;

    private NodeDescriptor() {}
}
