package io.penstock.engine.state;

import static io.penstock.engine.state.EntryDescriptor.BINARY_KEY_LENGTH;
import static io.penstock.engine.state.EntryDescriptor.KEY_LENGTH_OFFSET;
import static io.penstock.engine.state.EntryDescriptor.LONG_KEY_LENGTH;
import static io.penstock.engine.state.EntryDescriptor.MAX_INLINE_LENGTH;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.memory.Undoable;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;

/**
 * Values of one length by key, outside the heap, in the order in which the keys were first added.
 *
 * <p>Keys are longs, or byte strings of up to {@value #MAX_KEY_LENGTH} bytes. A search returns the
 * address of the value, good until the key is removed, the table is cleared or {@link #maintain()}
 * runs: entries never move within a step. Write to a value only behind {@link #forWrite}, but for
 * one that was added in the same step.
 *
 * <p>Iteration: {@code for (int i = 0; i < table.entryCount(); i++) if (table.isLive(i)) ...}. A
 * key that is removed and added again is last, as is one found by {@code findOrAddLast}: so a table
 * can be kept in the order of the latest writes, {@link #firstEntry()} being the oldest. Memory of
 * the index is not given back before the table is cleared or has become empty.
 *
 * <p>One thread. Allocates nothing on the heap.
 */
public final class KeyTable implements Undoable, AutoCloseable {
    /** Longest binary key in bytes. */
    public static final int MAX_KEY_LENGTH = 16 << 10;

    private static final int ADDED = 1;
    private static final int REMOVED = 2;
    private static final int CLEARED = 3;
    private static final int MOVED = 4;

    private static final int MIN_SCANS_PER_MAINTAIN = 32;
    private static final int SCANS_PER_CHANGE = 4;
    private static final int MIN_ENTRIES_TO_COMPACT = 32;

    private final Arena arena;
    private final UndoLog undo;
    private final boolean hasLongKeys;
    private final int keyLength;
    private final int valueLength;
    private final ManagedValues managed;
    private final HashIndex index;
    private final EntryChunks chunks;
    private final KeyEntries keys;
    private final Prefetch prefetch;

    private int entryCount;
    private int size;
    private boolean lastAdded;
    private EntryMoves moves;

    // All entries before it are dead.
    private int first;

    // While a compaction runs: entries from gapStart (filled up to here) to gapEnd (scanned up to
    // here) are free. Both are 0 otherwise.
    private int gapStart;
    private int gapEnd;
    private int changes;

    /** Grows whenever an entry may no longer be where it was. */
    private int layout;

    private KeyTable(
            Arena arena,
            UndoLog undo,
            boolean hasLongKeys,
            int valueLength,
            long seed,
            ManagedValues managed) {
        if (valueLength < 0 || (valueLength & 7) != 0) {
            throw new IllegalArgumentException(
                    "value length must be a multiple of 8: valueLength=" + valueLength);
        }
        this.arena = arena;
        this.undo = undo;
        this.hasLongKeys = hasLongKeys;
        this.keyLength = hasLongKeys ? LONG_KEY_LENGTH : BINARY_KEY_LENGTH;
        this.valueLength = valueLength;
        this.managed = managed;
        this.index = new HashIndex(arena);
        this.chunks = new EntryChunks(arena, keyLength + valueLength);
        this.keys = new KeyEntries(arena, index, chunks, hasLongKeys, seed);
        this.prefetch = new Prefetch(index, chunks);
    }

    /** A table by long keys; it takes no memory before its first entry. */
    public static KeyTable ofLongs(Arena arena, UndoLog undo, int valueLength, long seed) {
        return new KeyTable(arena, undo, true, valueLength, seed, null);
    }

    /**
     * A table by long keys.
     *
     * @param managed looks after what values hold; null if they hold nothing
     */
    public static KeyTable ofLongs(
            Arena arena, UndoLog undo, int valueLength, long seed, ManagedValues managed) {
        return new KeyTable(arena, undo, true, valueLength, seed, managed);
    }

    /** A table by binary keys; it takes no memory before its first entry. */
    public static KeyTable ofBytes(Arena arena, UndoLog undo, int valueLength, long seed) {
        return new KeyTable(arena, undo, false, valueLength, seed, null);
    }

