package io.penstock.engine.shard;

import io.penstock.engine.memory.NativeMemory;
import org.agrona.concurrent.UnsafeBuffer;

/** The consumer's place in a spill; frees it behind the last record. */
final class SpillReader implements AutoCloseable {
    private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
    private long address;
    private int length;
    private int offset;

    boolean isOpen() {
        return address != 0;
    }

    void open(long spillAddress, long spillLength) {
        address = spillAddress;
        length = (int) spillLength;
        offset = 0;
        buffer.wrap(spillAddress, length);
    }

    UnsafeBuffer buffer() {
        return buffer;
    }

    int offset() {
        return offset;
    }

    void skip(int bytes) {
        offset += bytes;
        if (offset >= length) {
            close();
        }
    }

    /** Goes back before {@link #open}: nothing was skipped. */
    void forget() {
        buffer.wrap(0, 0);
        address = 0;
    }

    @Override
    public void close() {
        if (address != 0) {
            buffer.wrap(0, 0);
            NativeMemory.free(address);
            address = 0;
        }
    }
}
