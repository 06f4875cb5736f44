package io.penstock.engine.state;

import io.penstock.engine.memory.Memory;

/**
 * What a cleared table consisted of, in native memory, until its step ends.
 *
 * <pre>
 *   0                 8                16               24       28        32      36
 *   +-----------------+----------------+----------------+--------+---------+-------+----------
 *   | index directory |chunk directory | depth | mask   | total  | dir.chks| chunks| capacity
 *   +-----------------+----------------+----------------+--------+---------+-------+----------
 *  40            44     48          52        56
 *   +------------+------+-----------+---------+
 *   | entryCount | size | gap start | gap end |
 *   +------------+------+-----------+---------+
 * </pre>
 */
final class SavedTable {
    static final int LENGTH = 64;
    static final int ENTRY_COUNT_OFFSET = 40;
    static final int SIZE_OFFSET = 44;
    static final int GAP_START_OFFSET = 48;
    static final int GAP_END_OFFSET = 52;

    private static final int INDEX_DIRECTORY_OFFSET = 0;
    private static final int CHUNK_DIRECTORY_OFFSET = 8;
    private static final int DEPTH_OFFSET = 16;
    private static final int SLOT_MASK_OFFSET = 20;
    private static final int TOTAL_OFFSET = 24;
    private static final int DIRECTORY_CHUNKS_OFFSET = 28;
    private static final int CHUNK_COUNT_OFFSET = 32;
    private static final int CAPACITY_OFFSET = 36;

    private SavedTable() {}

    static void save(long saved, HashIndex index, EntryChunks chunks) {
        Memory.putLong(saved + INDEX_DIRECTORY_OFFSET, index.directory);
        Memory.putInt(saved + DEPTH_OFFSET, index.depth);
        Memory.putInt(saved + SLOT_MASK_OFFSET, index.slotMask);
        Memory.putInt(saved + TOTAL_OFFSET, index.total);
        Memory.putLong(saved + CHUNK_DIRECTORY_OFFSET, chunks.directory);
        Memory.putInt(saved + DIRECTORY_CHUNKS_OFFSET, chunks.directoryChunks);
        Memory.putInt(saved + CHUNK_COUNT_OFFSET, chunks.chunkCount);
        Memory.putInt(saved + CAPACITY_OFFSET, chunks.capacity);
    }

    static void restore(long saved, HashIndex index, EntryChunks chunks) {
        index.directory = Memory.getLong(saved + INDEX_DIRECTORY_OFFSET);
        index.depth = Memory.getInt(saved + DEPTH_OFFSET);
        index.slotMask = Memory.getInt(saved + SLOT_MASK_OFFSET);
        index.total = Memory.getInt(saved + TOTAL_OFFSET);
        chunks.directory = Memory.getLong(saved + CHUNK_DIRECTORY_OFFSET);
        chunks.directoryChunks = Memory.getInt(saved + DIRECTORY_CHUNKS_OFFSET);
        chunks.chunkCount = Memory.getInt(saved + CHUNK_COUNT_OFFSET);
        chunks.capacity = Memory.getInt(saved + CAPACITY_OFFSET);
    }

    static long indexDirectory(long saved) {
        return Memory.getLong(saved + INDEX_DIRECTORY_OFFSET);
    }

    static int indexDepth(long saved) {
        return Memory.getInt(saved + DEPTH_OFFSET);
    }

    static int indexSlotMask(long saved) {
        return Memory.getInt(saved + SLOT_MASK_OFFSET);
    }

    static long chunkDirectory(long saved) {
        return Memory.getLong(saved + CHUNK_DIRECTORY_OFFSET);
    }

    static int directoryChunks(long saved) {
        return Memory.getInt(saved + DIRECTORY_CHUNKS_OFFSET);
    }

    static int chunkCount(long saved) {
        return Memory.getInt(saved + CHUNK_COUNT_OFFSET);
    }
}