    /**
     * A table by binary keys.
     *
     * @param managed looks after what values hold; null if they hold nothing
     */
    public static KeyTable ofBytes(
            Arena arena, UndoLog undo, int valueLength, long seed, ManagedValues managed) {
        return new KeyTable(arena, undo, false, valueLength, seed, managed);
    }

    /** Whether the table is too large for caches. */
    public boolean isLarge() {
        return isLarge(0);
    }

    /** Whether the table, with so many bytes more per entry, is too large for caches. */
    boolean isLarge(int moreBytes) {
        return (long) entryCount * (chunks.stride() + moreBytes) >= Prefetch.WORTHWHILE_BYTES;
    }

    /**
     * Says how many keys a table that is empty will probably get, so that its index need not grow
     * while they come. Only how long things take depends on it.
     */
    public void expect(int keyCount) {
        index.expect(keyCount);
    }

    /** Notes that a key will be looked for. */
    public void foresee(long key) {
        prefetch.add(keys.hash(key));
    }

    /** Notes that a binary key will be looked for. */
    public void foresee(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        prefetch.add(keys.hash(buffer.byteArray(), buffer.addressOffset() + offset, length));
    }

    /** Reads what looking for all noted keys will touch. */
    public long prefetch() {
        return prefetch.read();
    }

    /** As {@link #prefetch()}, where values begin with an address: of what lies there, too. */
    public long prefetchTargets(int lengthBytes) {
        return prefetch.readTargets(keys.valueOffset(), lengthBytes);
    }

    /** Address of a key's value, or 0. */
    public long find(long key) {
        int entry = keys.search(key, keys.hash(key));
        return entry < 0 ? 0 : chunks.address(entry) + LONG_KEY_LENGTH;
    }

    /** Address of a key's value, or 0. */
    public long find(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        return find(buffer.byteArray(), buffer.addressOffset() + offset, length);
    }

    /** Address of the value of a key in native memory, or 0. */
    public long find(long keyAddress, int length) {
        return find(null, keyAddress, length);
    }

    /** Number of a key's entry, or -1. */
    public int entryOf(long key) {
        return keys.search(key, keys.hash(key));
    }

    /** Number of a key's entry, or -1. */
    public int entryOf(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        long start = buffer.addressOffset() + offset;
        return keys.search(
                buffer.byteArray(), start, length, keys.hash(buffer.byteArray(), start, length));
    }

    HashIndex index() {
        return index;
    }

    EntryChunks chunks() {
        return chunks;
    }

    KeyEntries keys() {
        return keys;
    }

    /** Address of a key's value; all zero if {@link #lastAdded()}. Throws LIMIT. */
    public long findOrAdd(long key) {
        int hash = keys.hash(key);
        int entry = keys.search(key, hash);
        if (entry >= 0) {
            lastAdded = false;
            return chunks.address(entry) + LONG_KEY_LENGTH;
        }
        return add(key, hash);
    }

    /** Adds a key that is not there; address of its value, all zero. Throws LIMIT. */
    public long add(long key) {
        return add(key, keys.hash(key));
    }

    private long add(long key, int hash) {
        prepareAdd(hash);
        undo.record(this, ADDED, entryCount);
        return keys.put(newEntry(hash), key);
    }

    /** Address of a key's value; all zero if {@link #lastAdded()}. Throws LIMIT. */
    public long findOrAdd(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        return findOrAdd(buffer.byteArray(), buffer.addressOffset() + offset, length);
    }

    /** Address of the value of a key in native memory; all zero if {@link #lastAdded()}. */
    public long findOrAdd(long keyAddress, int length) {
        return findOrAdd(null, keyAddress, length);
    }

    /** Like {@link #findOrAdd(long)}, and the key becomes the last in order. */
    public long findOrAddLast(long key) {
        int hash = keys.hash(key);
        int entry = keys.search(key, hash);
        if (entry < 0) {
            return findOrAdd(key);
        }
        lastAdded = false;
        return chunks.address(moveToEnd(entry, hash)) + LONG_KEY_LENGTH;
    }

    /** Like {@link #findOrAdd(DirectBuffer, int, int)}, and the key becomes the last in order. */
    public long findOrAddLast(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        long start = buffer.addressOffset() + offset;
        int hash = keys.hash(buffer.byteArray(), start, length);
        int entry = keys.search(buffer.byteArray(), start, length, hash);
        if (entry < 0) {
            return findOrAdd(buffer, offset, length);
        }
        lastAdded = false;
        return chunks.address(moveToEnd(entry, hash)) + BINARY_KEY_LENGTH;
    }

