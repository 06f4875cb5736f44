package io.penstock.journal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A copy of a piece of a segment's bytes, moved along by who reads them. One thread.
 *
 * <p>Bytes are copied by reads, never mapped, so that a file that shrinks is an outcome and not a
 * fault of the machine. Allocates only when a piece is longer than every one before.
 */
final class ByteWindow implements AutoCloseable {
    private static final int LENGTH = 256 * 1024;
    private static final int POLL_LENGTH = 4096;

    private final SegmentBytes bytes;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuffer window;
    private long start;
    private int length;
    private boolean isAtEnd;

    /** Copies nothing yet; closes the bytes with itself. */
    ByteWindow(SegmentBytes bytes) {
        this.bytes = bytes;
        allocate(LENGTH);
    }

    /**
     * Makes sure that the bytes from a position on are there.
     *
     * @return false when the segment ends before
     */
    boolean load(long from, int count) throws IOException {
        if (from >= start && from + count <= start + length) {
            return true;
        }
        if (count > window.capacity()) {
            if (from + count > bytes.lengthBytes()) {
                return false;
            }
            BufferUtil.free(window);
            allocate(Integer.highestOneBit(count - 1) << 1);
        }
        int wanted = isAtEnd ? Math.max(count, POLL_LENGTH) : window.capacity();
        isAtEnd = false;
        window.clear().limit(Math.min(wanted, window.capacity()));
        start = from;
        length = bytes.read(from, window);
        return count <= length;
    }

    /** Where a position that was loaded lies in {@link #buffer()}. */
    int offset(long position) {
        return (int) (position - start);
    }

    /** The copy. */
    DirectBuffer buffer() {
        return view;
    }

    /** Bytes of the segment now. */
    long segmentLengthBytes() throws IOException {
        return bytes.lengthBytes();
    }

    /** Forgets the copy, which may be older than the file. */
    void forget() {
        length = 0;
    }

    /** Forgets the copy at an end, where the next look finds little or nothing. */
    void forgetAtEnd() {
        length = 0;
        isAtEnd = true;
    }

    @Override
    public void close() {
        bytes.close();
        if (window != null) {
            view.wrap(0, 0);
            BufferUtil.free(window);
            window = null;
        }
    }

    private void allocate(int capacity) {
        window = ByteBuffer.allocateDirect(capacity);
        view.wrap(window);
        length = 0;
    }
}
