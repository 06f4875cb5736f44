package io.penstock.engine.state;

import static io.penstock.engine.state.NodeDescriptor.BODY_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.FIRST_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.LENGTH_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.TIME_OFFSET;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.FrozenView;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.memory.Undoable;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Events that wait until their turn in the order of (event time, arrival).
 *
 * <p>Each carries a block of metadata of fixed length, which the caller fills and reads: source
 * position, sequence and the like. Arrivals must differ.
 *
 * <p>One thread. Allocates nothing on the heap; every write passes the undo log.
 */
public final class EventHeap implements Undoable, AutoCloseable {
    /** The setting that an exhausted limit is raised by. */
    public static final String SETTING = "reorderLimit";

    /** What {@link #peekTimeNs()} answers when there is no event. */
    public static final long NULL_TIME = Long.MAX_VALUE;

    /** Events that a snapshot writes as one piece. */
    private static final int NODES_AT_ONCE = 256;

    private static final int INSERTED = 1;
    private static final int REMOVED = 2;

    private final Arena arena;
    private final UndoLog undo;
    private final int metadataLength;
    private final int maxEventLength;
    private final long limitBytes;
    private final NodeHeap heap;
    private long usedBytes;

    /**
     * Creates an empty heap.
     *
     * @param metadataLength bytes of metadata of each event, a multiple of 8
     * @param maxEventLength longest event in bytes
     * @param limitBytes most bytes that all waiting events may take, headers and rounding included
     */
    public EventHeap(
            Arena arena, UndoLog undo, int metadataLength, int maxEventLength, long limitBytes) {
        if (metadataLength < 0 || (metadataLength & 7) != 0) {
            throw new IllegalArgumentException(
                    "metadata length must be a multiple of 8: metadataLength=" + metadataLength);
        }
        this.arena = arena;
        this.undo = undo;
        this.metadataLength = metadataLength;
        this.maxEventLength = maxEventLength;
        this.limitBytes = limitBytes;
        this.heap = NodeHeap.withFrozenSlots(arena);
    }

    /** Adds an event; returns the address of its metadata, all zero, to be filled. Throws LIMIT. */
    public long add(long timeNs, long arrival, DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        long node = newNode(timeNs, arrival, length);
        Memory.copyFrom(buffer, offset, length, node + BODY_OFFSET + metadataLength);
        insertNode(node);
        return node + BODY_OFFSET;
    }

    /** Waiting events. */
    public int size() {
        return heap.size();
    }

    /** Bytes that the waiting events take. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Event time of the first event, or {@link #NULL_TIME}. */
    public long peekTimeNs() {
        return heap.size() == 0 ? NULL_TIME : Memory.getLong(heap.node(0) + TIME_OFFSET);
    }

    /** Whether there is an event whose time is not after the watermark. */
    public boolean isDue(long watermarkNs) {
        return heap.size() != 0 && Memory.getLong(heap.node(0) + TIME_OFFSET) <= watermarkNs;
    }

    /** Arrival of the first event, of which there must be one. */
    public long headArrival() {
        return Memory.getLong(head() + FIRST_OFFSET);
    }

    /** Where the first event's metadata lies; good until the step ends, also once removed. */
    public long headMetadataAddress() {
        return head() + BODY_OFFSET;
    }

    /** Where the first event lies; good until the step ends, also once removed. */
    public long headAddress() {
        return head() + BODY_OFFSET + metadataLength;
    }

    /** Bytes of the first event. */
    public int headLength() {
        return Memory.getInt(head() + LENGTH_OFFSET);
    }

    /** Removes the first event, of which there must be one. */
    public void removeHead() {
        long node = head();
        long bytes = nodeBytes(Memory.getInt(node + LENGTH_OFFSET));
        undo.freeOnCommit(arena, node, bytes);
        undo.record(this, REMOVED, node);
        heap.remove(node);
        usedBytes -= Arena.blockBytes(bytes);
    }

    /** Gives back what is far too much; between steps. */
    public void maintain() {
        if (undo.isEmpty()) {
            heap.shrink();
        }
    }

    /** Folds all events in order: time, arrival, metadata, length and bytes. */
    public long foldInto(long hash) {
        heap.sort();
        long h = hash;
        for (int i = 0; i < heap.size(); i++) {
            long node = heap.node(i);
            h = StateHash.fold(h, Memory.getLong(node + TIME_OFFSET));
            h = StateHash.fold(h, Memory.getLong(node + FIRST_OFFSET));
            h = StateHash.foldWords(h, node + BODY_OFFSET, metadataLength);
            int length = Memory.getInt(node + LENGTH_OFFSET);
            h = StateHash.foldBytes(h, node + BODY_OFFSET + metadataLength, length);
        }
        return h;
    }

    /** Folds all events into the hash of group 0: events that wait have no key yet. */
    public void hashInto(long[] groupHashes) {
        groupHashes[0] = foldInto(groupHashes[0]);
    }