    /** Grows whenever the address of a value may be no longer good; not when one is added. */
    public int layout() {
        return layout;
    }

    /** Whether the latest {@code findOrAdd} added its key. */
    public boolean lastAdded() {
        return lastAdded;
    }

    /** Saves a value for the undo log before it is changed; returns the same address. */
    public long forWrite(long valueAddress) {
        undo.save(valueAddress, valueLength);
        return valueAddress;
    }

    /** Removes a key; false if it is not there. */
    public boolean remove(long key) {
        int hash = keys.hash(key);
        return remove(keys.search(key, hash), hash);
    }

    /** Removes a key; false if it is not there. */
    public boolean remove(DirectBuffer buffer, int offset, int length) {
        buffer.boundsCheck(offset, length);
        return remove(buffer.byteArray(), buffer.addressOffset() + offset, length);
    }

    /** Removes a key in native memory; false if it is not there. */
    public boolean remove(long keyAddress, int length) {
        return remove(null, keyAddress, length);
    }

    /** Removes a live entry by its number. */
    public void removeEntry(int entry) {
        requireLive(entry);
        remove(entry, keys.hashOf(entry));
    }

    /** Live keys. */
    public int size() {
        return size;
    }

    /** Whether keys are longs. */
    public boolean hasLongKeys() {
        return hasLongKeys;
    }

    /** Bytes of a value. */
    public int valueLength() {
        return valueLength;
    }

    /** Entries to iterate over, those included that are not live. */
    public int entryCount() {
        return entryCount;
    }

    /** Whether an entry holds a key. */
    public boolean isLive(int entry) {
        return (entry < gapStart || entry >= gapEnd) && !chunks.isDead(entry);
    }

    /** The live entry that is first in order; -1 if there is none. */
    public int firstEntry() {
        while (first < entryCount && !isLive(first)) {
            first = first >= gapStart && first < gapEnd ? gapEnd : first + 1;
        }
        return first < entryCount ? first : -1;
    }

    /** Address of a live entry's value. */
    public long valueAddress(int entry) {
        return chunks.address(entry) + keyLength;
    }

    /** Reads the ends of a live entry, which may be on two cache lines; any number. */
    public long touch(int entry) {
        long address = chunks.address(entry);
        return Memory.getLong(address) + Memory.getLong(address + chunks.stride() - Long.BYTES);
    }

    /** Key of a live entry. */
    public long longKey(int entry) {
        return Memory.getLong(chunks.address(entry));
    }

    /** Where a live entry's key lies, a long or bytes. */
    public long keyAddress(int entry) {
        return keys.keyAddress(chunks.address(entry));
    }

    /** Bytes of a live entry's key; 8 if it is a long. */
    public int keyLength(int entry) {
        return keys.keyLength(chunks.address(entry));
    }

    /** Key group of a live entry. */
    public int keyGroup(int entry) {
        return keys.keyGroup(chunks.address(entry));
    }

    /** Key of the entry that a value belongs to. */
    public long longKeyOf(long valueAddress) {
        return Memory.getLong(valueAddress - LONG_KEY_LENGTH);
    }

    /** Where the long key of the entry lies that a value belongs to. */
    public long longKeyAddressOf(long valueAddress) {
        return valueAddress - LONG_KEY_LENGTH;
    }

    /** Where the binary key of the entry lies that a value belongs to. */
    public long keyAddressOf(long valueAddress) {
        return keys.keyAddress(valueAddress - BINARY_KEY_LENGTH);
    }

    /** Bytes of the binary key of the entry that a value belongs to. */
    public int keyLengthOf(long valueAddress) {
        return Memory.getInt(valueAddress - BINARY_KEY_LENGTH + KEY_LENGTH_OFFSET);
    }

    /** Key group of the entry that a value belongs to. */
    public int keyGroupOf(long valueAddress) {
        return keys.keyGroup(valueAddress - keyLength);
    }

