package io.penstock.engine.state;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import org.agrona.DirectBuffer;

/**
 * Per key a queue of elements of one length, and a head of fixed length for what is kept about it
 * (a running sum, say).
 *
 * <p>A queue is named by the address that {@code find} returns. Its elements have indexes that only
 * grow: the first is {@link #firstIndex}, the next to be appended {@link #endIndex}. Addresses of
 * elements are good until the next append or removal on the same queue. A queue whose last element
 * is removed keeps its key, head and indexes until {@link #remove}.
 *
 * <p>One thread. Allocates nothing on the heap; every write passes the undo log.
 */
public final class KeyedDeque implements AutoCloseable {
    // Value in the table:
    //
    //   0            8          16              24         28   32
    //   +------------+----------+---------------+----------+----+--------
    //   | firstIndex | endIndex | array address | capacity |  0 | head ...
    //   +------------+----------+---------------+----------+----+--------
    //
    // The element of an index lies at (index mod capacity) of the array.
    private static final int FIRST_OFFSET = 0;
    private static final int END_OFFSET = 8;
    private static final int ARRAY_OFFSET = 16;
    private static final int CAPACITY_OFFSET = 24;
    private static final int HEAD_OFFSET = 32;

    private static final int MIN_CAPACITY = 4;
    private static final int SHRINK_DIVISOR = 4;

    /** Bytes of elements that a snapshot copies at once. */
    private static final int MAX_COPIED_LENGTH = 4096;

    private final Arena arena;
    private final UndoLog undo;
    private final int headLength;
    private final int elementLength;
    private final KeyTable table;

    private KeyedDeque(
            Arena arena, UndoLog undo, int headLength, int elementLength, KeyTable table) {
        if (elementLength <= 0 || ((headLength | elementLength) & 7) != 0 || headLength < 0) {
            throw new IllegalArgumentException(
                    "lengths must be multiples of 8: headLength="
                            + headLength
                            + " elementLength="
                            + elementLength);
        }
        this.arena = arena;
        this.undo = undo;
        this.headLength = headLength;
        this.elementLength = elementLength;
        this.table = table;
    }

    /** Queues by long keys. */
    public static KeyedDeque ofLongs(
            Arena arena, UndoLog undo, int headLength, int elementLength, long seed) {
        KeyTable table = KeyTable.ofLongs(arena, undo, HEAD_OFFSET + headLength, seed);
        return new KeyedDeque(arena, undo, headLength, elementLength, table);
    }

    /** Queues by binary keys. */
    public static KeyedDeque ofBytes(
            Arena arena, UndoLog undo, int headLength, int elementLength, long seed) {
        KeyTable table = KeyTable.ofBytes(arena, undo, HEAD_OFFSET + headLength, seed);
        return new KeyedDeque(arena, undo, headLength, elementLength, table);
    }

    /** The queue of a key, or 0. */
    public long find(long key) {
        return table.find(key);
    }

    /** The queue of a key, or 0. */
    public long find(DirectBuffer buffer, int offset, int length) {
        return table.find(buffer, offset, length);
    }

    /** The queue of a key in native memory, or 0. */
    public long find(long keyAddress, int length) {
        return table.find(keyAddress, length);
    }

    /** The queue of a key, empty if there was none. */
    public long findOrAdd(long key) {
        return table.findOrAdd(key);
    }

    /** The queue of a key, empty if there was none. */
    public long findOrAdd(DirectBuffer buffer, int offset, int length) {
        return table.findOrAdd(buffer, offset, length);
    }

    /** The queue of a key in native memory, empty if there was none. */
    public long findOrAdd(long keyAddress, int length) {
        return table.findOrAdd(keyAddress, length);
    }

    /** Whether the latest {@code findOrAdd} added its key. */
    public boolean lastAdded() {
        return table.lastAdded();
    }

    /** Removes a key with its queue; false if it is not there. */
    public boolean remove(long key) {
        return freeArray(table.find(key)) && table.remove(key);
    }

    /** Removes a key with its queue; false if it is not there. */
    public boolean remove(DirectBuffer buffer, int offset, int length) {
        return freeArray(table.find(buffer, offset, length))
                && table.remove(buffer, offset, length);
    }

    /** Removes a key in native memory with its queue; false if it is not there. */
    public boolean remove(long keyAddress, int length) {
        return freeArray(table.find(keyAddress, length)) && table.remove(keyAddress, length);
    }

    /** Removes a live entry of {@link #keys()} with its queue. */
    public void removeEntry(int entry) {
        freeArray(table.valueAddress(entry));
        table.removeEntry(entry);
    }

    /** Keys, for iteration; nobody but this class adds to it or removes. */
    public KeyTable keys() {
        return table;
    }

    /** Elements in a queue. */
    public int size(long deque) {
        return (int) (endIndex(deque) - firstIndex(deque));
    }

