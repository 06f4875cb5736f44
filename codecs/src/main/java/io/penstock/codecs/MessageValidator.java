package io.penstock.codecs;

import io.penstock.codecs.BlockLayout.DataLayout;
import io.penstock.codecs.BlockLayout.GroupLayout;
import io.penstock.codecs.BlockLayout.UnsignedField;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Checks once, at the boundary, that a message can be decoded without leaving its own bytes.
 *
 * <p>Compiled from the schema's IR. Immutable: any thread may call {@link #validate}, which reads
 * nothing outside the range it is given, never throws for any bytes, and allocates nothing.
 *
 * <p>Versions follow SBE's rules. An older message must have the fields that its version had; later
 * fields, groups and variable data are absent. A newer one must have all that is known here; what
 * its version added at the end of blocks, and after the last known variable field, is skipped.
 * Values of fields are not judged, only lengths and counts.
 */
public final class MessageValidator {
    /** A group whose entries take no bytes could claim any count: more than this is refused. */
    private static final int MAX_EMPTY_ENTRIES = 0xFFFF;

    private final int schemaId;
    private final int schemaVersion;
    private final int[] templateIds;
    private final int[] sinceVersions;
    private final BlockLayout[] layouts;

    /** Arrays have one element a message, the same index meaning the same message. */
    MessageValidator(
            int schemaId,
            int schemaVersion,
            int[] templateIds,
            int[] sinceVersions,
            BlockLayout[] layouts) {
        this.schemaId = schemaId;
        this.schemaVersion = schemaVersion;
        this.templateIds = templateIds;
        this.sinceVersions = sinceVersions;
        this.layouts = layouts;
    }

    /**
     * Checks the message, header included, that fills {@code length} bytes from {@code offset}.
     *
     * @return 0 when it is well-formed, else the number of a {@link ValidationCode}
     */
    public int validate(DirectBuffer buffer, int offset, int length) {
        if (offset < 0 || length < 0 || offset > buffer.capacity() - length) {
            return ValidationCode.OUTSIDE_BUFFER.code();
        }
        if (length < SbeHeader.LENGTH) {
            return ValidationCode.HEADER_TRUNCATED.code();
        }
        if (SbeHeader.schemaId(buffer, offset) != schemaId) {
            return ValidationCode.WRONG_SCHEMA.code();
        }
        int index = indexOf(SbeHeader.templateId(buffer, offset));
        if (index < 0) {
            return ValidationCode.WRONG_TEMPLATE.code();
        }
        int version = SbeHeader.version(buffer, offset);
        if (version < sinceVersions[index]) {
            return ValidationCode.VERSION_TOO_OLD.code();
        }
        BlockLayout layout = layouts[index];
        int blockLength = SbeHeader.blockLength(buffer, offset);
        if (blockLength < layout.minLength(version)) {
            return ValidationCode.BLOCK_TOO_SHORT.code();
        }
        if (blockLength > length - SbeHeader.LENGTH) {
            return ValidationCode.BLOCK_OUTSIDE.code();
        }
        int end = offset + length;
        int position = tail(buffer, offset + SbeHeader.LENGTH + blockLength, end, version, layout);
        if (position < 0) {
            return -position;
        }
        if (position < end && version <= schemaVersion) {
            return ValidationCode.TRAILING_BYTES.code();
        }
        return 0;
    }

    private int indexOf(int templateId) {
        for (int i = 0; i < templateIds.length; i++) {
            if (templateIds[i] == templateId) {
                return i;
            }
        }
        return -1;
    }

    /** Groups and data after a block: the offset behind them, or a negative code. */
    private static int tail(
            DirectBuffer buffer, int offset, int end, int version, BlockLayout layout) {
        int position = offset;
        GroupLayout[] groups = layout.groups;
        for (int i = 0; i < groups.length && position >= 0; i++) {
            if (groups[i].sinceVersion() <= version) {
                position = group(buffer, position, end, version, groups[i]);
            }
        }
        DataLayout[] data = layout.data;
        for (int i = 0; i < data.length && position >= 0; i++) {
            if (data[i].sinceVersion() <= version) {
                position = data(buffer, position, end, data[i]);
            }
        }
        return position;
    }

    private static int group(
            DirectBuffer buffer, int offset, int end, int version, GroupLayout group) {
        if (group.dimensionLength() > end - offset) {
            return -ValidationCode.GROUP_HEADER_OUTSIDE.code();
        }
        long blockLength = unsigned(buffer, offset, group.blockLength());
        long count = unsigned(buffer, offset, group.count());
        if (count < group.minCount() || count > group.maxCount()) {
            return -ValidationCode.GROUP_COUNT_OUT_OF_RANGE.code();
        }
        if (blockLength > Integer.MAX_VALUE) {
            // Decoders keep it in an int, even when there is no entry.
            return -ValidationCode.GROUP_OUTSIDE.code();
        }
        int position = offset + group.dimensionLength();
        if (count == 0) {
            return position;
        }
        BlockLayout entry = group.entry();
        if (blockLength < entry.minLength(version)) {
            return -ValidationCode.GROUP_BLOCK_TOO_SHORT.code();
        }
        // Both factors fit in 31 bits once the block fits, so the product cannot overflow.
        if (blockLength > end - position || blockLength * count > end - position) {
            return -ValidationCode.GROUP_OUTSIDE.code();
        }
        for (long i = 0; i < count; i++) {
            if (blockLength > end - position) {
                return -ValidationCode.GROUP_OUTSIDE.code();
            }
            int start = position;
            position = tail(buffer, position + (int) blockLength, end, version, entry);
            if (position < 0) {
                return position;
            }
            if (position == start && count > MAX_EMPTY_ENTRIES) {
                return -ValidationCode.GROUP_COUNT_OUT_OF_RANGE.code();
            }
        }
        return position;
    }

    private static int data(DirectBuffer buffer, int offset, int end, DataLayout data) {
        if (data.headerLength() > end - offset) {
            return -ValidationCode.DATA_HEADER_OUTSIDE.code();
        }
        long length = unsigned(buffer, offset, data.length());
        int position = offset + data.headerLength();
        if (length > data.maxLength()) {
            return -ValidationCode.DATA_TOO_LONG.code();
        }
        if (length > end - position) {
            return -ValidationCode.DATA_OUTSIDE.code();
        }
        return position + (int) length;
    }

    static long unsigned(DirectBuffer buffer, int offset, UnsignedField field) {
        int at = offset + field.offset();
        return switch (field.size()) {
            case 1 -> buffer.getByte(at) & 0xFF;
            case 2 -> buffer.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            default -> buffer.getInt(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF_FFFFL;
        };
    }
}
