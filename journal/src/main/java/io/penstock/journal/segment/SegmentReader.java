package io.penstock.journal.segment;

import static io.penstock.journal.segment.SegmentLayout.WORD_LENGTH;

import io.penstock.journal.store.DocumentLayout;
import io.penstock.journal.store.SegmentBytes;
import io.penstock.journal.store.WindowedFrames;
import java.io.IOException;

/** Walks the frames of a segment's file ({@link SegmentLayout}). One thread. */
final class SegmentReader extends WindowedFrames {
    private final int tag;

    /** Reads from the first frame on; closes the bytes with itself. */
    SegmentReader(SegmentBytes bytes, int epoch, int number) {
        super(bytes, WORD_LENGTH);
        this.tag = SegmentLayout.tag(epoch, number);
    }

    @Override
    protected Outcome find() throws IOException {
        if (!hasHeader()) {
            return end();
        }
        long word = headerLong();
        // The first frame is shown whatever its tag: it says of which segment it is.
        if (word == 0 || (position() > 0 && SegmentLayout.tag(word) != tag)) {
            return end();
        }
        int frameLength = SegmentLayout.length(word);
        if (frameLength < SegmentLayout.MIN_FRAME_LENGTH
                || frameLength > DocumentLayout.MAX_FRAME_LENGTH
                || frameLength % SegmentLayout.ALIGNMENT != 0) {
            return damaged("a frame has a length that none can have");
        }
        return frame(frameLength, position() + WORD_LENGTH + frameLength);
    }
}