    /** Removes all keys; their memory is given back when the step commits. Throws LIMIT. */
    public void clear() {
        if (index.directory == 0 && chunks.directory == 0) {
            return;
        }
        undo.reserve();
        long saved = arena.allocate(SavedTable.LENGTH);
        SavedTable.save(saved, index, chunks);
        Memory.putInt(saved + SavedTable.ENTRY_COUNT_OFFSET, entryCount);
        Memory.putInt(saved + SavedTable.SIZE_OFFSET, size);
        Memory.putInt(saved + SavedTable.GAP_START_OFFSET, gapStart);
        Memory.putInt(saved + SavedTable.GAP_END_OFFSET, gapEnd);
        undo.recordBoth(this, CLEARED, saved);
        detach();
    }

    /**
     * Closes holes, a few entries at a time, in proportion to what changed. Call it between steps;
     * entry numbers and addresses from before are no longer good.
     */
    public void maintain() {
        int dead = entryCount - size;
        if (gapEnd == 0 && size > 0 && (dead < MIN_ENTRIES_TO_COMPACT || dead < size)) {
            changes = 0;
            return;
        }
        if (!undo.isEmpty()) {
            throw new IllegalStateException("holes must be closed between steps");
        }
        if (size == 0) {
            if (chunks.directory != 0 || index.directory != 0) {
                freeAll();
            }
            return;
        }
        int scans = Math.max(MIN_SCANS_PER_MAINTAIN, changes * SCANS_PER_CHANGE);
        changes = 0;
        compact((int) Math.min(entryCount, (long) gapEnd + scans));
    }

    /** Gives all memory back at once, outside of steps; the table is empty then. */
    @Override
    public void close() {
        freeAll();
    }

    /**
     * Folds each live entry into the hash of its key group, in insertion order: {@link StateHash}.
     */
    public void hashInto(long[] groupHashes) {
        for (int entry = 0; entry < entryCount; entry++) {
            if (!isLive(entry)) {
                continue;
            }
            int group = keyGroup(entry);
            long hash = foldKey(groupHashes[group], entry);
            groupHashes[group] = foldValue(hash, valueAddress(entry));
        }
    }

    /** Writes all live entries in insertion order. */
    public void writeTo(SnapshotWriter writer) {
        KeyTableCodec.write(this, writer);
    }

    /** The table as it is now, for one reader, while its arena is frozen or nothing changes. */
    FrozenTable freeze() {
        return new FrozenTable(this, arena.view(), chunks, gapStart, gapEnd);
    }

    /** Whether values are written as they lie. */
    boolean hasPlainValues() {
        return managed == null || managed.isPlain();
    }

    /** Fills the table, which is empty, outside of steps. Throws DAMAGE and LIMIT. */
    public void readFrom(SnapshotReader reader) {
        KeyTableCodec.read(this, reader);
    }

    /** Has somebody told of entries that get another number when holes are closed. */
    void tellMoves(EntryMoves listener) {
        moves = listener;
    }

    /** Reads all entries, as they lie, of a table with long keys and plain values. */
    void restoreAll(SnapshotReader reader, int count) {
        new BulkRestore(index, chunks, keys, count).read(reader);
        entryCount = count;
        size = count;
    }

    /** Adds a key past the undo log; address of its value, or 0 if the key is there already. */
    long restore(long key) {
        int hash = keys.hash(key);
        if (keys.search(key, hash) >= 0) {
            return 0;
        }
        prepareAdd(hash);
        return keys.put(newEntry(hash), key);
    }

    /** Adds a key past the undo log; address of its value, or 0 if the key is there already. */
    long restore(byte[] key) {
        int length = key.length;
        int hash = keys.hash(key, BufferUtil.ARRAY_BASE_OFFSET, length);
        if (keys.search(key, BufferUtil.ARRAY_BASE_OFFSET, length, hash) >= 0) {
            return 0;
        }
        prepareAdd(hash);
        long pooled = length > MAX_INLINE_LENGTH ? arena.allocate(length) : 0;
        return keys.put(newEntry(hash), key, BufferUtil.ARRAY_BASE_OFFSET, length, pooled);
    }

    /** Whether the table has never held anything and no step is under way. */
    boolean isRestorable() {
        return entryCount == 0 && undo.isEmpty();
    }

    private long foldValue(long hash, long valueAddress) {
        return managed == null
                ? StateHash.foldWords(hash, valueAddress, valueLength)
                : managed.fold(hash, valueAddress);
    }

