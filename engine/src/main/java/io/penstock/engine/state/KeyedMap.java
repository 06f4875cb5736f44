package io.penstock.engine.state;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Per key a map from sub-keys, byte strings, to values of one length, in the order in which the
 * sub-keys were first added.
 *
 * <p>{@link #select} says whose map the calls that follow are about. All sub-keys of all keys lie
 * in one table by key and sub-key together; the entries of a key are linked by their numbers, and a
 * second table holds where each chain starts and ends. A key without sub-keys is in neither.
 * Addresses of values are good until the entry is removed or {@link #maintain()} runs.
 *
 * <p>One thread. Allocates nothing on the heap; every write passes the undo log.
 */
public final class KeyedMap implements AutoCloseable, EntryMoves {
    // Key of an entry:    | key, a long | sub-key |   or   | u16 length | key | sub-key |
    //
    // Value of an entry                              Chain of a key
    //   0          4      8                            0       4      8      12     16
    //   +----------+------+---------------+            +-------+------+------+------+
    //   | previous | next | value ...     |            | first | last | size |   0  |
    //   +----------+------+---------------+            +-------+------+------+------+
    private static final int PREVIOUS_OFFSET = 0;
    private static final int NEXT_OFFSET = 4;
    private static final int VALUE_OFFSET = 8;
    private static final int FIRST_OFFSET = 0;
    private static final int LAST_OFFSET = 4;
    private static final int SIZE_OFFSET = 8;
    private static final int CHAIN_LENGTH = 16;
    private static final int LENGTH_PREFIX = 2;
    private static final int MAX_PATH_LENGTH = LENGTH_PREFIX + 2 * KeyTable.MAX_KEY_LENGTH;
    private static final int NONE = -1;

    private final Arena arena;
    private final UndoLog undo;
    private final boolean hasLongKeys;
    private final int valueLength;
    private final KeyTable entries;
    private final KeyTable chains;
    private final EntryExpiry expiry;
    private final UnsafeBuffer path = new UnsafeBuffer(new byte[MAX_PATH_LENGTH]);
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private int prefixLength;

    /**
     * Creates empty maps.
     *
     * @param valueLength a multiple of 8
     * @param lifetimeNs after its last use, when an entry expires; 0 for never
     */
    public KeyedMap(
            Arena arena,
            UndoLog undo,
            boolean hasLongKeys,
            int valueLength,
            long lifetimeNs,
            long seed) {
        this.arena = arena;
        this.undo = undo;
        this.hasLongKeys = hasLongKeys;
        this.valueLength = valueLength;
        int expiryLength = lifetimeNs == 0 ? 0 : EntryExpiry.LENGTH;
        this.entries =
                KeyTable.ofBytes(arena, undo, VALUE_OFFSET + valueLength + expiryLength, seed);
        this.chains =
                hasLongKeys
                        ? KeyTable.ofLongs(arena, undo, CHAIN_LENGTH, seed)
                        : KeyTable.ofBytes(arena, undo, CHAIN_LENGTH, seed);
        this.expiry = lifetimeNs == 0 ? null : new EntryExpiry(arena, undo, entries, lifetimeNs);
        entries.tellMoves(this);
    }

    /** The calls that follow are about this key's map. */
    public void select(long key) {
        path.putLong(0, key);
        prefixLength = Long.BYTES;
    }

    /** The calls that follow are about this key's map. */
    public void select(DirectBuffer key, int offset, int length) {
        path.putShort(0, (short) length);
        path.putBytes(LENGTH_PREFIX, key, offset, length);
        prefixLength = LENGTH_PREFIX + length;
    }

    /** Address of a sub-key's value, or 0. */
    public long find(long subKey) {
        return find(put(subKey));
    }

    /** Address of a sub-key's value, or 0. */
    public long find(DirectBuffer subKey, int offset, int length) {
        return find(put(subKey, offset, length));
    }

    /** Address of a sub-key's value; all zero if {@link #lastAdded()}. Throws LIMIT. */
    public long findOrAdd(long subKey, long timeNs) {
        return findOrAdd(put(subKey), timeNs);
    }

    /**
     * Address of a sub-key's value; all zero if {@link #lastAdded()}. Throws LIMIT.
     *
     * @param timeNs of this use, where entries expire
     */
    public long findOrAdd(DirectBuffer subKey, int offset, int length, long timeNs) {
        return findOrAdd(put(subKey, offset, length), timeNs);
    }

    /** Whether the latest {@code findOrAdd} added its sub-key. */
    public boolean lastAdded() {
        return entries.lastAdded();
    }

    /** Notes a use of an entry by its value, where entries expire. */
    public void used(long value, long timeNs) {
        if (expiry != null) {
            expiry.used(value - VALUE_OFFSET, timeNs);
        }
    }

    /** Saves a value for the undo log before it is changed; returns the same address. */
    public long forWrite(long value) {
        undo.save(value, valueLength);
        return value;
    }

    /** Removes a sub-key; false if it is not there. */
    public boolean remove(long subKey) {
        return remove(put(subKey));
    }

    /** Removes a sub-key; false if it is not there. */
    public boolean remove(DirectBuffer subKey, int offset, int length) {
        return remove(put(subKey, offset, length));
    }

    /** Removes all sub-keys of the selected key. */
    public void clear() {
        long chain = chain();
        int entry = chain == 0 ? NONE : Memory.getInt(chain + FIRST_OFFSET);
        while (entry != NONE) {
            int next = Memory.getInt(entries.valueAddress(entry) + NEXT_OFFSET);
            removeEntry(entry);
            entry = next;
        }
    }

    /** Sub-keys of the selected key. */
    public int size() {
        long chain = chain();
        return chain == 0 ? 0 : Memory.getInt(chain + SIZE_OFFSET);
    }

    /** Number of the selected key's first entry, or -1. */
    public int firstEntry() {
        long chain = chain();
        return chain == 0 ? NONE : Memory.getInt(chain + FIRST_OFFSET);
    }

    /** Number of the first entry of a live entry of {@link #keys()}. */
    public int firstEntryOf(int key) {
        return Memory.getInt(chains.valueAddress(key) + FIRST_OFFSET);
    }

    /** Number of the entry behind one of the same key, or -1. */
    public int nextEntry(int entry) {
        return Memory.getInt(entries.valueAddress(entry) + NEXT_OFFSET);
    }

    /** Address of the value of an entry. */
    public long valueAddress(int entry) {
        return entries.valueAddress(entry) + VALUE_OFFSET;
    }

    /** Where the sub-key of an entry lies. */
    public long subKeyAddress(int entry) {
        return entries.keyAddress(entry) + prefixLength(entry);
    }

    /** Bytes of the sub-key of an entry. */
    public int subKeyLength(int entry) {
        return entries.keyLength(entry) - prefixLength(entry);
    }

    /** Keys that have sub-keys, for iteration; nobody but this class adds to it or removes. */
    public KeyTable keys() {
        return chains;
    }

    /** Sub-keys of all keys. */
    public int entryCount() {
        return entries.size();
    }

    /** Whether {@link #nextExpired} has something to look at; false if nothing has expired. */
    public boolean mayExpire(long timeNs) {
        return expiry != null && expiry.mayExpire(timeNs);
    }

    /** Entry that has expired at a time, to be removed; -1 if there is none. */
    public int nextExpired(long timeNs) {
        return expiry == null ? NONE : expiry.nextExpired(timeNs);
    }

    /** Entry of {@link #keys()} that an entry belongs to. */
    public int keyOf(int entry) {
        long key = entries.keyAddress(entry);
        if (hasLongKeys) {
            return chains.entryOf(Memory.getLong(key));
        }
        view.wrap(key + LENGTH_PREFIX, prefixLength(entry) - LENGTH_PREFIX);
        return chains.entryOf(view, 0, view.capacity());
    }

    /** Removes an entry by its number. */
    public void removeEntry(int entry) {
        if (expiry != null) {
            expiry.removing(entry);
        }
        int key = keyOf(entry);
        unlink(chains.valueAddress(key), entry);
        if (Memory.getInt(chains.valueAddress(key) + SIZE_OFFSET) == 0) {
            chains.removeEntry(key);
        }
        entries.removeEntry(entry);
    }

    /** Closes holes, a few entries at a time; between steps. */
    public void maintain() {
        entries.maintain();
        chains.maintain();
        if (expiry != null) {
            expiry.maintain();
        }
    }

    /** Folds each map into the hash of its key group: key, then sub-keys and values in order. */
    public void hashInto(long[] groupHashes) {
        for (int key = 0; key < chains.entryCount(); key++) {
            if (!chains.isLive(key)) {
                continue;
            }
            int group = chains.keyGroup(key);
            long hash = chains.foldKey(groupHashes[group], key);
            int entry = firstEntryOf(key);
            for (; entry != NONE; entry = nextEntry(entry)) {
                hash = StateHash.foldBytes(hash, subKeyAddress(entry), subKeyLength(entry));
                hash = StateHash.foldWords(hash, valueAddress(entry), storedLength());
            }
            groupHashes[group] = hash;
        }
    }

    /** Writes all maps: lengths, then per key its sub-keys and values in order. */
    public void writeTo(SnapshotWriter writer) {
        writer.putInt(storedLength());
        KeyTableCodec.writeCount(chains, writer);
        FrozenTable frozenChains = chains.freeze();
        FrozenTable frozenEntries = entries.freeze();
        writer.put(to -> writeChunk(frozenChains, frozenEntries, to));
    }

    private boolean writeChunk(FrozenTable keys, FrozenTable all, SnapshotWriter writer) {
        if (!keys.nextChunk()) {
            return false;
        }
        while (keys.next()) {
            keys.writeKey(writer);
            int size = keys.valueInt(SIZE_OFFSET);
            writer.putInt(size);
            int entry = keys.valueInt(FIRST_OFFSET);
            for (int i = 0; i < size; i++) {
                FrozenTable.require(entry >= 0);
                all.load(entry);
                int prefix = hasLongKeys ? Long.BYTES : LENGTH_PREFIX + all.keyShort();
                writer.putInt(all.keyLength() - prefix);
                all.writeKeyBytes(writer, prefix);
                all.writeValue(writer, VALUE_OFFSET, storedLength());
                entry = all.valueInt(NEXT_OFFSET);
            }
        }
        return true;
    }

    /** Fills the maps, of which there are none, outside of steps. Throws DAMAGE and LIMIT. */
    public void readFrom(SnapshotReader reader) {
        if (reader.getInt() != storedLength()) {
            throw reader.damaged("length of a map's values must be " + storedLength());
        }
        int count = KeyTableCodec.readCount(chains, reader);
        for (int i = 0; i < count; i++) {
            long chain = KeyTableCodec.readKey(chains, reader);
            int size = reader.getInt();
            if (size <= 0 || size > reader.remaining() / (Integer.BYTES + storedLength())) {
                throw reader.damaged("count of sub-keys: count=" + size);
            }
            Memory.putInt(chain + FIRST_OFFSET, NONE);
            Memory.putInt(chain + LAST_OFFSET, NONE);
            for (int n = 0; n < size; n++) {
                readEntry(reader, chain);
            }
        }
        if (expiry != null) {
            expiry.restore();
        }
    }

    /** Gives all memory back at once, outside of steps. */
    @Override
    public void close() {
        entries.close();
        chains.close();
        if (expiry != null) {
            expiry.close();
        }
    }

    @Override
    public void moved(int from, int to) {
        if (expiry != null) {
            expiry.moved(from, to);
        }
        long value = entries.valueAddress(to);
        int previous = Memory.getInt(value + PREVIOUS_OFFSET);
        int next = Memory.getInt(value + NEXT_OFFSET);
        if (previous == NONE || next == NONE) {
            long chain = chains.valueAddress(keyOf(to));
            arena.beforeWrite(chain, CHAIN_LENGTH);
            if (previous == NONE) {
                Memory.putInt(chain + FIRST_OFFSET, to);
            }
            if (next == NONE) {
                Memory.putInt(chain + LAST_OFFSET, to);
            }
        }
        if (previous != NONE) {
            moveLink(previous, NEXT_OFFSET, to);
        }
        if (next != NONE) {
            moveLink(next, PREVIOUS_OFFSET, to);
        }
    }

    private void moveLink(int entry, int offset, int to) {
        long link = entries.valueAddress(entry) + offset;
        arena.beforeWrite(link, Integer.BYTES);
        Memory.putInt(link, to);
    }

    private int storedLength() {
        return entries.valueLength() - VALUE_OFFSET;
    }

    private int prefixLength(int entry) {
        return hasLongKeys
                ? Long.BYTES
                : LENGTH_PREFIX + (Memory.getInt(entries.keyAddress(entry)) & 0xFFFF);
    }

    /** Puts a sub-key behind the selected key; returns the length of both. */
    private int put(long subKey) {
        path.putLong(prefixLength, subKey);
        return prefixLength + Long.BYTES;
    }

    private int put(DirectBuffer subKey, int offset, int length) {
        if (length > KeyTable.MAX_KEY_LENGTH) {
            throw new PenstockException(
                    Category.LIMIT,
                    "a sub-key of "
                            + arena.owner()
                            + " must fit with its key: limit="
                            + KeyTable.MAX_KEY_LENGTH
                            + " length="
                            + length
                            + " bytes (use a shorter one)");
        }
        path.putBytes(prefixLength, subKey, offset, length);
        return prefixLength + length;
    }

    private long find(int pathLength) {
        long value = entries.find(path, 0, pathLength);
        return value == 0 ? 0 : value + VALUE_OFFSET;
    }

    private long findOrAdd(int pathLength, long timeNs) {
        long value = entries.findOrAdd(path, 0, pathLength);
        if (!entries.lastAdded()) {
            used(value + VALUE_OFFSET, timeNs);
            return value + VALUE_OFFSET;
        }
        int entry = entries.entryCount() - 1;
        if (expiry != null) {
            expiry.added(value, timeNs);
        }
        long chain =
                hasLongKeys
                        ? chains.findOrAdd(path.getLong(0))
                        : chains.findOrAdd(path, LENGTH_PREFIX, prefixLength - LENGTH_PREFIX);
        if (chains.lastAdded()) {
            Memory.putInt(chain + FIRST_OFFSET, NONE);
            Memory.putInt(chain + LAST_OFFSET, NONE);
        } else {
            undo.save(chain, CHAIN_LENGTH);
        }
        link(chain, entry, value);
        return value + VALUE_OFFSET;
    }

    /** Puts an entry behind the last of a chain, which has been saved. */
    private void link(long chain, int entry, long value) {
        int last = Memory.getInt(chain + LAST_OFFSET);
        Memory.putInt(value + PREVIOUS_OFFSET, last);
        Memory.putInt(value + NEXT_OFFSET, NONE);
        if (last == NONE) {
            Memory.putInt(chain + FIRST_OFFSET, entry);
        } else {
            putLink(last, NEXT_OFFSET, entry);
        }
        Memory.putInt(chain + LAST_OFFSET, entry);
        Memory.putInt(chain + SIZE_OFFSET, Memory.getInt(chain + SIZE_OFFSET) + 1);
    }

    private void unlink(long chain, int entry) {
        undo.save(chain, CHAIN_LENGTH);
        long value = entries.valueAddress(entry);
        int previous = Memory.getInt(value + PREVIOUS_OFFSET);
        int next = Memory.getInt(value + NEXT_OFFSET);
        if (previous == NONE) {
            Memory.putInt(chain + FIRST_OFFSET, next);
        } else {
            putLink(previous, NEXT_OFFSET, next);
        }
        if (next == NONE) {
            Memory.putInt(chain + LAST_OFFSET, previous);
        } else {
            putLink(next, PREVIOUS_OFFSET, previous);
        }
        Memory.putInt(chain + SIZE_OFFSET, Memory.getInt(chain + SIZE_OFFSET) - 1);
    }

    private void putLink(int entry, int offset, int link) {
        long value = entries.valueAddress(entry);
        undo.save(value, VALUE_OFFSET);
        Memory.putInt(value + offset, link);
    }

    private boolean remove(int pathLength) {
        int entry = entries.entryOf(path, 0, pathLength);
        if (entry < 0) {
            return false;
        }
        removeEntry(entry);
        return true;
    }

    private long chain() {
        return hasLongKeys
                ? chains.find(path.getLong(0))
                : chains.find(path, LENGTH_PREFIX, prefixLength - LENGTH_PREFIX);
    }

    private void readEntry(SnapshotReader reader, long chain) {
        int prefix = selectKeyOf(chain);
        byte[] key = new byte[prefix + reader.getCount(KeyTable.MAX_KEY_LENGTH - prefix)];
        path.getBytes(0, key, 0, prefix);
        reader.getBytes(key, prefix, key.length - prefix);
        long value = entries.restore(key);
        if (value == 0) {
            throw reader.damaged("a sub-key stands twice");
        }
        reader.getBytes(value + VALUE_OFFSET, storedLength());
        link(chain, entries.entryCount() - 1, value);
        undo.commit();
    }

    private int selectKeyOf(long chain) {
        if (hasLongKeys) {
            select(chains.longKeyOf(chain));
        } else {
            view.wrap(chains.keyAddressOf(chain), chains.keyLengthOf(chain));
            select(view, 0, view.capacity());
        }
        return prefixLength;
    }
}
