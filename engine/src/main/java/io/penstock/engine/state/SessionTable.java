package io.penstock.engine.state;

import static io.penstock.engine.state.SessionDescriptor.ARRIVAL_MASK;
import static io.penstock.engine.state.SessionDescriptor.END_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.FLAGS_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.GROUP_ARRIVAL_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.GROUP_SHIFT;
import static io.penstock.engine.state.SessionDescriptor.KEY_LENGTH_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.NEXT_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.REVISION_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.START_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.TIE_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.VALUE_OFFSET;
import static io.penstock.engine.state.SessionDescriptor.WAIT_OFFSET;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.FrozenView;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.memory.Undoable;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Spans of time with a value, some per key and usually one, and two queues of them by (end, start,
 * key group, first arrival): those that are open, and those that are closed and kept. An arrival is
 * the number of a record, and a tie that grows among those that came with one record.
 *
 * <p>A key's spans are a list in the order of their starts; the list is named by the address of its
 * key's value in {@link #keys()}, a span by an address that is good until it is removed. An end
 * only ever grows.
 *
 * <p>One thread. Allocates nothing on the heap; every write passes the undo log.
 */
public final class SessionTable implements Undoable, AutoCloseable {
    /** No span: what a search answers that found none. */
    public static final long NULL_SESSION = 0;

    static final int CLOSED = 1;
    static final int EMITTED = 2;

    private static final int INSERTED = 1;
    private static final int REMOVED = 2;
    private static final int CLOSED_INSERTED = 3;
    private static final int CLOSED_REMOVED = 4;

    private final Arena arena;
    private final UndoLog undo;
    private final KeyTable keys;
    private final int valueLength;
    private final ManagedValues values;
    private final NodeHeap open;
    private final NodeHeap closed;

    /**
     * Creates an empty table.
     *
     * @param hasLongKeys whether keys are longs, or bytes
     * @param valueLength bytes of a span's value, a multiple of 8
     * @param seed of the index of the keys
     * @param values what hashes, saves and frees a value
     */
    public SessionTable(
            Arena arena,
            UndoLog undo,
            boolean hasLongKeys,
            int valueLength,
            long seed,
            ManagedValues values) {
        this.arena = arena;
        this.undo = undo;
        this.keys =
                hasLongKeys
                        ? KeyTable.ofLongs(arena, undo, Long.BYTES, seed)
                        : KeyTable.ofBytes(arena, undo, Long.BYTES, seed);
        this.valueLength = valueLength;
        this.values = values;
        this.open = NodeHeap.withTie(arena);
        this.closed = NodeHeap.withTie(arena);
    }

    /** Lists by their keys: look one up, or add one and then its first span in the same step. */
    public KeyTable keys() {
        return keys;
    }

    /** Whether the spans are too many for caches. */
    public boolean isLarge() {
        return keys.isLarge(VALUE_OFFSET + valueLength);
    }

    /** Reads what is behind the lists that were foreseen in {@link #keys()}: their first spans. */
    public long prefetch() {
        return keys.prefetchTargets(VALUE_OFFSET + valueLength);
    }

    /** Spans there are. */
    public int size() {
        return open.size() + closed.size();
    }

    /** Spans that are open. */
    public int openCount() {
        return open.size();
    }

    /** An open span, from 0 on, in no order. */
    public long openAt(int index) {
        return open.node(index);
    }

    // ---- a key's list

    /** First span of a list, or 0. */
    public long first(long list) {
        return Memory.getLong(list);
    }

    /** The span behind another of the same key, or 0. */
    public long next(long session) {
        return Memory.getLong(session + NEXT_OFFSET);
    }

    /** Adds an open span whose value is all zero, behind another or, with 0, as the first. */
    public long insert(long list, long previous, long startNs, long endNs, long arrival, long tie) {
        int length = keys.hasLongKeys() ? Long.BYTES : keys.keyLengthOf(list);
        long session = undo.allocate(arena, bytes(length));
        long link = previous == 0 ? list : previous + NEXT_OFFSET;
        fill(session, list, startNs, endNs, arrival, tie);
        Memory.putLong(session + NEXT_OFFSET, Memory.getLong(link));
        undo.save(link, Long.BYTES);
        Memory.putLong(link, session);
        insertInto(open, INSERTED, session);
        return session;
    }

    /** Removes the span behind another of the same key. */
    public void removeNext(long session) {
        unlink(session + NEXT_OFFSET);
    }

    /** Removes a span; its key as well if it was the only one. */
    public void remove(long session) {
        long key = keyAddress(session);
        boolean isLong = keys.hasLongKeys();
        long list = isLong ? keys.find(Memory.getLong(key)) : keys.find(key, keyLength(session));
        if (first(list) == session && next(session) == 0) {
            if (isLong) {
                keys.remove(Memory.getLong(key));
            } else {
                keys.remove(key, keyLength(session));
            }
            release(session);
            return;
        }
        long link = list;
        while (Memory.getLong(link) != session) {
            link = Memory.getLong(link) + NEXT_OFFSET;
        }
        unlink(link);
    }