    void writeValue(long valueAddress, SnapshotWriter writer) {
        if (managed == null) {
            writer.putBytes(valueAddress, valueLength);
        } else {
            managed.writeTo(valueAddress, writer);
        }
    }

    void readValue(long valueAddress, SnapshotReader reader) {
        if (managed == null) {
            reader.getBytes(valueAddress, valueLength);
        } else {
            managed.readFrom(valueAddress, reader);
        }
    }

    /** Folds a live entry's key. */
    long foldKey(long hash, int entry) {
        return hasLongKeys
                ? StateHash.fold(hash, longKey(entry))
                : StateHash.foldBytes(hash, keyAddress(entry), keyLength(entry));
    }

    @Override
    public void undo(int what, long old) {
        layout++;
        switch (what) {
            case ADDED -> undoAdd((int) old);
            case REMOVED -> undoRemove((int) old);
            case CLEARED -> undoClear(old);
            case MOVED -> undoMove((int) old);
            default -> throw new IllegalStateException("unknown change: what=" + what);
        }
    }

    @Override
    public void commit(int what, long old) {
        long chunkDirectory = SavedTable.chunkDirectory(old);
        if (!hasLongKeys || managed != null) {
            freeDetached(old);
        }
        index.freeBlocks(
                SavedTable.indexDirectory(old),
                SavedTable.indexDepth(old),
                SavedTable.indexSlotMask(old));
        chunks.freeBlocks(
                chunkDirectory, SavedTable.directoryChunks(old), SavedTable.chunkCount(old));
        arena.free(old, SavedTable.LENGTH);
    }

    private long find(Object base, long offset, int length) {
        int entry = keys.search(base, offset, length, keys.hash(base, offset, length));
        return entry < 0 ? 0 : chunks.address(entry) + BINARY_KEY_LENGTH;
    }

    // ---- adding

    private void prepareAdd(int hash) {
        prepareEntry();
        index.ensureRoom(hash);
    }

    /** Makes sure that one more entry and its record of the undo log have room. */
    private void prepareEntry() {
        if (entryCount == Integer.MAX_VALUE) {
            throw new PenstockException(
                    Category.LIMIT,
                    "a table of " + arena.owner() + " must have fewer than 2^31 entries");
        }
        chunks.ensure(entryCount);
        undo.reserve();
    }

    private long findOrAdd(Object base, long offset, int length) {
        int hash = keys.hash(base, offset, length);
        int entry = keys.search(base, offset, length, hash);
        if (entry >= 0) {
            lastAdded = false;
            return chunks.address(entry) + BINARY_KEY_LENGTH;
        }
        if (length > MAX_KEY_LENGTH) {
            throw new PenstockException(
                    Category.LIMIT,
                    "a key of "
                            + arena.owner()
                            + " must fit: limit="
                            + MAX_KEY_LENGTH
                            + " length="
                            + length
                            + " bytes (use a shorter key)");
        }
        prepareAdd(hash);
        long pooled = length > MAX_INLINE_LENGTH ? arena.allocate(length) : 0;
        undo.record(this, ADDED, entryCount);
        return keys.put(newEntry(hash), base, offset, length, pooled);
    }

    private long newEntry(int hash) {
        int entry = entryCount++;
        size++;
        changes++;
        lastAdded = true;
        index.insert(hash, entry);
        chunks.setDead(entry, false);
        long address = chunks.address(entry);
        chunks.beforeWrite(address);
        Memory.zeroWords(address, keyLength + valueLength);
        return address;
    }

    private void undoAdd(int entry) {
        index.remove(keys.hashOf(entry), entry);
        keys.free(chunks.address(entry));
        entryCount = entry;
        size--;
    }

    // ---- removing

    private boolean remove(Object base, long offset, int length) {
        int hash = keys.hash(base, offset, length);
        return remove(keys.search(base, offset, length, hash), hash);
    }

    private boolean remove(int entry, int hash) {
        if (entry < 0) {
            return false;
        }
        chunks.ensureDeadBits(entry);
        long address = chunks.address(entry);
        if (keys.isPooled(address)) {
            undo.freeOnCommit(arena, keys.keyAddress(address), keys.keyLength(address));
        }
        if (managed != null) {
            managed.free(address + keyLength, undo);
        }
        undo.record(this, REMOVED, entry);
        layout++;
        chunks.setDead(entry, true);
        index.remove(hash, entry);
        size--;
        changes++;
        return true;
    }

