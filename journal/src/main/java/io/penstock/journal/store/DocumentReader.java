package io.penstock.journal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Walks the documents of a segment ({@link DocumentLayout}) through a window of its own.
 *
 * <p>Bytes are copied by reads, never mapped, so that a file that shrinks is an outcome and not a
 * fault of the machine. Allocates only when a frame is longer than every one before.
 */
public final class DocumentReader implements FrameSource {
    private static final int WINDOW_LENGTH = 256 * 1024;
    private static final int POLL_LENGTH = 4096;

    private final SegmentBytes bytes;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private ByteBuffer window;
    private long windowStart;
    private int windowLength;
    private boolean isAtEnd;
    private long nextPosition;
    private long position;
    private int offset;
    private int length;
    private String damage;

    /** Reads from the first document on; closes the bytes with itself. */
    public DocumentReader(SegmentBytes bytes) {
        this.bytes = bytes;
        allocateWindow(WINDOW_LENGTH);
    }

    @Override
    public Outcome next() {
        while (true) {
            position = nextPosition;
            try {
                if (!load(position, DocumentLayout.HEADER_LENGTH)) {
                    return end();
                }
                int word = view.getInt((int) (position - windowStart), ByteOrder.LITTLE_ENDIAN);
                if (DocumentLayout.isEnd(word)) {
                    return end();
                }
                int documentLength = DocumentLayout.length(word);
                if (DocumentLayout.isMeta(word)) {
                    if (position + documentLength > bytes.lengthBytes()) {
                        return damaged("a document passes the end of the file");
                    }
                    nextPosition = DocumentLayout.next(position, documentLength);
                    continue;
                }
                if (documentLength > DocumentLayout.MAX_FRAME_LENGTH) {
                    return damaged("a document is longer than any frame");
                }
                if (!load(position, DocumentLayout.HEADER_LENGTH + documentLength)) {
                    return damaged("the file ends inside a frame");
                }
                offset = (int) (position - windowStart) + DocumentLayout.HEADER_LENGTH;
                length = documentLength;
                nextPosition = DocumentLayout.next(position, documentLength);
                return Outcome.FRAME;
            } catch (IOException e) {
                return damaged("the file cannot be read: " + e);
            }
        }
    }

    @Override
    public boolean reload() {
        windowLength = 0;
        nextPosition = position;
        return next() == Outcome.FRAME;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public DirectBuffer buffer() {
        return view;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public String damage() {
        return damage;
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

    private Outcome end() {
        // What stands behind this point in the window may be older than the file.
        windowLength = 0;
        isAtEnd = true;
        return Outcome.END;
    }

    private Outcome damaged(String reason) {
        windowLength = 0;
        damage = reason;
        return Outcome.DAMAGED;
    }

    private boolean load(long from, int count) throws IOException {
        if (from >= windowStart && from + count <= windowStart + windowLength) {
            return true;
        }
        if (count > window.capacity()) {
            if (from + count > bytes.lengthBytes()) {
                return false;
            }
            BufferUtil.free(window);
            allocateWindow(Integer.highestOneBit(count - 1) << 1);
        }
        int wanted = isAtEnd ? Math.max(count, POLL_LENGTH) : window.capacity();
        isAtEnd = false;
        window.clear().limit(Math.min(wanted, window.capacity()));
        windowStart = from;
        windowLength = bytes.read(from, window);
        return count <= windowLength;
    }

    private void allocateWindow(int capacity) {
        window = ByteBuffer.allocateDirect(capacity);
        view.wrap(window);
        windowLength = 0;
    }
}
