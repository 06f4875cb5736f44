package io.penstock.engine.memory;

/**
 * Pairs of words in native memory, taken out in the order of a stack; grows without moving.
 *
 * <p>One thread at a time.
 */
final class AddressList {
    // A block: | the block before it | pairs ... |
    private static final long BLOCK_BYTES = 64 << 10;
    private static final long FIRST_PAIR = 16;
    private static final long PAIR_LENGTH = 16;

    private long block;
    private long position = BLOCK_BYTES;
    private long count;
    private long poppedFirst;

    /** Pairs there are. */
    long count() {
        return count;
    }

    void push(long first, long second) {
        if (position == BLOCK_BYTES) {
            long next = NativeMemory.allocateDirty(BLOCK_BYTES);
            Memory.putLong(next, block);
            block = next;
            position = FIRST_PAIR;
        }
        Memory.putLong(block + position, first);
        Memory.putLong(block + position + Long.BYTES, second);
        position += PAIR_LENGTH;
        count++;
    }

    /** Takes the latest pair out, of which there must be one; returns its second word. */
    long pop() {
        position -= PAIR_LENGTH;
        count--;
        poppedFirst = Memory.getLong(block + position);
        long second = Memory.getLong(block + position + Long.BYTES);
        if (position == FIRST_PAIR) {
            long before = Memory.getLong(block);
            NativeMemory.free(block);
            block = before;
            position = BLOCK_BYTES;
        }
        return second;
    }

    /** First word of the pair that was taken out. */
    long poppedFirst() {
        return poppedFirst;
    }

    /** Forgets all pairs and frees the list's own memory. */
    void clear() {
        while (block != 0) {
            long before = Memory.getLong(block);
            NativeMemory.free(block);
            block = before;
        }
        position = BLOCK_BYTES;
        count = 0;
    }
}
