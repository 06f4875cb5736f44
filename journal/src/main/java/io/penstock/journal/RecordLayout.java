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
     * Writes a record: its header as three words, its message word by word, since a call that
     * copies bytes costs more than most messages take; then zeros.
     *
     * @param record address of {@link #recordLength} bytes, which the caller has
     * @param messageOffset in a buffer whose bounds are checked here, once
     */
    static void write(
            long record,
            byte kind,
            byte flags,
            int sourceId,
            int timeDeltaNs,
            int sourceCheck,
            long sourcePosition,
            DirectBuffer message,
            int messageOffset,
            int length) {
        put(
                record,
                length
                        | (kind & UINT8) << Byte.SIZE * KIND
                        | (flags & UINT8) << Byte.SIZE * FLAGS
                        | (long) sourceId << Byte.SIZE * SOURCE_ID);
        put(
                record + TIME_DELTA_NS,
                (timeDeltaNs & UINT32)
                        | (long) sourceCheck << Byte.SIZE * (SOURCE_CHECK - TIME_DELTA_NS));
        put(record + SOURCE_POSITION, sourcePosition);
        if (length > 0) {
            message.boundsCheck(messageOffset, length);
            copy(
                    message.byteArray(),
                    message.addressOffset() + messageOffset,
                    record + HEADER_LENGTH,
                    length);
        }
    }

    private static void copy(byte[] base, long from, long to, int length) {
        int words = length & -ALIGNMENT;
        if (length > MAX_LENGTH_BY_WORDS) {
            UnsafeApi.copyMemory(base, from, null, to, words);
        } else {
            for (int i = 0; i < words; i += ALIGNMENT) {
                UnsafeApi.putLong(to + i, UnsafeApi.getLong(base, from + i));
            }
        }
        if (words < length) {
            long last = 0;
            for (int i = length - 1; i >= words; i--) {
                last = last << Byte.SIZE | UnsafeApi.getByte(base, from + i) & UINT8;
            }
            put(to + words, last);
        }
    }

    private static void put(long address, long value) {
        UnsafeApi.putLong(address, IS_NATIVE ? value : Long.reverseBytes(value));
    }

    /** Bytes of a record whose message has a length, header and padding included. */
    static int recordLength(int messageLength) {
        return (HEADER_LENGTH + messageLength + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