    private void unlink(long link) {
        long session = Memory.getLong(link);
        undo.save(link, Long.BYTES);
        Memory.putLong(link, next(session));
        release(session);
    }

    private void release(long session) {
        if (isClosed(session)) {
            removeFrom(closed, CLOSED_REMOVED, session);
        } else {
            removeFrom(open, REMOVED, session);
        }
        values.free(session + VALUE_OFFSET, undo);
        undo.freeOnCommit(arena, session, bytes(keyLength(session)));
    }

    // ---- one span

    /** Start of a span. */
    public long startNs(long session) {
        return Memory.getLong(session + START_OFFSET);
    }

    /** End of a span. */
    public long endNs(long session) {
        return Memory.getLong(session + END_OFFSET);
    }

    /** Smallest arrival that the span was given. */
    public long firstArrival(long session) {
        return groupAndArrival(session) & ARRIVAL_MASK;
    }

    /** Group of the span's key. */
    public int keyGroup(long session) {
        return (int) (groupAndArrival(session) >>> GROUP_SHIFT);
    }

    /** Key group and first arrival as one word, in their order; never negative. */
    public long groupAndArrival(long session) {
        return Memory.getLong(session + GROUP_ARRIVAL_OFFSET);
    }

    /** Whether it was closed: {@link #close(long)}. */
    public boolean isClosed(long session) {
        return (Memory.getInt(session + FLAGS_OFFSET) & CLOSED) != 0;
    }

    /** Whether a result was given that still holds. */
    public boolean isEmitted(long session) {
        return (Memory.getInt(session + FLAGS_OFFSET) & EMITTED) != 0;
    }

    /** How many results there were. */
    public int revision(long session) {
        return Memory.getInt(session + REVISION_OFFSET);
    }

    /** Where the value lies. */
    public long value(long session) {
        return session + VALUE_OFFSET;
    }

    /** Long key of a span. */
    public long longKey(long session) {
        return Memory.getLong(keyAddress(session));
    }

    /** Where a span's key lies, a long or bytes. */
    public long keyAddress(long session) {
        return session + VALUE_OFFSET + valueLength;
    }

    /** Bytes of a span's key; 8 if it is a long. */
    public int keyLength(long session) {
        return Memory.getInt(session + KEY_LENGTH_OFFSET);
    }

    /** Order of two spans: by end, start, key group and first arrival. */
    public int compare(long left, long right) {
        int order = Long.compare(endNs(left), endNs(right));
        if (order == 0) {
            order = Long.compare(startNs(left), startNs(right));
        }
        return order != 0 ? order : compareArrivals(left, right);
    }

    /** Order of two spans by key group and first arrival. */
    public int compareArrivals(long left, long right) {
        int order = Long.compare(groupAndArrival(left), groupAndArrival(right));
        return order != 0
                ? order
                : Long.compare(
                        Memory.getLong(left + TIE_OFFSET), Memory.getLong(right + TIE_OFFSET));
    }

    /** Saves a span, but for its bounds, before it is changed; returns where its value lies. */
    public long forWrite(long session) {
        undo.save(session + REVISION_OFFSET, VALUE_OFFSET - REVISION_OFFSET + valueLength);
        return session + VALUE_OFFSET;
    }

    /** Sets how many results there were and whether the last still holds; behind forWrite. */
    public void setEmitted(long session, int revision, boolean isEmitted) {
        Memory.putInt(session + REVISION_OFFSET, revision);
        int flags = Memory.getInt(session + FLAGS_OFFSET);
        Memory.putInt(session + FLAGS_OFFSET, isEmitted ? flags | EMITTED : flags & ~EMITTED);
    }

    /**
     * Sets the bounds, which must not exclude what they held.
     *
     * @param first whose arrival becomes that of the span: itself, or another one of its key
     */
    public void extend(long session, long startNs, long endNs, long first) {
        if (startNs == startNs(session) && first == session) {
            if (endNs != endNs(session)) {
                undo.save(session + END_OFFSET, Long.BYTES);
                Memory.putLong(session + END_OFFSET, endNs);
            }
            return;
        }
        // What the queue compares changes only while the span is out of it, also in a rollback.
        boolean isClosed = isClosed(session);
        NodeHeap heap = isClosed ? closed : open;
        removeFrom(heap, isClosed ? CLOSED_REMOVED : REMOVED, session);
        undo.save(session + START_OFFSET, END_OFFSET + Long.BYTES - START_OFFSET);
        Memory.putLong(session + START_OFFSET, startNs);
        Memory.putLong(session + GROUP_ARRIVAL_OFFSET, groupAndArrival(first));
        Memory.putLong(session + TIE_OFFSET, Memory.getLong(first + TIE_OFFSET));
        Memory.putLong(session + END_OFFSET, endNs);
        setWait(session);
        insertInto(heap, isClosed ? CLOSED_INSERTED : INSERTED, session);
    }

