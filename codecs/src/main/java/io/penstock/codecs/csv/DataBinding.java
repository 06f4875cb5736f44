package io.penstock.codecs.csv;

import io.penstock.codecs.Utf8;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * Writes one variable field of a message from columns: a text, a key of one column, or a key of
 * several, each after its length (see {@link KeyText}).
 */
final class DataBinding {
    private final int lengthSize;
    private final long maxLength;

    /** None: the field is left empty. */
    private final int[] columns;

    private final boolean isKey;

    DataBinding(int lengthSize, long maxLength, int[] columns, boolean isKey) {
        this.lengthSize = lengthSize;
        this.maxLength = maxLength;
        this.columns = columns;
        this.isKey = isKey;
    }

    /** The bytes written, or the negative code of a reason. */
    int write(CsvReader row, MutableDirectBuffer destination, int offset, int room) {
        boolean isSeveral = columns.length > 1;
        long length = 0;
        for (int i = 0; i < columns.length; i++) {
            int column = columns[i];
            int partLength = row.fieldLength(column);
            if (isKey && partLength > KeyText.MAX_PART_LENGTH) {
                return -RejectReason.KEY_TOO_LONG.code();
            }
            if (!Utf8.isValid(row.fieldBytes(column), row.fieldOffset(column), partLength)) {
                return -RejectReason.NOT_UTF8.code();
            }
            length += (isSeveral ? KeyText.PART_HEADER_LENGTH : 0) + partLength;
        }
        if (length > maxLength || lengthSize + length > room) {
            return -RejectReason.ROW_TOO_LONG.code();
        }
        putLength(destination, offset, (int) length);
        int at = offset + lengthSize;
        for (int i = 0; i < columns.length; i++) {
            int column = columns[i];
            int partLength = row.fieldLength(column);
            if (isSeveral) {
                destination.putShort(at, (short) partLength, ByteOrder.LITTLE_ENDIAN);
                at += KeyText.PART_HEADER_LENGTH;
            }
            destination.putBytes(at, row.fieldBytes(column), row.fieldOffset(column), partLength);
            at += partLength;
        }
        return at - offset;
    }

    private void putLength(MutableDirectBuffer destination, int offset, int length) {
        switch (lengthSize) {
            case 1 -> destination.putByte(offset, (byte) length);
            case 2 -> destination.putShort(offset, (short) length, ByteOrder.LITTLE_ENDIAN);
            default -> destination.putInt(offset, length, ByteOrder.LITTLE_ENDIAN);
        }
    }
}