    private void undoRemove(int entry) {
        chunks.setDead(entry, false);
        index.insert(keys.hashOf(entry), entry);
        size++;
        first = Math.min(first, entry);
    }

    // ---- moving to the end

    private int moveToEnd(int entry, int hash) {
        int last = entryCount;
        if (entry == last - 1) {
            return entry;
        }
        prepareEntry();
        chunks.ensureDeadBits(entry);
        undo.record(this, MOVED, entry);
        layout++;
        chunks.beforeWrite(chunks.address(last));
        Memory.copyWords(chunks.address(entry), chunks.address(last), keyLength + valueLength);
        entryCount++;
        changes++;
        chunks.setDead(last, false);
        chunks.setDead(entry, true);
        index.renumber(hash, entry, last);
        return last;
    }

    private void undoMove(int entry) {
        entryCount--;
        index.renumber(keys.hashOf(entry), entryCount, entry);
        chunks.setDead(entry, false);
        first = Math.min(first, entry);
    }

    /** Frees at once what an entry holds beside its own bytes. */
    private void freeHeld(long entryAddress) {
        keys.free(entryAddress);
        if (managed != null) {
            managed.free(entryAddress + keyLength, null);
        }
    }

    private void requireLive(int entry) {
        if (entry < 0 || entry >= entryCount || !isLive(entry)) {
            throw new IllegalStateException("entry is not live: entry=" + entry);
        }
    }

    // ---- clearing and closing holes

    private void detach() {
        layout++;
        index.detach();
        chunks.detach();
        entryCount = 0;
        size = 0;
        first = 0;
        gapStart = 0;
        gapEnd = 0;
    }

    private void undoClear(long saved) {
        index.free();
        chunks.shrinkTo(0);
        SavedTable.restore(saved, index, chunks);
        first = 0;
        entryCount = Memory.getInt(saved + SavedTable.ENTRY_COUNT_OFFSET);
        size = Memory.getInt(saved + SavedTable.SIZE_OFFSET);
        gapStart = Memory.getInt(saved + SavedTable.GAP_START_OFFSET);
        gapEnd = Memory.getInt(saved + SavedTable.GAP_END_OFFSET);
        arena.free(saved, SavedTable.LENGTH);
    }

    private void freeDetached(long saved) {
        // The chunks are looked at as they were; what the table holds by now is put back after.
        long directoryNow = chunks.directory;
        chunks.directory = SavedTable.chunkDirectory(saved);
        int start = Memory.getInt(saved + SavedTable.GAP_START_OFFSET);
        int end = Memory.getInt(saved + SavedTable.GAP_END_OFFSET);
        int count = Memory.getInt(saved + SavedTable.ENTRY_COUNT_OFFSET);
        for (int entry = 0; entry < count; entry++) {
            if ((entry < start || entry >= end) && !chunks.isDead(entry)) {
                freeHeld(chunks.address(entry));
            }
        }
        chunks.directory = directoryNow;
    }

    private void freeAll() {
        if (!hasLongKeys || managed != null) {
            for (int entry = 0; entry < entryCount; entry++) {
                if (isLive(entry)) {
                    freeHeld(chunks.address(entry));
                }
            }
        }
        index.free();
        chunks.shrinkTo(0);
        detach();
        changes = 0;
    }

    private void compact(int scanEnd) {
        layout++;
        int to = gapStart;
        first = Math.min(first, gapStart);
        int length = keyLength + valueLength;
        for (int from = gapEnd; from < scanEnd; from++) {
            if (chunks.isDead(from)) {
                continue;
            }
            if (from != to) {
                chunks.beforeWrite(chunks.address(to));
                Memory.copyWords(chunks.address(from), chunks.address(to), length);
                index.renumber(keys.hashOf(to), from, to);
                chunks.setDead(to, false);
                if (moves != null) {
                    moves.moved(from, to);
                }
            }
            to++;
        }
        gapStart = to;
        gapEnd = scanEnd;
        if (gapEnd == entryCount) {
            entryCount = gapStart;
            chunks.shrinkTo(entryCount);
            gapStart = 0;
            gapEnd = 0;
        }
    }
}
