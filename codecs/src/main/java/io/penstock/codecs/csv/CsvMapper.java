package io.penstock.codecs.csv;

import io.penstock.codecs.MessageType;
import io.penstock.codecs.SbeHeader;
import org.agrona.MutableDirectBuffer;

/**
 * Turns rows into SBE messages of one type, columns found by name.
 *
 * <p>One thread; reusable; allocates nothing per row. A row that cannot be mapped is a negative
 * status, never an exception. Fields are read in the order of the schema, and the first that cannot
 * be read gives the reason; what stands in the destination is then undefined.
 */
public final class CsvMapper {
    private final int blockLength;
    private final int templateId;
    private final int schemaId;
    private final int version;
    private final int columnCount;
    private final FieldBinding[] fields;
    private final DataBinding[] data;

    CsvMapper(MessageType<?, ?> type, int columnCount, FieldBinding[] fields, DataBinding[] data) {
        this.blockLength = type.blockLength();
        this.templateId = type.templateId();
        this.schemaId = type.schemaId();
        this.version = type.version();
        this.columnCount = columnCount;
        this.fields = fields;
        this.data = data;
    }

    /** Starts to describe which fields are read from which columns. */
    public static CsvMapperBuilder of(MessageType<?, ?> type) {
        return new CsvMapperBuilder(type);
    }

    /**
     * Writes the reader's row as a message from {@code offset} on.
     *
     * <p>Room is the destination's capacity behind {@code offset}; a message that does not fit is
     * rejected as {@link RejectReason#ROW_TOO_LONG}.
     *
     * @return the message's length, header included, or the negative code of a {@link RejectReason}
     */
    public int map(CsvReader row, MutableDirectBuffer destination, int offset) {
        if (row.rejectCode() != RejectReason.NONE) {
            return -row.rejectCode();
        }
        if (row.fieldCount() != columnCount) {
            return -RejectReason.WRONG_FIELD_COUNT.code();
        }
        int room = destination.capacity() - offset;
        int blockOffset = offset + SbeHeader.LENGTH;
        int length = SbeHeader.LENGTH + blockLength;
        if (length > room) {
            return -RejectReason.ROW_TOO_LONG.code();
        }
        SbeHeader.write(destination, offset, blockLength, templateId, schemaId, version);
        destination.setMemory(blockOffset, blockLength, (byte) 0);
        FieldBinding[] localFields = fields;
        for (int i = 0; i < localFields.length; i++) {
            int code = localFields[i].write(row, destination, blockOffset);
            if (code != RejectReason.NONE) {
                return -code;
            }
        }
        DataBinding[] localData = data;
        for (int i = 0; i < localData.length; i++) {
            int status = localData[i].write(row, destination, offset + length, room - length);
            if (status < 0) {
                return status;
            }
            length += status;
        }
        return length;
    }
}