    /** Shows all events in their order: time, arrival, message. */
    public void describe(StateVisitor visitor) {
        heap.sort();
        for (int i = 0; i < heap.size(); i++) {
            long node = heap.node(i);
            if (visitor.entry()) {
                visitor.time("time", Memory.getLong(node + TIME_OFFSET));
                visitor.number("arrival", Memory.getLong(node + FIRST_OFFSET));
                int length = Memory.getInt(node + LENGTH_OFFSET);
                visitor.message(
                        "message",
                        new UnsafeBuffer(node + BODY_OFFSET + metadataLength, length),
                        0,
                        length);
            }
        }
    }

    /** Writes all events, in no order. */
    public void writeTo(SnapshotWriter writer) {
        writer.putInt(metadataLength).putInt(heap.size());
        NodeHeap.Frozen frozen = heap.freeze();
        byte[] body = new byte[metadataLength + maxEventLength];
        writer.put(to -> writeChunk(frozen, body, to));
    }

    private boolean writeChunk(NodeHeap.Frozen frozen, byte[] body, SnapshotWriter writer) {
        FrozenView view = frozen.view();
        for (int i = 0; i < NODES_AT_ONCE; i++) {
            if (!frozen.next()) {
                return false;
            }
            long node = frozen.node();
            int length = view.getInt(node + LENGTH_OFFSET);
            FrozenTable.require(length >= 0 && length <= maxEventLength);
            writer.putLong(view.getLong(node + TIME_OFFSET));
            writer.putLong(view.getLong(node + FIRST_OFFSET));
            writer.putInt(length);
            view.copyTo(node + BODY_OFFSET, body, 0, metadataLength + length);
            writer.putBytes(body, 0, metadataLength + length);
        }
        return true;
    }

    /** Fills the heap, which is empty, outside of steps. Throws DAMAGE and LIMIT. */
    public void readFrom(SnapshotReader reader) {
        if (size() != 0 || !undo.isEmpty()) {
            throw new IllegalStateException("events are restored when empty and between steps");
        }
        int storedLength = reader.getInt();
        if (storedLength != metadataLength) {
            throw reader.damaged(
                    "metadata length must be "
                            + metadataLength
                            + ": metadataLength="
                            + storedLength);
        }
        int count = reader.getInt();
        if (count < 0 || count > reader.remaining() / (2 * Long.BYTES)) {
            throw reader.damaged("count of events: count=" + count);
        }
        for (int i = 0; i < count; i++) {
            long timeNs = reader.getLong();
            long arrival = reader.getLong();
            int length = reader.getCount(maxEventLength);
            long node = newNode(timeNs, arrival, length);
            reader.getBytes(node + BODY_OFFSET, metadataLength + length);
            insertNode(node);
            undo.commit();
        }
    }

    /** Gives all memory back at once, outside of steps. */
    @Override
    public void close() {
        for (int i = 0; i < heap.size(); i++) {
            long node = heap.node(i);
            arena.free(node, nodeBytes(Memory.getInt(node + LENGTH_OFFSET)));
        }
        heap.free();
        usedBytes = 0;
    }

    @Override
    public void undo(int what, long old) {
        long bytes = Arena.blockBytes(nodeBytes(Memory.getInt(old + LENGTH_OFFSET)));
        if (what == INSERTED) {
            heap.remove(old);
            usedBytes -= bytes;
        } else {
            heap.insert(old);
            usedBytes += bytes;
        }
    }

    private long newNode(long timeNs, long arrival, int length) {
        if (length > maxEventLength) {
            throw new IllegalArgumentException(
                    "event must fit: maxEventLength=" + maxEventLength + " length=" + length);
        }
        long bytes = nodeBytes(length);
        if (usedBytes + Arena.blockBytes(bytes) > limitBytes) {
            throw limitReached(Arena.blockBytes(bytes));
        }
        long node = undo.allocate(arena, bytes);
        Memory.putLong(node + TIME_OFFSET, timeNs);
        Memory.putLong(node + FIRST_OFFSET, arrival);
        Memory.putInt(node + LENGTH_OFFSET, length);
        return node;
    }

    private void insertNode(long node) {
        heap.ensureRoom();
        undo.record(this, INSERTED, node);
        heap.insert(node);
        usedBytes += Arena.blockBytes(nodeBytes(Memory.getInt(node + LENGTH_OFFSET)));
    }

    private long head() {
        if (heap.size() == 0) {
            throw new IllegalStateException("no event waits");
        }
        return heap.node(0);
    }

    private long nodeBytes(int length) {
        return BODY_OFFSET + (long) metadataLength + length;
    }

    private PenstockException limitReached(long asked) {
        return new PenstockException(
                Category.LIMIT,
                "events of "
                        + arena.owner()
                        + " that wait for their turn must fit: limit="
                        + limitBytes
                        + " used="
                        + usedBytes
                        + " asked="
                        + asked
                        + " bytes (raise "
                        + SETTING
                        + ", or lower the disorder bound)");
    }
}
