package io.penstock.journal.store;

import java.io.IOException;
import org.agrona.DirectBuffer;

/**
 * Appends frames to one new segment. One thread at a time.
 *
 * <p>After any throwable the segment's end is unknown: the caller stops for good.
 */
public interface SegmentWriter extends AutoCloseable {
    /** The segment's path below the store. */
    String name();

    /** Appends one frame: all of it is readable when this returns. Never allocates once warm. */
    void append(DirectBuffer frame, int offset, int length) throws IOException;

    /**
     * Brings what was appended before the call to the medium. Any thread.
     *
     * @throws IOException when it may not be there; the caller never tries again
     */
    void force() throws IOException;

    /** Releases what the writer holds; appends nothing. */
    @Override
    void close();
}