    /** Moves an open span to those that are closed. */
    public void close(long session) {
        removeFrom(open, REMOVED, session);
        setClosed(session, true);
        insertInto(closed, CLOSED_INSERTED, session);
    }

    /** Moves a closed span to those that are open. */
    public void reopen(long session) {
        removeFrom(closed, CLOSED_REMOVED, session);
        setClosed(session, false);
        insertInto(open, INSERTED, session);
    }

    private void setClosed(long session, boolean isClosed) {
        undo.save(session + FLAGS_OFFSET, Integer.BYTES);
        int flags = Memory.getInt(session + FLAGS_OFFSET);
        Memory.putInt(session + FLAGS_OFFSET, isClosed ? flags | CLOSED : flags & ~CLOSED);
        setWait(session);
    }

    private void setWait(long session) {
        undo.save(session + WAIT_OFFSET, Long.BYTES);
        Memory.putLong(session + WAIT_OFFSET, endNs(session));
    }

    // ---- queues

    /** The first open span if its end is not after a time, else 0; between steps. */
    public long firstOpen(long toNs) {
        return firstOf(open, toNs);
    }

    /** The first closed span if its end is not after a time, else 0; between steps. */
    public long firstClosed(long toNs) {
        return firstOf(closed, toNs);
    }

    /** The first of a queue; spans whose ends have grown are moved back while they are met. */
    private long firstOf(NodeHeap heap, long toNs) {
        while (heap.size() > 0) {
            long session = heap.node(0);
            long waitNs = Memory.getLong(session + WAIT_OFFSET);
            if (waitNs > toNs) {
                return NULL_SESSION;
            }
            long endNs = endNs(session);
            if (waitNs == endNs) {
                return session;
            }
            if (!undo.isEmpty()) {
                throw new IllegalStateException("spans are put in order between steps");
            }
            Memory.putLong(session + WAIT_OFFSET, endNs);
            heap.delayFirst();
        }
        return NULL_SESSION;
    }

    private void insertInto(NodeHeap heap, int what, long session) {
        heap.ensureRoom();
        undo.record(this, what, session);
        heap.insert(session);
    }

    private void removeFrom(NodeHeap heap, int what, long session) {
        undo.record(this, what, session);
        heap.remove(session);
    }

    @Override
    public void undo(int what, long old) {
        switch (what) {
            case INSERTED -> open.remove(old);
            case REMOVED -> open.insert(old);
            case CLOSED_INSERTED -> closed.remove(old);
            case CLOSED_REMOVED -> closed.insert(old);
            default -> throw new IllegalStateException("unknown change: what=" + what);
        }
    }

    // ---- all of it

    /** Gives back what is far too much, and closes holes among the keys; between steps. */
    public void maintain() {
        keys.maintain();
        if (undo.isEmpty()) {
            open.shrink();
            closed.shrink();
        }
    }

    /** Folds each key's spans into the hash of its key group: key, then the spans in order. */
    public void hashInto(long[] groupHashes) {
        for (int entry = 0; entry < keys.entryCount(); entry++) {
            if (!keys.isLive(entry)) {
                continue;
            }
            int group = keys.keyGroup(entry);
            long hash = keys.foldKey(groupHashes[group], entry);
            for (long at = first(keys.valueAddress(entry)); at != 0; at = next(at)) {
                hash = StateHash.fold(hash, startNs(at));
                hash = StateHash.fold(hash, endNs(at));
                hash = StateHash.fold(hash, firstArrival(at));
                hash = StateHash.fold(hash, Memory.getLong(at + REVISION_OFFSET));
                hash = values.fold(hash, at + VALUE_OFFSET);
            }
            groupHashes[group] = hash;
        }
    }

