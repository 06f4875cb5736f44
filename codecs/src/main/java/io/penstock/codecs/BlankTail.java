package io.penstock.codecs;

import io.penstock.codecs.BlockLayout.DataLayout;
import io.penstock.codecs.BlockLayout.GroupLayout;
import io.penstock.codecs.BlockLayout.UnsignedField;
import java.nio.ByteOrder;
import org.agrona.MutableDirectBuffer;

/**
 * Ends a message that an encoder has left before its last group or variable data: what was not
 * written becomes a group of no entries, or data of no bytes.
 *
 * <p>Encoders write these one behind the other, so whatever is missing is missing at the end.
 */
final class BlankTail {
    private BlankTail() {}

    /**
     * Writes what is missing.
     *
     * @param offset where the block of a message, or of an entry, ends
     * @param end where the encoder stopped
     * @return where the message, or the entry, ends
     */
    static int write(MutableDirectBuffer buffer, int offset, int end, BlockLayout layout) {
        int at = offset;
        for (int i = 0; i < layout.groups.length; i++) {
            at = group(buffer, at, end, layout.groups[i]);
        }
        for (int i = 0; i < layout.data.length; i++) {
            at = data(buffer, at, end, layout.data[i]);
        }
        return at;
    }

    private static int group(MutableDirectBuffer buffer, int offset, int end, GroupLayout group) {
        if (offset >= end) {
            buffer.setMemory(offset, group.dimensionLength(), (byte) 0);
            put(buffer, offset, group.blockLength(), group.entry().declaredLength);
            return offset + group.dimensionLength();
        }
        long blockLength = MessageValidator.unsigned(buffer, offset, group.blockLength());
        long count = MessageValidator.unsigned(buffer, offset, group.count());
        BlockLayout entry = group.entry();
        int at = offset + group.dimensionLength();
        if (entry.groups.length == 0 && entry.data.length == 0) {
            return within(at + blockLength * count, end);
        }
        for (long i = 0; i < count; i++) {
            at = write(buffer, within(at + blockLength, Math.max(at, end)), end, entry);
        }
        return at;
    }

    private static int data(MutableDirectBuffer buffer, int offset, int end, DataLayout data) {
        if (offset >= end) {
            buffer.setMemory(offset, data.headerLength(), (byte) 0);
            return offset + data.headerLength();
        }
        long length = MessageValidator.unsigned(buffer, offset, data.length());
        return within(offset + data.headerLength() + length, end);
    }

    private static int within(long at, int end) {
        if (at > end) {
            throw new IllegalStateException(
                    "groups and texts of a message must be set in the order of its schema, each of"
                            + " them once");
        }
        return (int) at;
    }

    private static void put(
            MutableDirectBuffer buffer, int offset, UnsignedField field, int value) {
        int at = offset + field.offset();
        switch (field.size()) {
            case 1 -> buffer.putByte(at, (byte) value);
            case 2 -> buffer.putShort(at, (short) value, ByteOrder.LITTLE_ENDIAN);
            default -> buffer.putInt(at, value, ByteOrder.LITTLE_ENDIAN);
        }
    }
}
