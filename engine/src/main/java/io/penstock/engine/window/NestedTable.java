package io.penstock.engine.window;

import io.penstock.engine.memory.Hash;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.StateHash;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import org.agrona.BufferUtil;

/**
 * Tables that live inside accumulators: one object serves all of a stage, a table is its head.
 *
 * <p>Keys are one word, two words, or bytes; each has a payload of a fixed number of words. Keys
 * are only ever added. Entries are dense, in the order in which they were added, in one block with
 * the index behind them; up to {@value #MAX_UNINDEXED_SHIFT} bits of block are searched without an
 * index. Bytes of keys lie in a second block. Both double when they are full.
 *
 * <pre>
 *   head
 *   0          8       12        16            24          32
 *   +----------+-------+---------+-------------+-----------+
 *   | block    | shift | count   | keys' bytes | used|shift|    the last two only for bytes
 *   +----------+-------+---------+-------------+-----------+
 *
 *   entry: key word(s), payload            for bytes: hash << 32 | length, offset, payload
 *   block: entries ...        | index: i32 entry + 1, or 0
 * </pre>
 *
 * <p>Memory: an entry of 8 bytes takes 16 to 32, of 16 bytes 21 to 43, of 24 bytes 32 to 64, of 32
 * bytes 43 to 86, of 40 bytes 46 to 91; the bytes of a key once to twice; a block at least 64.
 *
 * <p>The core's thread.
 */
@HotPath
final class NestedTable {
    /** Bytes of a head whose keys are words. */
    static final int WORD_HEAD_LENGTH = 16;

    /** Bytes of a head whose keys are bytes. */
    static final int BYTES_HEAD_LENGTH = 32;

    private static final int BLOCK = 0;
    private static final int SHIFT = 8;
    private static final int COUNT = 12;
    private static final int HEAP = 16;
    private static final int HEAP_USED = 24;
    private static final int HEAP_SHIFT = 28;

    private static final int MIN_SHIFT = 6;
    private static final int MAX_UNINDEXED_SHIFT = 7;
    private static final int MAX_SHIFT = 30;
    private static final int BYTES_KEY = 0;

    private final AccumulatorMemory memory;
    private final int keyWords;
    private final int keyLength;
    private final int payloadLength;
    private final int stride;
    private boolean lastAdded;

    /** A block that was allocated in this call or merge: what it holds need not be saved. */
    private long fresh;

    private boolean isMerging;

    private NestedTable(AccumulatorMemory memory, int keyWords, int payloadLength) {
        this.memory = memory;
        this.keyWords = keyWords;
        this.keyLength = keyWords == BYTES_KEY ? 2 * Long.BYTES : keyWords * Long.BYTES;
        this.payloadLength = payloadLength;
        this.stride = keyLength + payloadLength;
    }

    /** Tables by one or two words. */
    static NestedTable ofWords(AccumulatorMemory memory, int keyWords, int payloadLength) {
        return new NestedTable(memory, keyWords, payloadLength);
    }

    /** Tables by bytes. */
    static NestedTable ofBytes(AccumulatorMemory memory, int payloadLength) {
        return new NestedTable(memory, BYTES_KEY, payloadLength);
    }

    int headLength() {
        return keyWords == BYTES_KEY ? BYTES_HEAD_LENGTH : WORD_HEAD_LENGTH;
    }

    int count(long head) {
        return Memory.getInt(head + COUNT);
    }

    /** Whether the latest {@code findOrAdd} added its key. */
    boolean lastAdded() {
        return lastAdded;
    }

    /** Address of an entry's first key word. */
    long entry(long head, int index) {
        return Memory.getLong(head + BLOCK) + (long) index * stride;
    }

    /** Address of an entry's payload. */
    long payload(long head, int index) {
        return entry(head, index) + keyLength;
    }

    int keyLength(long head, int index) {
        return keyWords == BYTES_KEY ? (int) Memory.getLong(entry(head, index)) : keyLength;
    }

    long keyAddress(long head, int index) {
        long entry = entry(head, index);
        return keyWords == BYTES_KEY
                ? Memory.getLong(head + HEAP) + Memory.getLong(entry + Long.BYTES)
                : entry;
    }

    /** Payload of a key of one word; zero if {@link #lastAdded()}, else save it before a change. */
    long findOrAdd(long head, long key) {
        return findOrAdd(head, key, 0);
    }

