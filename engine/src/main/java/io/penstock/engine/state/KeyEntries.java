package io.penstock.engine.state;

import static io.penstock.engine.state.EntryDescriptor.BINARY_KEY_LENGTH;
import static io.penstock.engine.state.EntryDescriptor.KEY_BYTES_OFFSET;
import static io.penstock.engine.state.EntryDescriptor.KEY_GROUP_OFFSET;
import static io.penstock.engine.state.EntryDescriptor.KEY_LENGTH_OFFSET;
import static io.penstock.engine.state.EntryDescriptor.LONG_KEY_LENGTH;
import static io.penstock.engine.state.EntryDescriptor.MAX_INLINE_LENGTH;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Hash;
import io.penstock.engine.memory.Memory;

/**
 * The keys of a {@link KeyTable}'s entries: written, read, hashed and found.
 *
 * <p>Knows what stands in front of an entry's value; which entries there are is the table's affair.
 * Bytes of a key are given as an array and Agrona's offset into it, or as null and an address.
 */
final class KeyEntries {
    private final Arena arena;
    private final HashIndex index;
    private final EntryChunks chunks;
    private final boolean hasLongKeys;
    private final long seed;

    KeyEntries(Arena arena, HashIndex index, EntryChunks chunks, boolean hasLongKeys, long seed) {
        this.arena = arena;
        this.index = index;
        this.chunks = chunks;
        this.hasLongKeys = hasLongKeys;
        this.seed = seed;
    }

    int hash(long key) {
        return (int) (Hash.ofLong(key ^ seed) >>> 32);
    }

    int hash(Object base, long offset, int length) {
        return (int) (Hash.ofBytes(base, offset, length, seed) >>> 32);
    }

    /** Hash of the key of an entry. */
    int hashOf(int entry) {
        long address = chunks.address(entry);
        return hasLongKeys
                ? hash(Memory.getLong(address))
                : hash(null, keyAddress(address), keyLength(address));
    }

    /** Bytes in front of an entry's value. */
    int valueOffset() {
        return hasLongKeys ? LONG_KEY_LENGTH : BINARY_KEY_LENGTH;
    }

    /** Number of the entry of a key, or -1. */
    int search(long key, int hash) {
        for (int at = index.first(hash); at >= 0; at = index.next(hash, at)) {
            int entry = index.entryAt(hash, at);
            if (Memory.getLong(chunks.address(entry)) == key) {
                return entry;
            }
        }
        return -1;
    }

    /** Number of the entry of a key, or -1. */
    int search(Object base, long offset, int length, int hash) {
        for (int at = index.first(hash); at >= 0; at = index.next(hash, at)) {
            int entry = index.entryAt(hash, at);
            long address = chunks.address(entry);
            if (Memory.getInt(address + KEY_LENGTH_OFFSET) == length
                    && Memory.isEqual(base, offset, keyAddress(address), length)) {
                return entry;
            }
        }
        return -1;
    }

    /** Writes the key of a new entry; returns the address of its value. */
    long put(long entryAddress, long key) {
        Memory.putLong(entryAddress, key);
        return entryAddress + LONG_KEY_LENGTH;
    }

    /** Writes the key of a new entry, to {@code pooled} if not 0; address of its value. */
    long put(long entryAddress, Object base, long offset, int length, long pooled) {
        long bytes = entryAddress + KEY_BYTES_OFFSET;
        Memory.putInt(entryAddress + KEY_LENGTH_OFFSET, length);
        if (pooled != 0) {
            Memory.putLong(bytes, pooled);
            bytes = pooled;
        }
        Memory.copyFrom(base, offset, length, bytes);
        int group = KeyGroups.group(KeyGroups.hash(bytes, length));
        Memory.putInt(entryAddress + KEY_GROUP_OFFSET, group);
        return entryAddress + BINARY_KEY_LENGTH;
    }

    /** Where the key of an entry lies, a long or bytes. */
    long keyAddress(long entryAddress) {
        if (hasLongKeys) {
            return entryAddress;
        }
        long bytes = entryAddress + KEY_BYTES_OFFSET;
        return Memory.getInt(entryAddress + KEY_LENGTH_OFFSET) <= MAX_INLINE_LENGTH
                ? bytes
                : Memory.getLong(bytes);
    }

    /** Bytes of the key of an entry; 8 if it is a long. */
    int keyLength(long entryAddress) {
        return hasLongKeys ? LONG_KEY_LENGTH : Memory.getInt(entryAddress + KEY_LENGTH_OFFSET);
    }

    /** Key group of an entry. */
    int keyGroup(long entryAddress) {
        return hasLongKeys
                ? KeyGroups.group(KeyGroups.hash(Memory.getLong(entryAddress)))
                : Memory.getInt(entryAddress + KEY_GROUP_OFFSET);
    }

    /** Whether the key of an entry lies outside of it. */
    boolean isPooled(long entryAddress) {
        return !hasLongKeys && Memory.getInt(entryAddress + KEY_LENGTH_OFFSET) > MAX_INLINE_LENGTH;
    }

    /** Frees a key that lies outside of its entry. */
    void free(long entryAddress) {
        if (isPooled(entryAddress)) {
            arena.free(keyAddress(entryAddress), keyLength(entryAddress));
        }
    }
}
