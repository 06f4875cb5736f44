package io.penstock.engine.ring;

import io.penstock.journal.JournalAppender;
import io.penstock.journal.RecordView;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Where the fields of a ring slot lie; nobody else knows an offset.
 *
 * <p>Native byte order: a slot never leaves the process. The first four are one word, and stand as
 * shown where bytes ascend.
 *
 * <pre>
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  +---------------------------------------------------------------+
 *  |                            length                             |
 *  +---------------+---------------+-------------------------------+
 *  |     kind      |     flags     |           source id           |
 *  +---------------+---------------+-------------------------------+
 *  |                         ingress time,                         |
 *  |                         ns since 1970                         |
 *  +---------------------------------------------------------------+
 *  |                                                               |
 *  |                        source position                        |
 *  +---------------------------------------------------------------+
 *  |                         source check                          |
 *  +---------------------------------------------------------------+
 *  |                            unused                             |
 *  +---------------------------------------------------------------+
 *  |                       message, SBE header                     |
 *  |                       first, length bytes                    ...
 * </pre>
 */
public final class SlotLayout {
    /** Bytes before the message: half a cache line, so that a message starts aligned. */
    public static final int HEADER_LENGTH = 32;

    /**
     * Strides are multiples of this: half a cache line, since the lines that go from one core to
     * another cost more than producers who now and then share one.
     */
    public static final int STRIDE_ALIGNMENT = 32;

    private static final int KIND_SHIFT = 32;
    private static final int FLAGS_SHIFT = 40;
    private static final int SOURCE_ID_SHIFT = 48;
    private static final int TIME_NS_OFFSET = 8;
    private static final int SOURCE_POSITION_OFFSET = 16;
    private static final int SOURCE_CHECK_OFFSET = 24;

    private static final long UINT8 = 0xFF;
    private static final long UINT32 = 0xFFFF_FFFFL;

    private SlotLayout() {}

    /** The smallest stride whose slots hold messages of this length. */
    public static int strideFor(int messageLength) {
        int bytes = HEADER_LENGTH + messageLength;
        return (bytes + STRIDE_ALIGNMENT - 1) & -STRIDE_ALIGNMENT;
    }

    /**
     * Four stores: while a line of the ring is on its way, it is stores that a core runs out of.
     */
    static void write(
            MutableDirectBuffer buffer,
            int slotOffset,
            int length,
            byte kind,
            byte flags,
            int sourceId,
            long timeNs,
            long sourcePosition,
            int sourceCheck) {
        buffer.putLong(
                slotOffset,
                (length & UINT32)
                        | ((kind & UINT8) << KIND_SHIFT)
                        | ((flags & UINT8) << FLAGS_SHIFT)
                        | ((long) sourceId << SOURCE_ID_SHIFT));
        buffer.putLong(slotOffset + TIME_NS_OFFSET, timeNs);
        buffer.putLong(slotOffset + SOURCE_POSITION_OFFSET, sourcePosition);
        buffer.putInt(slotOffset + SOURCE_CHECK_OFFSET, sourceCheck);
    }

    /** What a slot's first word says of the record's length, kind, flags and source. */
    static long word(DirectBuffer buffer, int slotOffset) {
        return buffer.getLong(slotOffset);
    }

    private static int length(long word) {
        return (int) word;
    }

    static byte kind(long word) {
        return (byte) (word >>> KIND_SHIFT);
    }

    private static byte flags(long word) {
        return (byte) (word >>> FLAGS_SHIFT);
    }

    static int sourceId(long word) {
        return (int) (word >>> SOURCE_ID_SHIFT);
    }

    static long sourcePosition(DirectBuffer buffer, int slotOffset) {
        return buffer.getLong(slotOffset + SOURCE_POSITION_OFFSET);
    }

    static boolean append(DirectBuffer buffer, int slotOffset, JournalAppender appender) {
        long word = word(buffer, slotOffset);
        return appender.tryAdd(
                buffer.getLong(slotOffset + TIME_NS_OFFSET),
                kind(word),
                flags(word),
                sourceId(word),
                sourcePosition(buffer, slotOffset),
                buffer.getInt(slotOffset + SOURCE_CHECK_OFFSET),
                buffer,
                slotOffset + HEADER_LENGTH,
                length(word));
    }

    static void read(DirectBuffer buffer, int slotOffset, long sequence, RecordView view) {
        long word = word(buffer, slotOffset);
        view.header(
                        sequence,
                        buffer.getLong(slotOffset + TIME_NS_OFFSET),
                        kind(word),
                        flags(word),
                        sourceId(word),
                        sourcePosition(buffer, slotOffset),
                        buffer.getInt(slotOffset + SOURCE_CHECK_OFFSET))
                .message(buffer, slotOffset + HEADER_LENGTH, length(word))
                .frameChecksum(0);
    }
}
