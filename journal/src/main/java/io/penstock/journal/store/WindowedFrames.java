package io.penstock.journal.store;

import java.io.IOException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Walks the frames of a segment through a window of its own: what formats have in common that put a
 * header of a few bytes in front of each frame. One thread.
 */
public abstract class WindowedFrames implements FrameSource {
    private final ByteWindow window;
    private final int headerLength;
    private long nextPosition;
    private long position;
    private int length;
    private String damage;

    /**
     * Reads from the first frame on; closes the bytes with itself.
     *
     * @param headerLength bytes in front of a frame
     */
    protected WindowedFrames(SegmentBytes bytes, int headerLength) {
        this.window = new ByteWindow(bytes);
        this.headerLength = headerLength;
    }

    /** Finds the next frame, from {@link #position()} on; ends with one of the methods below. */
    protected abstract Outcome find() throws IOException;

    /** Whether the header at {@link #position()} is there; it can be read then. */
    protected final boolean hasHeader() throws IOException {
        return window.load(position, headerLength);
    }

    /** Four bytes of the header. */
    protected final int headerInt() {
        return window.buffer().getInt(window.offset(position), ByteOrder.LITTLE_ENDIAN);
    }

    /** Eight bytes of the header. */
    protected final long headerLong() {
        return window.buffer().getLong(window.offset(position), ByteOrder.LITTLE_ENDIAN);
    }

    /** Bytes of the segment now. */
    protected final long segmentLengthBytes() throws IOException {
        return window.segmentLengthBytes();
    }

    /** Passes over what is no frame, to where the search goes on. */
    protected final void skipTo(long newPosition) {
        position = newPosition;
        nextPosition = newPosition;
    }

    /** A frame of so many bytes stands behind the header; the search goes on behind it. */
    protected final Outcome frame(int frameLength, long newNextPosition) throws IOException {
        if (!window.load(position, headerLength + frameLength)) {
            return damaged("the file ends inside a frame");
        }
        length = frameLength;
        nextPosition = newNextPosition;
        return Outcome.FRAME;
    }

    /** There are no more frames, now. */
    protected final Outcome end() {
        window.forgetAtEnd();
        return Outcome.END;
    }

    /** Here is no frame. */
    protected final Outcome damaged(String reason) {
        window.forget();
        damage = reason;
        return Outcome.DAMAGED;
    }

    @Override
    public final Outcome next() {
        position = nextPosition;
        try {
            return find();
        } catch (IOException e) {
            return damaged("the file cannot be read: " + e);
        }
    }

    @Override
    public final boolean reload() {
        window.forget();
        nextPosition = position;
        return next() == Outcome.FRAME;
    }

    @Override
    public final long position() {
        return position;
    }

    @Override
    public final long endPosition() {
        return position + headerLength + length;
    }

    @Override
    public final DirectBuffer buffer() {
        return window.buffer();
    }

    @Override
    public final int offset() {
        return window.offset(position) + headerLength;
    }

    @Override
    public final int length() {
        return length;
    }

    @Override
    public final String damage() {
        return damage;
    }

    @Override
    public final void close() {
        window.close();
    }
}