    /** Writes all keys in insertion order, each with its spans. */
    public void writeTo(SnapshotWriter writer) {
        writer.putInt(valueLength);
        KeyTableCodec.writeCount(keys, writer);
        if (values.isPlain() || writer.isRehearsing()) {
            FrozenTable frozen = keys.freeze();
            byte[] session = new byte[VALUE_OFFSET + valueLength];
            writer.put(to -> writeChunk(frozen, new UnsafeBuffer(session), to));
            return;
        }
        for (int entry = 0; entry < keys.entryCount(); entry++) {
            if (!keys.isLive(entry)) {
                continue;
            }
            KeyTableCodec.writeKey(keys, writer, entry);
            int count = 0;
            for (long at = first(keys.valueAddress(entry)); at != 0; at = next(at)) {
                count++;
            }
            writer.putInt(count);
            for (long at = first(keys.valueAddress(entry)); at != 0; at = next(at)) {
                writer.putLong(startNs(at)).putLong(endNs(at)).putLong(firstArrival(at));
                writer.putLong(Memory.getLong(at + TIE_OFFSET));
                writer.putLong(Memory.getLong(at + REVISION_OFFSET));
                values.writeTo(at + VALUE_OFFSET, writer);
            }
        }
    }

    private boolean writeChunk(FrozenTable frozen, UnsafeBuffer session, SnapshotWriter writer) {
        if (!frozen.nextChunk()) {
            return false;
        }
        FrozenView view = frozen.view();
        byte[] bytes = session.byteArray();
        while (frozen.next()) {
            frozen.writeKey(writer);
            long first = frozen.valueLong(0);
            int count = 0;
            for (long at = first; at != 0; at = view.getLong(at + NEXT_OFFSET)) {
                count++;
            }
            writer.putInt(count);
            for (long at = first; at != 0; at = session.getLong(NEXT_OFFSET)) {
                view.copyTo(at, bytes, 0, bytes.length);
                writer.putLong(session.getLong(START_OFFSET));
                writer.putLong(session.getLong(END_OFFSET));
                writer.putLong(session.getLong(GROUP_ARRIVAL_OFFSET) & ARRIVAL_MASK);
                writer.putLong(session.getLong(TIE_OFFSET));
                writer.putLong(session.getLong(REVISION_OFFSET));
                writer.putBytes(bytes, VALUE_OFFSET, valueLength);
            }
        }
        return true;
    }

    /** Fills the table, which is empty, outside of steps. Throws DAMAGE and LIMIT. */
    public void readFrom(SnapshotReader reader) {
        int storedLength = reader.getInt();
        if (storedLength != valueLength) {
            throw reader.damaged(
                    "value length must be " + valueLength + ": valueLength=" + storedLength);
        }
        int count = KeyTableCodec.readCount(keys, reader);
        for (int i = 0; i < count; i++) {
            readList(reader, KeyTableCodec.readKey(keys, reader));
        }
    }

    private void readList(SnapshotReader reader, long list) {
        int length = keys.hasLongKeys() ? Long.BYTES : keys.keyLengthOf(list);
        int count = reader.getInt();
        if (count <= 0 || count > reader.remaining() / (5 * Long.BYTES)) {
            throw reader.damaged("count of a key's sessions: count=" + count);
        }
        long link = list;
        for (int i = 0; i < count; i++) {
            long session = arena.allocate(bytes(length));
            long startNs = reader.getLong();
            long endNs = reader.getLong();
            long arrival = reader.getLong();
            fill(session, list, startNs, endNs, arrival, reader.getLong());
            Memory.putLong(session + REVISION_OFFSET, reader.getLong());
            values.readFrom(session + VALUE_OFFSET, reader);
            Memory.putLong(link, session);
            link = session + NEXT_OFFSET;
            NodeHeap heap = isClosed(session) ? closed : open;
            heap.ensureRoom();
            heap.insert(session);
        }
    }

    /** Gives all memory back at once, outside of steps. */
    @Override
    public void close() {
        free(open);
        free(closed);
        keys.close();
    }

    private void free(NodeHeap heap) {
        for (int i = 0; i < heap.size(); i++) {
            long session = heap.node(i);
            values.free(session + VALUE_OFFSET, null);
            arena.free(session, bytes(keyLength(session)));
        }
        heap.free();
    }

    /** Writes all but the value of a span, which is zero. */
    private void fill(long session, long list, long startNs, long endNs, long arrival, long tie) {
        boolean isLong = keys.hasLongKeys();
        int length = isLong ? Long.BYTES : keys.keyLengthOf(list);
        long group = keys.keyGroupOf(list);
        Memory.putLong(session + WAIT_OFFSET, endNs);
        Memory.putInt(session + KEY_LENGTH_OFFSET, length);
        Memory.putLong(session + START_OFFSET, startNs);
        Memory.putLong(session + END_OFFSET, endNs);
        Memory.putLong(session + GROUP_ARRIVAL_OFFSET, group << GROUP_SHIFT | arrival);
        Memory.putLong(session + TIE_OFFSET, tie);
        if (isLong) {
            Memory.putLong(keyAddress(session), keys.longKeyOf(list));
        } else {
            Memory.copy(keys.keyAddressOf(list), keyAddress(session), length);
        }
    }

    private long bytes(int keyLength) {
        return VALUE_OFFSET + (long) valueLength + keyLength;
    }
}
