package io.penstock.journal.store;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes of one segment that may grow, or shrink, while they are read. */
public interface SegmentBytes extends AutoCloseable {
    /** Bytes there now. */
    long lengthBytes() throws IOException;

    /**
     * Reads from a position on until the buffer is full or the bytes end.
     *
     * @return bytes read; 0 at or behind the end
     */
    int read(long position, ByteBuffer target) throws IOException;

    @Override
    void close();
}
