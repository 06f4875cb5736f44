package io.penstock.journal.store;

import java.io.IOException;

/** Walks the documents of a segment ({@link DocumentLayout}). One thread. */
public final class DocumentReader extends WindowedFrames {
    /** Reads from the first document on; closes the bytes with itself. */
    public DocumentReader(SegmentBytes bytes) {
        super(bytes, DocumentLayout.HEADER_LENGTH);
    }

    @Override
    protected Outcome find() throws IOException {
        while (true) {
            if (!hasHeader()) {
                return end();
            }
            int word = headerInt();
            if (DocumentLayout.isEnd(word)) {
                return end();
            }
            int documentLength = DocumentLayout.length(word);
            long next = DocumentLayout.next(position(), documentLength);
            if (DocumentLayout.isMeta(word)) {
                if (position() + documentLength > segmentLengthBytes()) {
                    return damaged("a document passes the end of the file");
                }
                skipTo(next);
                continue;
            }
            if (documentLength > DocumentLayout.MAX_FRAME_LENGTH) {
                return damaged("a document is longer than any frame");
            }
            return frame(documentLength, next);
        }
    }
}
