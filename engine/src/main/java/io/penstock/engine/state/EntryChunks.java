package io.penstock.engine.state;

import static io.penstock.engine.state.EntryDescriptor.CHUNK_DEAD_BITS_OFFSET;
import static io.penstock.engine.state.EntryDescriptor.CHUNK_SHIFT;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;

/**
 * Numbered entries of one length in chunks that never move.
 *
 * <p>The first chunk holds about 256 bytes, the second as much, and each further one as much as all
 * before it, up to 64 KiB; from there on all are that large. So a table of few keys is cheap, and
 * an entry is found with one multiplication. Which entries are dead is kept in bits that a chunk
 * gets with its first dead entry.
 */
final class EntryChunks {
    private static final int CHUNK_BYTES = 64 << 10;
    private static final int MIN_FIRST_BYTES = 256;
    private static final int MIN_FIRST_ENTRIES = 4;
    private static final int MIN_CHUNKS = 4;

    private final Arena arena;
    private final int stride;
    private final int firstEntries;
    private final int doublings;
    private final long reciprocal;
    private final int reciprocalShift;

    long directory;
    int directoryChunks;
    int chunkCount;
    int capacity;

    EntryChunks(Arena arena, int stride) {
        this.arena = arena;
        this.stride = stride;
        long firstBytes = MIN_FIRST_BYTES;
        while (firstBytes < (long) MIN_FIRST_ENTRIES * stride) {
            firstBytes *= 2;
        }
        this.firstEntries = (int) (firstBytes / stride);
        int steps = 0;
        while (firstBytes << steps < CHUNK_BYTES) {
            steps++;
        }
        this.doublings = steps;
        // Exact for dividends below 2^31: Granlund and Montgomery, 1994, theorem 4.2.
        this.reciprocalShift = 31 + (32 - Integer.numberOfLeadingZeros(firstEntries - 1));
        this.reciprocal = ((1L << reciprocalShift) + firstEntries - 1) / firstEntries;
    }

    /** Bytes of an entry. */
    int stride() {
        return stride;
    }

    /**
     * Where an entry lies; its chunk must be there. Without a branch: most keys of most streams are
     * in the first chunks, but not so surely that a processor could guess it.
     */
    long address(int entry) {
        int part = (int) ((entry * reciprocal) >>> reciprocalShift);
        int whole = part >>> doublings;
        int isWhole = -whole >> 31; // all bits, or none
        int growing = 32 - Integer.numberOfLeadingZeros(part);
        int chunk = growing ^ ((growing ^ (doublings + whole)) & isWhole);
        int half = (1 << growing) >>> 1;
        int firstPart = half ^ ((half ^ (whole << doublings)) & isWhole);
        return Memory.getLong(directory + ((long) chunk << CHUNK_SHIFT))
                + (long) (entry - firstPart * firstEntries) * stride;
    }

    /** Where a chunk lies, which must be there. */
    long chunkAddress(int chunk) {
        return Memory.getLong(directoryWord(directory, chunk));
    }

    /** Makes sure that an entry has its chunk; throws LIMIT and changes nothing. */
    void ensure(int entry) {
        while (entry >= capacity) {
            addChunk();
        }
    }

    boolean isDead(int entry) {
        int chunk = chunkOf(entry);
        long bits = deadBits(chunk);
        if (bits == 0) {
            return false;
        }
        int bit = entry - firstEntryOf(chunk);
        return (Memory.getLong(bits + (bit >>> 6 << 3)) >>> bit & 1) != 0;
    }

    /** Makes sure that an entry can be marked dead; throws LIMIT and changes nothing. */
    void ensureDeadBits(int entry) {
        int chunk = chunkOf(entry);
        if (deadBits(chunk) == 0) {
            long bits = arena.allocate(deadBitsBytes(chunk));
            long at = deadBitsWord(directory, chunk);
            arena.beforeWrite(at, Long.BYTES);
            Memory.putLong(at, bits);
        }
    }

    void setDead(int entry, boolean dead) {
        int chunk = chunkOf(entry);
        long bits = deadBits(chunk);
        if (bits != 0) {
            int bit = entry - firstEntryOf(chunk);
            long at = bits + (bit >>> 6 << 3);
            long word = Memory.getLong(at);
            arena.beforeWrite(at, Long.BYTES);
            Memory.putLong(at, dead ? word | 1L << bit : word & ~(1L << bit));
        }
    }

