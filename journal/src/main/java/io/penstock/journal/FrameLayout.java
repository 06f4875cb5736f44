package io.penstock.journal;

import io.penstock.codecs.system.FrameHeaderDecoder;
import io.penstock.codecs.system.MessageHeaderDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Where the fields of a frame are: the SBE message FrameHeader of schema penstock-system, then the
 * frame's content. Little-endian; a frame is a multiple of 8 bytes.
 *
 * <pre>
 *   0               2               4               6
 *  +---------------+---------------+---------------+---------------+
 *  | blockLength   | templateId    | schemaId      | version       |   0  SBE message header
 *  +---------------+---------------+---------------+---------------+
 *  |          frameLength          |             epoch             |   8
 *  +-------------------------------+-------+-------+---------------+
 *  |            segment            | kind  | flags |   reserved    |  16
 *  +-------------------------------+-------+-------+---------------+
 *  |                         firstSequence                         |  24
 *  +---------------------------------------------------------------+
 *  |                          baseTimeNs                           |  32
 *  +-------------------------------+-------------------------------+
 *  |          recordCount          |       previousChecksum        |  40
 *  +-------------------------------+-------------------------------+
 *  |           checksum            |           reserved2           |  48
 *  +-------------------------------+-------------------------------+
 *  |  content: records ({@link RecordLayout}), or in a segment     |  56
 *  |  head the journal id, or in a seal nothing                    |
 *  +---------------------------------------------------------------+
 * </pre>
 *
 * <p>In a head, baseTimeNs is the highest time of all records before the segment, so that a time is
 * found without reading every segment.
 */
final class FrameLayout {
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    static final int BLOCK_LENGTH = MessageHeaderDecoder.blockLengthEncodingOffset();
    static final int TEMPLATE_ID = MessageHeaderDecoder.templateIdEncodingOffset();
    static final int SCHEMA_ID = MessageHeaderDecoder.schemaIdEncodingOffset();
    static final int VERSION = MessageHeaderDecoder.versionEncodingOffset();

    private static final int BLOCK = MessageHeaderDecoder.ENCODED_LENGTH;

    static final int FRAME_LENGTH = BLOCK + FrameHeaderDecoder.frameLengthEncodingOffset();
    static final int EPOCH = BLOCK + FrameHeaderDecoder.epochEncodingOffset();
    static final int SEGMENT = BLOCK + FrameHeaderDecoder.segmentEncodingOffset();
    static final int KIND = BLOCK + FrameHeaderDecoder.kindEncodingOffset();
    static final int FIRST_SEQUENCE = BLOCK + FrameHeaderDecoder.firstSequenceEncodingOffset();
    static final int BASE_TIME_NS = BLOCK + FrameHeaderDecoder.baseTimeNsEncodingOffset();
    static final int RECORD_COUNT = BLOCK + FrameHeaderDecoder.recordCountEncodingOffset();
    static final int PREVIOUS_CHECKSUM =
            BLOCK + FrameHeaderDecoder.previousChecksumEncodingOffset();
    static final int CHECKSUM = BLOCK + FrameHeaderDecoder.checksumEncodingOffset();

    /** Bytes before the content. */
    static final int HEADER_LENGTH = BLOCK + FrameHeaderDecoder.BLOCK_LENGTH;

    static final int ALIGNMENT = 8;

    static final byte KIND_RECORDS = 1;
    static final byte KIND_HEAD = 2;
    static final byte KIND_SEAL = 3;

    static final int HEAD_ID_HIGH = HEADER_LENGTH;
    static final int HEAD_ID_LOW = HEADER_LENGTH + Long.BYTES;
    static final int HEAD_LENGTH = HEADER_LENGTH + 2 * Long.BYTES;

    private FrameLayout() {}

    /** Writes the constant part of every frame; all else of its header is zero. */
    static void init(MutableDirectBuffer buffer, int offset) {
        for (int i = 0; i < HEADER_LENGTH; i += Long.BYTES) {
            buffer.putLong(offset + i, 0L);
        }
        buffer.putShort(offset + BLOCK_LENGTH, (short) FrameHeaderDecoder.BLOCK_LENGTH, ORDER);
        buffer.putShort(offset + TEMPLATE_ID, (short) FrameHeaderDecoder.TEMPLATE_ID, ORDER);
        buffer.putShort(offset + SCHEMA_ID, (short) FrameHeaderDecoder.SCHEMA_ID, ORDER);
        buffer.putShort(offset + VERSION, (short) FrameHeaderDecoder.SCHEMA_VERSION, ORDER);
    }

    /** Whether bytes have the shape of a frame; null, or what is wrong. */
    static String misfit(DirectBuffer buffer, int offset, int length) {
        if (length < HEADER_LENGTH || length % ALIGNMENT != 0) {
            return "a document's length is none of a frame";
        }
        if (uint16(buffer, offset + BLOCK_LENGTH) != FrameHeaderDecoder.BLOCK_LENGTH
                || uint16(buffer, offset + TEMPLATE_ID) != FrameHeaderDecoder.TEMPLATE_ID
                || uint16(buffer, offset + SCHEMA_ID) != FrameHeaderDecoder.SCHEMA_ID
                || uint16(buffer, offset + VERSION) != FrameHeaderDecoder.SCHEMA_VERSION) {
            return "a document does not start as a frame of this version does";
        }
        if (buffer.getInt(offset + FRAME_LENGTH, ORDER) != length) {
            return "a frame's length differs from its document's";
        }
        return null;
    }

    /** The format of a frame. */
    static int version(DirectBuffer buffer, int offset) {
        return uint16(buffer, offset + VERSION);
    }

    static int uint16(DirectBuffer buffer, int index) {
        return buffer.getShort(index, ORDER) & 0xFFFF;
    }
}
