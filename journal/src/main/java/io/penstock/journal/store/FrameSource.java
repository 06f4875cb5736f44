package io.penstock.journal.store;

import org.agrona.DirectBuffer;

/**
 * Reads the frames of one segment in order. One thread.
 *
 * <p>Never throws for what it finds: an end is an outcome, and so is damage. A frame is valid until
 * the next call; whether its bytes are what was written is not judged here.
 */
public interface FrameSource extends AutoCloseable {
    /** What {@link #next()} found. */
    enum Outcome {
        /** A frame. */
        FRAME,
        /** No more frames, now; a later call may find one. */
        END,
        /** Bytes that cannot be a frame; the source stays where it is. */
        DAMAGED
    }

    /** Goes to the next frame. */
    Outcome next();

    /** Reads the current frame's bytes once more, past every buffer. */
    boolean reload();

    /** Offset in the segment: of the current frame, of the end, or of what is damaged. */
    long position();

    /** Offset in the segment behind the current frame. */
    long endPosition();

    /** Where the current frame lies. */
    DirectBuffer buffer();

    /** Offset of the current frame in {@link #buffer()}. */
    int offset();

    /** Bytes of the current frame. */
    int length();

    /** Why the last outcome was DAMAGED. */
    String damage();

    @Override
    void close();
}
