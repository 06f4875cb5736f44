package io.penstock.engine.state;

import static io.penstock.engine.state.NodeDescriptor.BODY_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.FIRST_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.LENGTH_OFFSET;
import static io.penstock.engine.state.NodeDescriptor.SECOND_OFFSET;
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
 * Timers by (time, key, id): long keys signed, binary keys as unsigned bytes, ids signed.
 *
 * <p>A timer is identified by key and id; scheduling it again replaces its time. Binary keys are at
 * most {@value #MAX_KEY_LENGTH} bytes.
 *
 * <p>One thread. Allocates nothing on the heap; every write passes the undo log.
 */
public final class TimerQueue implements Undoable, AutoCloseable {
    /** What {@link #nextTimeNs()} answers when there is no timer. */
    public static final long NULL_TIME = Long.MAX_VALUE;

    /** Longest binary key in bytes. */
    public static final int MAX_KEY_LENGTH = KeyTable.MAX_KEY_LENGTH - Long.BYTES;

    private static final int INSERTED = 1;
    private static final int REMOVED = 2;

    private final Arena arena;
    private final UndoLog undo;
    private final boolean hasLongKeys;
    private final KeyTable nodes;
    private final NodeHeap heap;
    private final UnsafeBuffer identity;
    private long polled;

    /** Decides no answer: what {@link #foresee(long)} guesses from. */
    private long lastId;

    private TimerQueue(Arena arena, UndoLog undo, boolean hasLongKeys, long seed) {
        this.arena = arena;
        this.undo = undo;
        this.hasLongKeys = hasLongKeys;
        this.nodes = KeyTable.ofBytes(arena, undo, Long.BYTES, seed);
        this.heap = new NodeHeap(arena, !hasLongKeys);
        this.identity =
                new UnsafeBuffer(new byte[hasLongKeys ? 2 * Long.BYTES : KeyTable.MAX_KEY_LENGTH]);
    }

    /** Timers of long keys. */
    public static TimerQueue ofLongs(Arena arena, UndoLog undo, long seed) {
        return new TimerQueue(arena, undo, true, seed);
    }

    /** Timers of binary keys. */
    public static TimerQueue ofBytes(Arena arena, UndoLog undo, long seed) {
        return new TimerQueue(arena, undo, false, seed);
    }

    /** Schedules a timer, or moves it to another time. Throws LIMIT. */
    public void schedule(long timeNs, long key, long id) {
        lastId = id;
        schedule(timeNs, identify(key, id));
    }

    /** Schedules a timer, or moves it to another time. Throws LIMIT. */
    public void schedule(long timeNs, DirectBuffer key, int offset, int length, long id) {
        lastId = id;
        schedule(timeNs, identify(key, offset, length, id));
    }

    /** Schedules a timer of a key in native memory, or moves it to another time. Throws LIMIT. */
    public void schedule(long timeNs, long keyAddress, int length, long id) {
        schedule(timeNs, identify(keyAddress, length, id));
    }

    /** Whether the timers are too many for caches. */
    public boolean isLarge() {
        return nodes.isLarge(BODY_OFFSET);
    }

    /**
     * Notes that a timer of a key will be scheduled. Which one is a guess: one with the id that was
     * scheduled last.
     */
    public void foresee(long key) {
        nodes.foresee(identity, 0, identify(key, lastId));
    }

    /** As for a number. */
    public void foresee(DirectBuffer key, int offset, int length) {
        nodes.foresee(identity, 0, identify(key, offset, length, lastId));
    }

    /** Reads what was foreseen. */
    public long prefetch() {
        return nodes.prefetchTargets(BODY_OFFSET);
    }

    /** Cancels a timer; false if it is not there. */
    public boolean cancel(long key, long id) {
        return cancel(identify(key, id));
    }

    /** Cancels a timer; false if it is not there. */
    public boolean cancel(DirectBuffer key, int offset, int length, long id) {
        return cancel(identify(key, offset, length, id));
    }

    /** Cancels a timer of a key in native memory; false if it is not there. */
    public boolean cancel(long keyAddress, int length, long id) {
        return cancel(identify(keyAddress, length, id));
    }

    /** Timers there are. */
    public int size() {
        return heap.size();
    }

    /** Time of the first timer, or {@link #NULL_TIME}. */
    public long nextTimeNs() {
        return heap.size() == 0 ? NULL_TIME : Memory.getLong(heap.node(0) + TIME_OFFSET);
    }

    /**
     * Takes the first timer out if its time is not after the watermark. What it was is told by the
     * {@code polled} methods until the step ends or the next one is taken.
     */
    public boolean pollDue(long watermarkNs) {
        if (heap.size() == 0) {
            return false;
        }
        long node = heap.node(0);
        if (Memory.getLong(node + TIME_OFFSET) > watermarkNs) {
            return false;
        }
        polled = node;
        removeNode(node);
        return true;
    }

    /** Time of the timer that was taken out. */
    public long polledTimeNs() {
        return Memory.getLong(polled + TIME_OFFSET);
    }

    /** Id of the timer that was taken out. */
    public long polledId() {
        return Memory.getLong(polled + SECOND_OFFSET);
    }

    /** Long key of the timer that was taken out. */
    public long polledLongKey() {
        return Memory.getLong(polled + FIRST_OFFSET);
    }

    /** Where the binary key of the timer lies that was taken out. */
    public long polledKeyAddress() {
        return polled + BODY_OFFSET;
    }

    /** Bytes of the key of the timer that was taken out. */
    public int polledKeyLength() {
        return Memory.getInt(polled + LENGTH_OFFSET);
    }

    /** Gives back what is far too much, and closes holes; between steps. */
    public void maintain() {
        nodes.maintain();
        if (undo.isEmpty()) {
            heap.shrink();
        }
    }

    /** Folds each timer into the hash of its key group, in order: key, id, time. */
    public void hashInto(long[] groupHashes) {
        heap.sort();
        for (int i = 0; i < heap.size(); i++) {
            long node = heap.node(i);
            int group = keyGroup(node);
            long hash = groupHashes[group];
            hash =
                    hasLongKeys
                            ? StateHash.fold(hash, Memory.getLong(node + FIRST_OFFSET))
                            : StateHash.foldBytes(
                                    hash, node + BODY_OFFSET, Memory.getInt(node + LENGTH_OFFSET));
            hash = StateHash.fold(hash, Memory.getLong(node + SECOND_OFFSET));
            groupHashes[group] = StateHash.fold(hash, Memory.getLong(node + TIME_OFFSET));
        }
    }

    /** Shows all timers in their order, each an entry of its key. */
    public void describe(StateVisitor visitor) {
        heap.sort();
        for (int i = 0; i < heap.size(); i++) {
            long node = heap.node(i);
            boolean wanted =
                    hasLongKeys
                            ? visitor.entry(Memory.getLong(node + FIRST_OFFSET))
                            : visitor.entry(
                                    node + BODY_OFFSET, Memory.getInt(node + LENGTH_OFFSET));
            if (wanted) {
                visitor.number("id", Memory.getLong(node + SECOND_OFFSET));
                visitor.time("time", Memory.getLong(node + TIME_OFFSET));
            }
        }
    }

    /** Writes all timers, in the order in which they were first scheduled. */
    public void writeTo(SnapshotWriter writer) {
        writer.putInt(hasLongKeys ? 1 : 2).putInt(heap.size());
        FrozenTable frozen = nodes.freeze();
        writer.put(to -> writeChunk(frozen, to));
    }

    private boolean writeChunk(FrozenTable frozen, SnapshotWriter writer) {
        if (!frozen.nextChunk()) {
            return false;
        }
        FrozenView view = frozen.view();
        byte[] body = new byte[0];
        while (frozen.next()) {
            long node = frozen.valueLong(0);
            writer.putLong(view.getLong(node + TIME_OFFSET));
            writer.putLong(view.getLong(node + SECOND_OFFSET));
            if (hasLongKeys) {
                writer.putLong(view.getLong(node + FIRST_OFFSET));
                continue;
            }
            int length = view.getInt(node + LENGTH_OFFSET);
            FrozenTable.require(length >= 0 && length <= MAX_KEY_LENGTH);
            body = body.length < length ? new byte[length] : body;
            view.copyTo(node + BODY_OFFSET, body, 0, length);
            writer.putInt(length).putBytes(body, 0, length);
        }
        return true;
    }

    /** Fills the queue, which is empty, outside of steps. Throws DAMAGE and LIMIT. */
    public void readFrom(SnapshotReader reader) {
        if (size() != 0 || !undo.isEmpty()) {
            throw new IllegalStateException("timers are restored when empty and between steps");
        }
        if (reader.getInt() != (hasLongKeys ? 1 : 2)) {
            throw reader.damaged("kind of keys");
        }
        int count = reader.getInt();
        if (count < 0 || count > reader.remaining() / (2 * Long.BYTES)) {
            throw reader.damaged("count of timers: count=" + count);
        }
        for (int i = 0; i < count; i++) {
            long timeNs = reader.getLong();
            long id = reader.getLong();
            int length = Long.BYTES;
            if (hasLongKeys) {
                identify(reader.getLong(), id);
            } else {
                length = reader.getCount(MAX_KEY_LENGTH);
                identity.putLong(0, id);
                reader.getBytes(identity.byteArray(), Long.BYTES, length);
            }
            schedule(timeNs, Long.BYTES + length);
            if (size() != i + 1) {
                throw reader.damaged("a timer stands twice");
            }
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
        nodes.close();
    }

    @Override
    public void undo(int what, long old) {
        if (what == INSERTED) {
            heap.remove(old);
        } else {
            heap.insert(old);
        }
    }

    /** Puts key and id together as the table knows them; returns the length. */
    private int identify(long key, long id) {
        requireKeys(true);
        identity.putLong(0, key);
        identity.putLong(Long.BYTES, id);
        return 2 * Long.BYTES;
    }

    private int identify(DirectBuffer key, int offset, int length, long id) {
        requireFits(length);
        identity.putLong(0, id);
        identity.putBytes(Long.BYTES, key, offset, length);
        return Long.BYTES + length;
    }

    private int identify(long keyAddress, int length, long id) {
        requireFits(length);
        identity.putLong(0, id);
        Memory.copyTo(keyAddress, identity.byteArray(), Long.BYTES, length);
        return Long.BYTES + length;
    }

    private void requireFits(int length) {
        requireKeys(false);
        if (length > MAX_KEY_LENGTH) {
            throw new PenstockException(
                    Category.LIMIT,
                    "a timer's key of "
                            + arena.owner()
                            + " must fit: limit="
                            + MAX_KEY_LENGTH
                            + " length="
                            + length
                            + " bytes (use a shorter key)");
        }
    }

    private void requireKeys(boolean longs) {
        if (longs != hasLongKeys) {
            throw new IllegalStateException("timers have other keys: hasLongKeys=" + hasLongKeys);
        }
    }

    private void schedule(long timeNs, int identityLength) {
        long value = nodes.findOrAdd(identity, 0, identityLength);
        if (nodes.lastAdded()) {
            int length = identityLength - Long.BYTES;
            long node = undo.allocate(arena, nodeBytes(length));
            Memory.putLong(node + TIME_OFFSET, timeNs);
            Memory.putInt(node + LENGTH_OFFSET, length);
            Memory.copyFrom(identity, 0, identityLength, node + identityOffset());
            Memory.putLong(value, node);
            insertNode(node);
            return;
        }
        long node = Memory.getLong(value);
        if (Memory.getLong(node + TIME_OFFSET) != timeNs) {
            undo.record(this, REMOVED, node);
            heap.remove(node);
            undo.save(node + TIME_OFFSET, Long.BYTES);
            Memory.putLong(node + TIME_OFFSET, timeNs);
            insertNode(node);
        }
    }

    private boolean cancel(int identityLength) {
        long value = nodes.find(identity, 0, identityLength);
        if (value == 0) {
            return false;
        }
        removeNode(Memory.getLong(value));
        return true;
    }

    private void insertNode(long node) {
        heap.ensureRoom();
        undo.record(this, INSERTED, node);
        heap.insert(node);
    }

    private void removeNode(long node) {
        int length = Memory.getInt(node + LENGTH_OFFSET);
        nodes.remove(node + identityOffset(), Long.BYTES + length);
        undo.freeOnCommit(arena, node, nodeBytes(length));
        undo.record(this, REMOVED, node);
        heap.remove(node);
    }

    private int identityOffset() {
        return hasLongKeys ? FIRST_OFFSET : SECOND_OFFSET;
    }

    private int keyGroup(long node) {
        return KeyGroups.group(
                hasLongKeys
                        ? KeyGroups.hash(Memory.getLong(node + FIRST_OFFSET))
                        : KeyGroups.hash(node + BODY_OFFSET, Memory.getInt(node + LENGTH_OFFSET)));
    }

    private static long nodeBytes(int length) {
        return BODY_OFFSET + (long) length;
    }
}