    /** Index of the first element; equal to {@link #endIndex} if there is none. */
    public long firstIndex(long deque) {
        return Memory.getLong(deque + FIRST_OFFSET);
    }

    /** Index behind the last element. */
    public long endIndex(long deque) {
        return Memory.getLong(deque + END_OFFSET);
    }

    /** Address of the element of an index from first to end. */
    public long address(long deque, long index) {
        assert index >= firstIndex(deque) && index < endIndex(deque);
        return elementAddress(deque, index);
    }

    /** Saves an element for the undo log before it is changed; returns the same address. */
    public long forWrite(long elementAddress) {
        undo.save(elementAddress, elementLength);
        return elementAddress;
    }

    /** Address of a queue's head, to read. */
    public long head(long deque) {
        return deque + HEAD_OFFSET;
    }

    /** Address of a queue's head, saved for the undo log, to write. */
    public long headForWrite(long deque) {
        undo.save(deque + HEAD_OFFSET, headLength);
        return deque + HEAD_OFFSET;
    }

    /** Appends an element; returns its address, all zero, to be filled. Throws LIMIT. */
    public long append(long deque) {
        undo.save(deque, HEAD_OFFSET);
        int capacity = Memory.getInt(deque + CAPACITY_OFFSET);
        if (size(deque) == capacity) {
            moveTo(deque, Math.max(MIN_CAPACITY, capacity * 2));
        }
        long end = endIndex(deque);
        Memory.putLong(deque + END_OFFSET, end + 1);
        long element = elementAddress(deque, end);
        // An element that was removed in this step may have been here: a rollback wants it back.
        undo.save(element, elementLength);
        Memory.zeroWords(element, elementLength);
        return element;
    }

    /** Removes the first element of a queue that has one. */
    public void removeFirst(long deque) {
        int size = size(deque);
        if (size == 0) {
            throw new IllegalStateException("queue is empty");
        }
        undo.save(deque, HEAD_OFFSET);
        Memory.putLong(deque + FIRST_OFFSET, firstIndex(deque) + 1);
        int capacity = Memory.getInt(deque + CAPACITY_OFFSET);
        if (capacity > MIN_CAPACITY && (size - 1) * (long) SHRINK_DIVISOR <= capacity) {
            moveTo(deque, capacity / 2);
        }
    }

    /**
     * Removes the first {@code count} elements of a queue that has as many; costs the same for any
     * count but for a move to a smaller array.
     */
    public void removeFirst(long deque, long count) {
        long left = size(deque) - count;
        if (count < 0 || left < 0) {
            throw new IllegalStateException("queue has too few elements: count=" + count);
        }
        undo.save(deque, HEAD_OFFSET);
        Memory.putLong(deque + FIRST_OFFSET, firstIndex(deque) + count);
        int capacity = Memory.getInt(deque + CAPACITY_OFFSET);
        int smaller = capacity;
        while (smaller > MIN_CAPACITY && left * SHRINK_DIVISOR <= smaller) {
            smaller /= 2;
        }
        if (smaller < capacity) {
            moveTo(deque, smaller);
        }
    }

    /** Closes holes among the keys: {@link KeyTable#maintain()}. */
    public void maintain() {
        table.maintain();
    }