    /** Frees all chunks behind the first {@code entries} entries. */
    void shrinkTo(int entries) {
        while (chunkCount > 0 && firstEntryOf(chunkCount - 1) >= entries) {
            chunkCount--;
            capacity -= entriesOf(chunkCount);
            freeChunk(directory, chunkCount);
        }
        if (chunkCount == 0 && directory != 0) {
            arena.free(directory, (long) directoryChunks << CHUNK_SHIFT);
            detach();
        }
    }

    /** Frees the blocks of chunks that were detached. */
    void freeBlocks(long directory, int directoryChunks, int chunkCount) {
        for (int chunk = 0; chunk < chunkCount; chunk++) {
            freeChunk(directory, chunk);
        }
        if (directory != 0) {
            arena.free(directory, (long) directoryChunks << CHUNK_SHIFT);
        }
    }

    /** Becomes empty without freeing anything. */
    void detach() {
        directory = 0;
        directoryChunks = 0;
        chunkCount = 0;
        capacity = 0;
    }

    /** Where a directory, this one or one of before, has the address of a chunk. */
    long directoryWord(long directory, int chunk) {
        return directory + ((long) chunk << CHUNK_SHIFT);
    }

    /** Where a directory, this one or one of before, has the address of a chunk's dead bits. */
    long deadBitsWord(long directory, int chunk) {
        return directoryWord(directory, chunk) + CHUNK_DEAD_BITS_OFFSET;
    }

    /** An entry's bytes are about to be written past any undo log. */
    void beforeWrite(long entryAddress) {
        arena.beforeWrite(entryAddress, stride);
    }

    int chunkOf(int entry) {
        int part = (int) ((entry * reciprocal) >>> reciprocalShift);
        int whole = part >>> doublings;
        return whole == 0 ? 32 - Integer.numberOfLeadingZeros(part) : doublings + whole;
    }

    int firstEntryOf(int chunk) {
        if (chunk == 0) {
            return 0;
        }
        return chunk <= doublings
                ? firstEntries << (chunk - 1)
                : (firstEntries << doublings) * (chunk - doublings);
    }

    int entriesOf(int chunk) {
        if (chunk == 0) {
            return firstEntries;
        }
        return firstEntries << Math.min(chunk - 1, doublings);
    }

    /** Bytes of a chunk. */
    long chunkBytes(int chunk) {
        return (long) entriesOf(chunk) * stride;
    }

    private long deadBitsBytes(int chunk) {
        return (entriesOf(chunk) + 63L) >>> 6 << 3;
    }

    private long deadBits(int chunk) {
        return Memory.getLong(directory + ((long) chunk << CHUNK_SHIFT) + CHUNK_DEAD_BITS_OFFSET);
    }

    private void addChunk() {
        if (chunkCount == directoryChunks) {
            growDirectory();
        }
        // An entry is written whole before it is read.
        long block = arena.allocateDirty(chunkBytes(chunkCount));
        long at = directory + ((long) chunkCount << CHUNK_SHIFT);
        arena.beforeWrite(at, 2 * Long.BYTES);
        Memory.putLong(at, block);
        Memory.putLong(at + CHUNK_DEAD_BITS_OFFSET, 0);
        capacity += entriesOf(chunkCount);
        chunkCount++;
    }

    private void growDirectory() {
        int chunks = Math.max(MIN_CHUNKS, directoryChunks * 2);
        long replacement = arena.allocate((long) chunks << CHUNK_SHIFT);
        if (directory != 0) {
            Memory.copy(directory, replacement, (long) chunkCount << CHUNK_SHIFT);
            arena.free(directory, (long) directoryChunks << CHUNK_SHIFT);
        }
        directory = replacement;
        directoryChunks = chunks;
    }

    private void freeChunk(long directory, int chunk) {
        long at = directory + ((long) chunk << CHUNK_SHIFT);
        arena.free(Memory.getLong(at), chunkBytes(chunk));
        long bits = Memory.getLong(at + CHUNK_DEAD_BITS_OFFSET);
        if (bits != 0) {
            arena.free(bits, deadBitsBytes(chunk));
        }
    }
}
