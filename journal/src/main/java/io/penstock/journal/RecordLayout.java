package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

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

    private static final int MAX_LENGTH_BY_WORDS = 256;
    private static final long UINT8 = 0xFF;
    private static final long UINT32 = 0xFFFF_FFFFL;

    private RecordLayout() {}

    /** Writes a record's header, three words at once. */
    static void write(
            UnsafeBuffer frame,
            int record,
            int length,
            byte kind,
            byte flags,
            int sourceId,
            int timeDeltaNs,
            int sourceCheck,
            long sourcePosition) {
        frame.putLong(
                record,
                (length & UINT32)
                        | (kind & UINT8) << Byte.SIZE * KIND
                        | (flags & UINT8) << Byte.SIZE * FLAGS
                        | (long) sourceId << Byte.SIZE * SOURCE_ID,
                ORDER);
        frame.putLong(
                record + TIME_DELTA_NS,
                (timeDeltaNs & UINT32) | (long) sourceCheck << Integer.SIZE,
                ORDER);
        frame.putLong(record + SOURCE_POSITION, sourcePosition, ORDER);
    }

    /**
     * Copies a message and pads it with zeros. Word by word: a call that copies bytes costs more
     * than most messages take.
     */
    static void writeMessage(
            UnsafeBuffer frame, int offset, DirectBuffer message, int messageOffset, int length) {
        if (length > MAX_LENGTH_BY_WORDS) {
            frame.putLong(offset + (length - 1 & -ALIGNMENT), 0L);
            frame.putBytes(offset, message, messageOffset, length);
            return;
        }
        int words = length & -ALIGNMENT;
        for (int i = 0; i < words; i += ALIGNMENT) {
            frame.putLong(offset + i, message.getLong(messageOffset + i));
        }
        if (words < length) {
            long last = 0;
            for (int i = length - 1; i >= words; i--) {
                last = last << Byte.SIZE | message.getByte(messageOffset + i) & UINT8;
            }
            frame.putLong(offset + words, last, ORDER);
        }
    }

    /** Bytes of a record whose message has a length, header and padding included. */
    static int recordLength(int messageLength) {
        return (HEADER_LENGTH + messageLength + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
