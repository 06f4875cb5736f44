package io.penstock.journal.segment;

import static io.penstock.journal.segment.SegmentLayout.WORD_LENGTH;

import io.penstock.journal.store.ByteWindow;
import io.penstock.journal.store.DocumentLayout;
import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.SegmentBytes;
import java.io.IOException;
import org.agrona.DirectBuffer;

/** Walks the frames of a segment's file ({@link SegmentLayout}). One thread. */
final class SegmentReader implements FrameSource {
    private final ByteWindow window;
    private final int tag;
    private long position;
    private long nextPosition;
    private int length;
    private String damage;

    /** Reads from the first frame on; closes the bytes with itself. */
    SegmentReader(SegmentBytes bytes, int epoch, int number) {
        this.window = new ByteWindow(bytes);
        this.tag = SegmentLayout.tag(epoch, number);
    }

    @Override
    public Outcome next() {
        position = nextPosition;
        try {
            if (!window.load(position, WORD_LENGTH)) {
                return end();
            }
            long word = window.buffer().getLong(window.offset(position), SegmentLayout.ORDER);
            // The first frame is shown whatever its tag: it says of which segment it is.
            if (word == 0 || (position > 0 && SegmentLayout.tag(word) != tag)) {
                return end();
            }
            int frameLength = SegmentLayout.length(word);
            if (frameLength < SegmentLayout.MIN_FRAME_LENGTH
                    || frameLength > DocumentLayout.MAX_FRAME_LENGTH
                    || frameLength % SegmentLayout.ALIGNMENT != 0) {
                return damaged("a frame has a length that none can have");
            }
            if (!window.load(position, WORD_LENGTH + frameLength)) {
                return damaged("the file ends inside a frame");
            }
            length = frameLength;
            nextPosition = position + WORD_LENGTH + frameLength;
            return Outcome.FRAME;
        } catch (IOException e) {
            return damaged("the file cannot be read: " + e);
        }
    }

    @Override
    public boolean reload() {
        window.forget();
        nextPosition = position;
        return next() == Outcome.FRAME;
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public long endPosition() {
        return position + WORD_LENGTH + length;
    }

    @Override
    public DirectBuffer buffer() {
        return window.buffer();
    }

    @Override
    public int offset() {
        return window.offset(position) + WORD_LENGTH;
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
        window.close();
    }

    private Outcome end() {
        window.forgetAtEnd();
        return Outcome.END;
    }

    private Outcome damaged(String reason) {
        window.forget();
        damage = reason;
        return Outcome.DAMAGED;
    }
}