    /** Payload of a key of one word (the second is left out) or of two. */
    long findOrAdd(long head, long first, long second) {
        endCall();
        int hash = hash(first, second);
        int found = search(head, hash, first, second);
        lastAdded = found < 0;
        if (found < 0) {
            found = add(head, hash);
            long entry = entry(head, found);
            Memory.putLong(entry, first);
            if (keyWords == 2) {
                Memory.putLong(entry + Long.BYTES, second);
            }
        }
        return payload(head, found);
    }

    /**
     * Payload of a key that is bytes, of an array ({@code base} not null, {@code offset} as Agrona
     * counts it) or of native memory ({@code base} null).
     */
    long findOrAdd(long head, Object base, long offset, int length) {
        endCall();
        int hash = (int) (Hash.ofBytes(base, offset, length, memory.hashSeed()) >>> 32);
        int found = search(head, hash, base, offset, length);
        lastAdded = found < 0;
        if (found < 0) {
            long at = appendBytes(head, base, offset, length);
            found = add(head, hash);
            long entry = entry(head, found);
            Memory.putLong(entry, word(hash, length));
            Memory.putLong(entry + Long.BYTES, at);
        }
        return payload(head, found);
    }

    private void endCall() {
        if (!isMerging) {
            fresh = 0;
        }
    }

    /** Saves a payload before it is changed, unless it was added or its block is new. */
    long forWrite(long head, long payload) {
        if (!lastAdded && Memory.getLong(head + BLOCK) != fresh) {
            memory.save(payload, payloadLength);
        }
        return payload;
    }

    /** Finds the key of another table's entry. */
    long findOrAddFrom(long head, long source, int index) {
        if (keyWords == BYTES_KEY) {
            return findOrAdd(head, null, keyAddress(source, index), keyLength(source, index));
        }
        long entry = entry(source, index);
        long second = keyWords == 2 ? Memory.getLong(entry + Long.BYTES) : 0;
        return findOrAdd(head, Memory.getLong(entry), second);
    }

    /**
     * Prepares to merge another table in: one that is not small beside this one is given a new
     * block at once, so that nothing of it need be saved word by word. {@link #endMerge()} follows
     * in any case.
     */
    void beginMerge(long head, long source) {
        isMerging = true;
        fresh = 0;
        int shift = Memory.getInt(head + SHIFT);
        int count = count(head);
        int more = count(source);
        if (memory.isLogged() && shift != 0 && more > count / 4) {
            int wanted = shift;
            while (capacity(wanted) < Math.max(count, more)) {
                wanted++;
            }
            rebuild(head, wanted);
        }
    }

    /** Ends a merge. */
    void endMerge() {
        isMerging = false;
        fresh = 0;
    }

    /** Makes a table, whose head is zero, equal to another. */
    void copy(long target, long source) {
        int shift = Memory.getInt(source + SHIFT);
        if (shift == 0) {
            return;
        }
        long block = memory.allocate(1L << shift);
        Memory.copyWords(Memory.getLong(source + BLOCK), block, 1L << shift);
        Memory.putLong(target + BLOCK, block);
        Memory.putInt(target + SHIFT, shift);
        if (keyWords == BYTES_KEY) {
            int heapShift = Memory.getInt(source + HEAP_SHIFT);
            if (heapShift != 0) {
                long heap = memory.allocate(1L << heapShift);
                int used = Memory.getInt(source + HEAP_USED);
                Memory.copy(Memory.getLong(source + HEAP), heap, used);
                Memory.putLong(target + HEAP, heap);
                Memory.putInt(target + HEAP_USED, used);
                Memory.putInt(target + HEAP_SHIFT, heapShift);
            }
        }
        Memory.putInt(target + COUNT, count(source));
    }

    /** Frees a table's blocks; its head stays as it is. */
    void free(long head) {
        int shift = Memory.getInt(head + SHIFT);
        if (shift != 0) {
            memory.free(Memory.getLong(head + BLOCK), 1L << shift);
        }
        if (keyWords == BYTES_KEY) {
            int heapShift = Memory.getInt(head + HEAP_SHIFT);
            if (heapShift != 0) {
                memory.free(Memory.getLong(head + HEAP), 1L << heapShift);
            }
        }
    }

