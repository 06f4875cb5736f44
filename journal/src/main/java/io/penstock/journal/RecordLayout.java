package io.penstock.journal;

/**
 * Where the fields of a record in a frame are; its sequence is the frame's first plus its index.
 *
 * <pre>
 *   0               2               4               6
 *  +-------------------------------+-------+-------+---------------+
 *  |            length             | kind  | flags |   sourceId    |   0
 *  +-------------------------------+-------+-------+---------------+
 *  |          timeDeltaNs          |          sourceCheck          |   8
 *  +-------------------------------+-------------------------------+
 *  |                        sourcePosition                         |  16
 *  +---------------------------------------------------------------+
 *  |  the message, length bytes, then zeros to a multiple of 8     |  24
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>timeDeltaNs is unsigned and counts from the frame's baseTimeNs; a time that does not fit
 * starts another frame.
 */
final class RecordLayout {
    static final int LENGTH = 0;
    static final int KIND = 4;
    static final int FLAGS = 5;
    static final int SOURCE_ID = 6;
    static final int TIME_DELTA_NS = 8;
    static final int SOURCE_CHECK = 12;
    static final int SOURCE_POSITION = 16;
    static final int HEADER_LENGTH = 24;
    static final int ALIGNMENT = 8;

    static final long MAX_TIME_DELTA_NS = 0xFFFF_FFFFL;
    static final int MAX_SOURCE_ID = 0xFFFF;

    private RecordLayout() {}

    /** Bytes of a record whose message has a length, header and padding included. */
    static int recordLength(int messageLength) {
        return (HEADER_LENGTH + messageLength + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
