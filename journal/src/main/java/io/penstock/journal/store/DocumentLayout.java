package io.penstock.journal.store;

/**
 * How frames stand in a segment: as documents, each behind a 32-bit little-endian word.
 *
 * <p>Source: the header word of Chronicle Wire, as the .cq4 files of Chronicle Queue hold it.
 *
 * <pre>
 *   3 3 2                             0
 *   1 0 9                             0
 *  +-+-+-------------------------------+
 *  |I|M|      length in bytes          |   I: not complete, M: meta data
 *  +-+-+-------------------------------+
 *  |   length bytes, then zeros until  |
 *  |   the next multiple of 4          |
 *  +-----------------------------------+
 *
 *  0x00000000  nothing was written here yet
 *  0xC0000000  nothing more is written to this segment
 * </pre>
 */
public final class DocumentLayout {
    /** Bytes of the word before a document. */
    public static final int HEADER_LENGTH = 4;

    /** Documents start at multiples of this. */
    public static final int ALIGNMENT = 4;

    /** Set while a document is being written. */
    public static final int NOT_COMPLETE = 0x8000_0000;

    /** Set on a document that is not a frame. */
    public static final int META = 0x4000_0000;

    /** The document's length. */
    public static final int LENGTH_MASK = 0x3FFF_FFFF;

    /** Longest document that is believed to be a frame. */
    public static final int MAX_FRAME_LENGTH = 16 << 20;

    private DocumentLayout() {}

    /** Whether nothing readable stands behind a word: unwritten, half-written, or sealed. */
    public static boolean isEnd(int word) {
        return word == 0 || (word & NOT_COMPLETE) != 0;
    }

    /** Whether a document is not a frame. */
    public static boolean isMeta(int word) {
        return (word & META) != 0;
    }

    /** Bytes of a document behind its word. */
    public static int length(int word) {
        return word & LENGTH_MASK;
    }

    /** Where the document after the one at a position starts. */
    public static long next(long position, int length) {
        return (position + HEADER_LENGTH + length + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