    /** Folds all entries, in whatever order they stand. */
    long fold(long hash, long head) {
        int count = count(head);
        long sum = 0;
        for (int i = 0; i < count; i++) {
            long key =
                    keyWords == BYTES_KEY
                            ? StateHash.foldBytes(0, keyAddress(head, i), keyLength(head, i))
                            : StateHash.foldWords(0, entry(head, i), keyLength);
            sum += StateHash.foldWords(key, payload(head, i), payloadLength);
        }
        return StateHash.fold(StateHash.fold(hash, count), sum);
    }

    /** Writes the count and all entries in the order in which they stand. */
    void writeTo(long head, SnapshotWriter writer) {
        int count = count(head);
        writer.putInt(count);
        for (int i = 0; i < count; i++) {
            writeEntry(head, i, writer);
        }
    }

    /** Writes one entry. */
    void writeEntry(long head, int index, SnapshotWriter writer) {
        if (keyWords == BYTES_KEY) {
            writer.putInt(keyLength(head, index));
        }
        writer.putBytes(keyAddress(head, index), keyLength(head, index));
        writer.putBytes(payload(head, index), payloadLength);
    }

    /** Reads a count and as many entries into a table whose head is zero. */
    void readFrom(long head, SnapshotReader reader) {
        int count = reader.getInt();
        if (count < 0 || count > reader.remaining() / Math.max(4, stride - 2 * Long.BYTES)) {
            throw reader.damaged("count of a nested table: count=" + count);
        }
        for (int i = 0; i < count; i++) {
            long payload;
            if (keyWords == BYTES_KEY) {
                byte[] key = new byte[reader.getCount(BytesReader.MAX_LENGTH)];
                reader.getBytes(key, 0, key.length);
                payload = findOrAdd(head, key, BufferUtil.ARRAY_BASE_OFFSET, key.length);
            } else {
                long first = reader.getLong();
                payload = findOrAdd(head, first, keyWords == 2 ? reader.getLong() : 0);
            }
            if (!lastAdded) {
                throw reader.damaged("a key of a nested table stands twice");
            }
            reader.getBytes(payload, payloadLength);
        }
    }

    // ---- searching

    private int hash(long first, long second) {
        long mixed = Hash.ofLong(first ^ memory.hashSeed());
        return (int) ((keyWords == 2 ? Hash.ofLong(mixed ^ second) : mixed) >>> 32);
    }

    private static long word(int hash, int length) {
        return (long) hash << 32 | length;
    }

    private int search(long head, int hash, long first, long second) {
        int shift = Memory.getInt(head + SHIFT);
        long block = Memory.getLong(head + BLOCK);
        if (shift <= MAX_UNINDEXED_SHIFT) {
            int count = count(head);
            for (int i = 0; i < count; i++) {
                if (isKey(block + (long) i * stride, first, second)) {
                    return i;
                }
            }
            return -1;
        }
        long index = block + indexOffset(shift);
        int mask = slots(shift) - 1;
        int at = hash & mask;
        while (true) {
            int entry = Memory.getInt(index + ((long) at << 2)) - 1;
            if (entry < 0 || isKey(block + (long) entry * stride, first, second)) {
                return entry;
            }
            at = (at + 1) & mask;
        }
    }

    private boolean isKey(long entry, long first, long second) {
        return Memory.getLong(entry) == first
                && (keyWords == 1 || Memory.getLong(entry + Long.BYTES) == second);
    }

    private int search(long head, int hash, Object base, long offset, int length) {
        int shift = Memory.getInt(head + SHIFT);
        long block = Memory.getLong(head + BLOCK);
        long heap = Memory.getLong(head + HEAP);
        long word = word(hash, length);
        if (shift <= MAX_UNINDEXED_SHIFT) {
            int count = count(head);
            for (int i = 0; i < count; i++) {
                if (isKey(block + (long) i * stride, word, heap, base, offset, length)) {
                    return i;
                }
            }
            return -1;
        }
        long index = block + indexOffset(shift);
        int mask = slots(shift) - 1;
        int at = hash & mask;
        while (true) {
            int entry = Memory.getInt(index + ((long) at << 2)) - 1;
            if (entry < 0
                    || isKey(block + (long) entry * stride, word, heap, base, offset, length)) {
                return entry;
            }
            at = (at + 1) & mask;
        }
    }

    private static boolean isKey(
            long entry, long word, long heap, Object base, long offset, int length) {
        return Memory.getLong(entry) == word
                && (length == 0
                        || Memory.isEqual(
                                base, offset, heap + Memory.getLong(entry + Long.BYTES), length));
    }

    // ---- adding

