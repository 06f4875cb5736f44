package io.penstock.engine.egress;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** An output log in memory, for tests and simulation; outlives the log that is closed on it. */
public final class MemoryLogStorage implements LogStorage {
    private byte[] bytes = new byte[4096];
    private int size;

    /** Creates an empty log. */
    public MemoryLogStorage() {}

    @Override
    public String name() {
        return "output log in memory";
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long position, ByteBuffer target) {
        target.put(bytes, (int) position, target.remaining());
    }

    @Override
    public void append(ByteBuffer source) {
        int count = source.remaining();
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(size + count, bytes.length * 2));
        }
        source.get(bytes, size, count);
        size += count;
    }

    @Override
    public void truncate(long position) {
        size = (int) position;
    }

    @Override
    public void force() {
        // Memory is all there is.
    }

    @Override
    public void close() {
        // The bytes stay for whoever opens a log on them next.
    }
}
