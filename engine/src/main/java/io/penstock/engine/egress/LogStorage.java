package io.penstock.engine.egress;

import java.nio.ByteBuffer;

/**
 * The bytes of an output log: a file, or memory in tests. One thread; but {@link #force} may come
 * from another one while it goes on.
 */
public interface LogStorage extends AutoCloseable {
    /** What messages call it. */
    String name();

    /** Bytes stored. */
    long size();

    /** Fills a buffer from a position on; the bytes are there. */
    void read(long position, ByteBuffer target);

    /** Adds bytes at the end. */
    void append(ByteBuffer source);

    /** Drops everything from a position on. */
    void truncate(long position);

    /** Brings everything that was added before the call to the medium. */
    void force();

    @Override
    void close();
}