    /** Number of a new entry whose payload is zero and whose key is the caller's to write. */
    private int add(long head, int hash) {
        int shift = Memory.getInt(head + SHIFT);
        int count = count(head);
        if (shift == 0 || count == capacity(shift)) {
            shift = Math.max(shift, MIN_SHIFT);
            while (capacity(shift) <= count) {
                shift++;
            }
            rebuild(head, shift);
        }
        long block = Memory.getLong(head + BLOCK);
        if (shift > MAX_UNINDEXED_SHIFT) {
            insert(block, shift, hash, count, block != fresh);
        }
        Memory.zeroWords(block + (long) count * stride, stride);
        Memory.putInt(head + COUNT, count + 1);
        return count;
    }

    /** Moves the entries to a new block, of the same size or a larger one. */
    private void rebuild(long head, int shift) {
        if (shift > MAX_SHIFT) {
            throw tooLarge();
        }
        long old = Memory.getLong(head + BLOCK);
        int oldShift = Memory.getInt(head + SHIFT);
        int count = count(head);
        long block = memory.allocate(1L << shift);
        if (count > 0) {
            Memory.copyWords(old, block, (long) count * stride);
        }
        if (shift > MAX_UNINDEXED_SHIFT) {
            for (int i = 0; i < count; i++) {
                insert(block, shift, hashOf(block + (long) i * stride), i, false);
            }
        }
        if (oldShift != 0) {
            memory.free(old, 1L << oldShift);
        }
        Memory.putLong(head + BLOCK, block);
        Memory.putInt(head + SHIFT, shift);
        fresh = block;
    }

    private int hashOf(long entry) {
        long first = Memory.getLong(entry);
        if (keyWords == BYTES_KEY) {
            return (int) (first >>> 32);
        }
        return hash(first, keyWords == 2 ? Memory.getLong(entry + Long.BYTES) : 0);
    }

    private void insert(long block, int shift, int hash, int entry, boolean save) {
        long index = block + indexOffset(shift);
        int mask = slots(shift) - 1;
        int at = hash & mask;
        while (Memory.getInt(index + ((long) at << 2)) != 0) {
            at = (at + 1) & mask;
        }
        long slot = index + ((long) at << 2);
        if (save) {
            memory.save(slot, Integer.BYTES);
        }
        Memory.putInt(slot, entry + 1);
    }

    private long appendBytes(long head, Object base, long offset, int length) {
        int used = Memory.getInt(head + HEAP_USED);
        int shift = Memory.getInt(head + HEAP_SHIFT);
        long needed = (long) used + length;
        if (length > 0 && (shift == 0 || needed > 1L << shift)) {
            growHeap(head, needed);
        }
        if (length > 0) {
            Memory.copyFrom(base, offset, length, Memory.getLong(head + HEAP) + used);
        }
        Memory.putInt(head + HEAP_USED, (int) needed);
        return used;
    }

    private void growHeap(long head, long needed) {
        int old = Memory.getInt(head + HEAP_SHIFT);
        int shift = Math.max(MIN_SHIFT, old);
        while (1L << shift < needed) {
            shift++;
        }
        if (shift > MAX_SHIFT) {
            throw tooLarge();
        }
        long heap = memory.allocate(1L << shift);
        if (old != 0) {
            long oldHeap = Memory.getLong(head + HEAP);
            Memory.copy(oldHeap, heap, Memory.getInt(head + HEAP_USED));
            memory.free(oldHeap, 1L << old);
        }
        Memory.putLong(head + HEAP, heap);
        Memory.putInt(head + HEAP_SHIFT, shift);
    }

    // ---- layout of a block

    /** Slots of the index: a power of two, of which entries fill at most three quarters. */
    private int slots(int shift) {
        int block = 1 << shift;
        return stride <= 8 ? block >> 3 : stride <= 24 ? block >> 4 : block >> 5;
    }

    private int capacity(int shift) {
        if (shift <= MAX_UNINDEXED_SHIFT) {
            return (1 << shift) / stride;
        }
        int slots = slots(shift);
        return Math.min((int) (indexOffset(shift) / stride), slots - (slots >> 2));
    }

    private long indexOffset(int shift) {
        return (1L << shift) - ((long) slots(shift) << 2);
    }

    private static PenstockException tooLarge() {
        return new PenstockException(
                Category.LIMIT,
                "what an aggregate keeps of one key and pane must fit: limit="
                        + (1L << MAX_SHIFT)
                        + " bytes (use shorter windows, or an estimate)");
    }
}
