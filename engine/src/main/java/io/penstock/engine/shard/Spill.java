package io.penstock.engine.shard;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import org.agrona.concurrent.UnsafeBuffer;

/** Memory for what a step hands over beyond its claim; the producer's until it is handed over. */
final class Spill implements AutoCloseable {
    private static final long INITIAL_BYTES = 64 << 10;

    /** As much as a step may change: beyond it one thread would have failed as well. */
    private static final long LIMIT_BYTES = 64L << 20;

    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private long address;
    private long capacity;
    private long used;
    private long limitBytes = LIMIT_BYTES;

    boolean isOpen() {
        return address != 0;
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    long usedBytes() {
        return used;
    }

    /** Lifts the limit, for the mark of a failure. */
    void allowAll() {
        limitBytes = 2 * LIMIT_BYTES;
    }

    /** Offset of the next record, which has room. */
    int claim(int length) {
        if (address == 0 || used + length > capacity) {
            grow(used + length);
        }
        return (int) used;
    }

    void end(int length) {
        used += length;
    }

    /** Gives the memory away: the address is the receiver's to free. */
    long handOver() {
        long given = address;
        address = 0;
        used = 0;
        return given;
    }

    private void grow(long needed) {
        if (needed > limitBytes) {
            throw new PenstockException(
                    Category.LIMIT,
                    "what a step of a shard hands on must fit: limit="
                            + limitBytes
                            + " asked="
                            + needed
                            + " bytes (emit less in one step, or use one shard)");
        }
        long next = Math.min(limitBytes, Math.max(needed, Math.max(INITIAL_BYTES, 2 * used)));
        long grown = NativeMemory.allocate(next);
        if (address != 0) {
            Memory.copy(address, grown, used);
            NativeMemory.free(address);
        }
        address = grown;
        capacity = next;
        buffer.wrap(grown, (int) next);
    }

    @Override
    public void close() {
        if (address != 0) {
            NativeMemory.free(handOver());
        }
    }
}