    /** Folds each queue into the hash of its key group: key, head, indexes, elements. */
    public void hashInto(long[] groupHashes) {
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (!table.isLive(entry)) {
                continue;
            }
            int group = table.keyGroup(entry);
            long deque = table.valueAddress(entry);
            long hash = table.foldKey(groupHashes[group], entry);
            hash = StateHash.foldWords(hash, head(deque), headLength);
            hash = StateHash.foldWords(hash, deque, ARRAY_OFFSET);
            for (long i = firstIndex(deque); i < endIndex(deque); i++) {
                hash = StateHash.foldWords(hash, elementAddress(deque, i), elementLength);
            }
            groupHashes[group] = hash;
        }
    }

    /** Shows all queues in insertion order of their keys: head, indexes, elements. */
    public void describe(StateVisitor visitor) {
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (!table.isLive(entry) || !visitor.entry(table, entry)) {
                continue;
            }
            long deque = table.valueAddress(entry);
            if (headLength > 0) {
                visitor.bytes("head", head(deque), headLength);
            }
            visitor.number("first-index", firstIndex(deque));
            visitor.number("size", size(deque));
            for (long i = firstIndex(deque); i < endIndex(deque); i++) {
                visitor.bytes("element", elementAddress(deque, i), elementLength);
            }
        }
    }

    /** Writes all queues in insertion order of their keys. */
    public void writeTo(SnapshotWriter writer) {
        writer.putInt(headLength).putInt(elementLength);
        KeyTableCodec.writeCount(table, writer);
        FrozenTable frozen = table.freeze();
        byte[] elements = new byte[Math.max(elementLength, MAX_COPIED_LENGTH)];
        writer.put(to -> writeChunk(frozen, elements, to));
    }

    private boolean writeChunk(FrozenTable frozen, byte[] elements, SnapshotWriter writer) {
        if (!frozen.nextChunk()) {
            return false;
        }
        while (frozen.next()) {
            frozen.writeKey(writer);
            frozen.writeValue(writer, HEAD_OFFSET, headLength);
            frozen.writeValue(writer, FIRST_OFFSET, ARRAY_OFFSET);
            long array = frozen.valueLong(ARRAY_OFFSET);
            int capacity = frozen.valueInt(CAPACITY_OFFSET);
            int atOnce = elements.length / elementLength;
            long end = frozen.valueLong(END_OFFSET);
            FrozenTable.require(end - frozen.valueLong(FIRST_OFFSET) <= capacity);
            for (long i = frozen.valueLong(FIRST_OFFSET); i < end; ) {
                int from = (int) (i & (capacity - 1));
                int count = (int) Math.min(end - i, Math.min(capacity - from, atOnce));
                int length = count * elementLength;
                frozen.view().copyTo(array + (long) from * elementLength, elements, 0, length);
                writer.putBytes(elements, 0, length);
                i += count;
            }
        }
        return true;
    }

    /** Fills the queues, of which there are none, outside of steps. Throws DAMAGE and LIMIT. */
    public void readFrom(SnapshotReader reader) {
        if (reader.getInt() != headLength || reader.getInt() != elementLength) {
            throw reader.damaged("lengths must be " + headLength + " and " + elementLength);
        }
        int count = KeyTableCodec.readCount(table, reader);
        for (int i = 0; i < count; i++) {
            readQueue(reader, KeyTableCodec.readKey(table, reader));
        }
    }

    /** Gives all memory back at once, outside of steps. */
    @Override
    public void close() {
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (table.isLive(entry)) {
                long deque = table.valueAddress(entry);
                int capacity = Memory.getInt(deque + CAPACITY_OFFSET);
                if (capacity > 0) {
                    arena.free(Memory.getLong(deque + ARRAY_OFFSET), arrayBytes(capacity));
                }
            }
        }
        table.close();
    }

    private void readQueue(SnapshotReader reader, long deque) {
        reader.getBytes(head(deque), headLength);
        long first = reader.getLong();
        long end = reader.getLong();
        long size = end - first;
        if (first < 0 || size < 0 || size > reader.remaining() / elementLength) {
            throw reader.damaged("indexes of a queue: first=" + first + " end=" + end);
        }
        int capacity = MIN_CAPACITY;
        while (capacity < size) {
            capacity *= 2;
        }
        Memory.putLong(deque + FIRST_OFFSET, first);
        Memory.putLong(deque + END_OFFSET, end);
        Memory.putLong(deque + ARRAY_OFFSET, arena.allocate(arrayBytes(capacity)));
        Memory.putInt(deque + CAPACITY_OFFSET, capacity);
        for (long i = first; i < end; i++) {
            reader.getBytes(elementAddress(deque, i), elementLength);
        }
    }

    private long elementAddress(long deque, long index) {
        int capacity = Memory.getInt(deque + CAPACITY_OFFSET);
        return Memory.getLong(deque + ARRAY_OFFSET) + (index & (capacity - 1)) * elementLength;
    }

    private long arrayBytes(int capacity) {
        return (long) capacity * elementLength;
    }

    /** Moves the elements to an array of another capacity; the queue's value is already saved. */
    private void moveTo(long deque, int capacity) {
        int oldCapacity = Memory.getInt(deque + CAPACITY_OFFSET);
        long oldArray = Memory.getLong(deque + ARRAY_OFFSET);
        long array = undo.allocate(arena, arrayBytes(capacity));
        for (long i = firstIndex(deque), end = endIndex(deque); i < end; i++) {
            Memory.copyWords(
                    oldArray + (i & (oldCapacity - 1)) * elementLength,
                    array + (i & (capacity - 1)) * elementLength,
                    elementLength);
        }
        if (oldCapacity > 0) {
            undo.freeOnCommit(arena, oldArray, arrayBytes(oldCapacity));
        }
        Memory.putLong(deque + ARRAY_OFFSET, array);
        Memory.putInt(deque + CAPACITY_OFFSET, capacity);
    }

    private boolean freeArray(long deque) {
        if (deque == 0) {
            return false;
        }
        int capacity = Memory.getInt(deque + CAPACITY_OFFSET);
        if (capacity > 0) {
            undo.freeOnCommit(arena, Memory.getLong(deque + ARRAY_OFFSET), arrayBytes(capacity));
        }
        return true;
    }
}
