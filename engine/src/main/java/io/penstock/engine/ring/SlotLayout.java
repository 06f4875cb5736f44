package io.penstock.engine.ring;

import io.penstock.journal.RecordView;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Where the fields of a ring slot lie; nobody else knows an offset.
 *
 * <p>Native byte order: a slot never leaves the process.
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

    /** Strides are multiples of this, so that two producers never share a cache line. */
    public static final int STRIDE_ALIGNMENT = 64;

    private static final int LENGTH_OFFSET = 0;
    private static final int KIND_OFFSET = 4;
    private static final int FLAGS_OFFSET = 5;
    private static final int SOURCE_ID_OFFSET = 6;
    private static final int TIME_NS_OFFSET = 8;
    private static final int SOURCE_POSITION_OFFSET = 16;
    private static final int SOURCE_CHECK_OFFSET = 24;

    private SlotLayout() {}

    /** The smallest stride whose slots hold messages of this length. */
    public static int strideFor(int messageLength) {
        int bytes = HEADER_LENGTH + messageLength;
        return (bytes + STRIDE_ALIGNMENT - 1) & -STRIDE_ALIGNMENT;
    }

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
        buffer.putInt(slotOffset + LENGTH_OFFSET, length);
        buffer.putByte(slotOffset + KIND_OFFSET, kind);
        buffer.putByte(slotOffset + FLAGS_OFFSET, flags);
        buffer.putShort(slotOffset + SOURCE_ID_OFFSET, (short) sourceId);
        buffer.putLong(slotOffset + TIME_NS_OFFSET, timeNs);
        buffer.putLong(slotOffset + SOURCE_POSITION_OFFSET, sourcePosition);
        buffer.putInt(slotOffset + SOURCE_CHECK_OFFSET, sourceCheck);
    }

    static void read(DirectBuffer buffer, int slotOffset, long sequence, RecordView view) {
        view.header(
                        sequence,
                        buffer.getLong(slotOffset + TIME_NS_OFFSET),
                        buffer.getByte(slotOffset + KIND_OFFSET),
                        buffer.getByte(slotOffset + FLAGS_OFFSET),
                        buffer.getShort(slotOffset + SOURCE_ID_OFFSET) & 0xFFFF,
                        buffer.getLong(slotOffset + SOURCE_POSITION_OFFSET),
                        buffer.getInt(slotOffset + SOURCE_CHECK_OFFSET))
                .message(
                        buffer,
                        slotOffset + HEADER_LENGTH,
                        buffer.getInt(slotOffset + LENGTH_OFFSET))
                .frameChecksum(0);
    }
}
