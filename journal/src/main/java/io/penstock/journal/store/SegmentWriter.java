package io.penstock.journal.store;

import java.io.IOException;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Appends frames to one new segment. One thread at a time.
 *
 * <p>After any throwable the segment's end is unknown: the caller stops for good.
 */
public interface SegmentWriter extends AutoCloseable {
    /** What {@link #claim} answers when a frame is to be put together elsewhere. */
    int NO_CLAIM = -1;

    /** The segment's path below the store. */
    String name();

    /**
     * Where the next frame may be put together, so that appending it copies nothing. Bytes there
     * are no frame before they are appended, and may be left as they are.
     *
     * @param length bytes that the frame will have at most
     * @return offset in {@link #memory()} until the next append, or {@link #NO_CLAIM}
     */
    default int claim(int length) {
        return NO_CLAIM;
    }

    /** Memory of what was claimed; null when nothing can be. */
    default UnsafeBuffer memory() {
        return null;
    }

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
