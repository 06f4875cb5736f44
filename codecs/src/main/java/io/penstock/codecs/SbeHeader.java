package io.penstock.codecs;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The layout of SBE's standard message header, which stands before every message.
 *
 * <pre>
 *   0               2               4               6               8
 *   +---------------+---------------+---------------+---------------+
 *   | block length  |  template id  |   schema id   |    version    |   u16 each, little-endian
 *   +---------------+---------------+---------------+---------------+
 * </pre>
 *
 * <p>Source: FIX Simple Binary Encoding 1.0, message header. Stateless; any thread may call it.
 * Bounds are the buffer's own; whether the header can be believed is {@link MessageValidator}'s
 * question.
 */
public final class SbeHeader {
    /** Bytes that the header takes. */
    public static final int LENGTH = 8;

    private static final int BLOCK_LENGTH_OFFSET = 0;
    private static final int TEMPLATE_ID_OFFSET = 2;
    private static final int SCHEMA_ID_OFFSET = 4;
    private static final int VERSION_OFFSET = 6;

    private SbeHeader() {}

    /** Bytes of the root block that follows. */
    public static int blockLength(DirectBuffer buffer, int offset) {
        return u16(buffer, offset + BLOCK_LENGTH_OFFSET);
    }

    /** Which message of the schema follows. */
    public static int templateId(DirectBuffer buffer, int offset) {
        return u16(buffer, offset + TEMPLATE_ID_OFFSET);
    }

    /** Which schema the message is of. */
    public static int schemaId(DirectBuffer buffer, int offset) {
        return u16(buffer, offset + SCHEMA_ID_OFFSET);
    }

    /** The schema version that the message was written with: its acting version. */
    public static int version(DirectBuffer buffer, int offset) {
        return u16(buffer, offset + VERSION_OFFSET);
    }

    /** Writes a header. */
    public static void write(
            MutableDirectBuffer buffer,
            int offset,
            int blockLength,
            int templateId,
            int schemaId,
            int version) {
        long header = word(blockLength, templateId, schemaId, version);
        buffer.putLong(offset, header, ByteOrder.LITTLE_ENDIAN);
    }

    /** A header as one little-endian number of 64 bits. */
    static long word(int blockLength, int templateId, int schemaId, int version) {
        return (blockLength & 0xFFFFL)
                | (templateId & 0xFFFFL) << (TEMPLATE_ID_OFFSET * Byte.SIZE)
                | (schemaId & 0xFFFFL) << (SCHEMA_ID_OFFSET * Byte.SIZE)
                | (version & 0xFFFFL) << (VERSION_OFFSET * Byte.SIZE);
    }

    private static int u16(DirectBuffer buffer, int offset) {
        return buffer.getShort(offset, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
    }
}
