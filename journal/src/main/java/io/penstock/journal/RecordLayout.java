package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

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
    private static final boolean IS_NATIVE = ByteOrder.nativeOrder() == ORDER;
    private static final long UINT8 = 0xFF;
    private static final long UINT32 = 0xFFFF_FFFFL;

    private RecordLayout() {}

    /**
     * Writes a record's header, as three words.
     *
     * @param record address of {@link #recordLength} bytes, which the caller has
     */
    static void writeHeader(
            long record,
            byte kind,
            byte flags,
            int sourceId,
            int timeDeltaNs,
            int sourceCheck,
            long sourcePosition,
            int length) {
        put(
                record,
                length
                        | ((kind & UINT8) << (Byte.SIZE * KIND))
                        | ((flags & UINT8) << (Byte.SIZE * FLAGS))
                        | ((long) sourceId << (Byte.SIZE * SOURCE_ID)));
        put(
                record + TIME_DELTA_NS,
                (timeDeltaNs & UINT32)
                        | ((long) sourceCheck << (Byte.SIZE * (SOURCE_CHECK - TIME_DELTA_NS))));
        put(record + SOURCE_POSITION, sourcePosition);
    }

    /** Writes the zeros behind a message that is not there yet. */
    static void writePadding(long record, int length) {
        if ((length & (ALIGNMENT - 1)) != 0) {
            put(record + recordLength(length) - ALIGNMENT, 0);
        }
    }

    /**
     * Writes a record's message and the zeros behind it.
     *
     * @param record as of the header
     * @param messageOffset in a buffer whose bounds the caller has checked
     */
    static void writeMessage(long record, DirectBuffer message, int messageOffset, int length) {
        copy(
                message.byteArray(),
                message.addressOffset() + messageOffset,
                record + HEADER_LENGTH,
                length);
    }

    /** Word by word, since a call that copies bytes costs more than most messages take. */
    private static void copy(byte[] base, long from, long to, int length) {
        int done = 0;
        if (length > MAX_LENGTH_BY_WORDS) {
            done = length & -ALIGNMENT;
            UnsafeApi.copyMemory(base, from, null, to, done);
        }
        for (; length - done >= 4 * ALIGNMENT; done += 4 * ALIGNMENT) {
            copyTwoWords(base, from + done, to + done);
            copyTwoWords(base, from + done + 2 * ALIGNMENT, to + done + 2 * ALIGNMENT);
        }
        if (length - done >= 2 * ALIGNMENT) {
            copyTwoWords(base, from + done, to + done);
            done += 2 * ALIGNMENT;
        }
        if (length - done >= ALIGNMENT) {
            UnsafeApi.putLong(to + done, UnsafeApi.getLong(base, from + done));
            done += ALIGNMENT;
        }
        if (done < length) {
            long last = 0;
            for (int i = length - 1; i >= done; i--) {
                last = (last << Byte.SIZE) | (UnsafeApi.getByte(base, from + i) & UINT8);
            }
            put(to + done, last);
        }
    }

    private static void copyTwoWords(byte[] base, long from, long to) {
        UnsafeApi.putLong(to, UnsafeApi.getLong(base, from));
        UnsafeApi.putLong(to + ALIGNMENT, UnsafeApi.getLong(base, from + ALIGNMENT));
    }

    private static void put(long address, long value) {
        UnsafeApi.putLong(address, IS_NATIVE ? value : Long.reverseBytes(value));
    }

    /** Bytes of a record whose message has a length, header and padding included. */
    static int recordLength(int messageLength) {
        return (HEADER_LENGTH + messageLength + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
