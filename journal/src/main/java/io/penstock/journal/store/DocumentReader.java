package io.penstock.journal.store;

import java.io.IOException;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/** Walks the documents of a segment ({@link DocumentLayout}) through a window of its own. */
public final class DocumentReader implements FrameSource {
    private final ByteWindow window;
    private long nextPosition;
    private long position;
    private int offset;
    private int length;
    private String damage;

    /** Reads from the first document on; closes the bytes with itself. */
    public DocumentReader(SegmentBytes bytes) {
        this.window = new ByteWindow(bytes);
    }

    @Override
    public Outcome next() {
        while (true) {
            position = nextPosition;
            try {
                if (!window.load(position, DocumentLayout.HEADER_LENGTH)) {
                    return end();
                }
                int word = window.buffer().getInt(window.offset(position), ByteOrder.LITTLE_ENDIAN);
                if (DocumentLayout.isEnd(word)) {
                    return end();
                }
                int documentLength = DocumentLayout.length(word);
                if (DocumentLayout.isMeta(word)) {
                    if (position + documentLength > window.segmentLengthBytes()) {
                        return damaged("a document passes the end of the file");
                    }
                    nextPosition = DocumentLayout.next(position, documentLength);
                    continue;
                }
                if (documentLength > DocumentLayout.MAX_FRAME_LENGTH) {
                    return damaged("a document is longer than any frame");
                }
                if (!window.load(position, DocumentLayout.HEADER_LENGTH + documentLength)) {
                    return damaged("the file ends inside a frame");
                }
                offset = window.offset(position) + DocumentLayout.HEADER_LENGTH;
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
        return position + DocumentLayout.HEADER_LENGTH + length;
    }

    @Override
    public DirectBuffer buffer() {
        return window.buffer();
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
