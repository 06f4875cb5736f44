package io.penstock.codecs.csv;

import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * The layout of a key: the bytes of its column, or, for several columns, each part after its
 * length.
 *
 * <pre>
 *   one column:       | UTF-8 bytes |
 *   several columns:  | length u16, little-endian | UTF-8 bytes | length | UTF-8 bytes | ...
 * </pre>
 *
 * <p>Splits a stored key into its parts, for printing. One thread; reusable; allocates nothing but
 * text.
 */
public final class KeyText {
    /** The most bytes that one column of a key may have. */
    public static final int MAX_PART_LENGTH = 1024;

    /** Bytes in front of each part of a key of several columns. */
    public static final int PART_HEADER_LENGTH = 2;

    private final int[] offsets;
    private final int[] lengths;
    private DirectBuffer buffer;

    /** Splits keys of so many columns. */
    public KeyText(int columnCount) {
        if (columnCount < 1) {
            throw new IllegalArgumentException("a key has columns: columnCount=" + columnCount);
        }
        offsets = new int[columnCount];
        lengths = new int[columnCount];
    }

    /** How many parts a key has. */
    public int columnCount() {
        return offsets.length;
    }

    /** Finds the parts of a key; false if its bytes are no key of so many columns. */
    public boolean wrap(DirectBuffer source, int offset, int length) {
        buffer = source;
        if (offsets.length == 1) {
            offsets[0] = offset;
            lengths[0] = length;
            return true;
        }
        int end = offset + length;
        int at = offset;
        for (int i = 0; i < offsets.length; i++) {
            if (end - at < PART_HEADER_LENGTH) {
                return false;
            }
            int partLength = source.getShort(at, ByteOrder.LITTLE_ENDIAN) & 0xFFFF;
            at += PART_HEADER_LENGTH;
            if (partLength > end - at) {
                return false;
            }
            offsets[i] = at;
            lengths[i] = partLength;
            at += partLength;
        }
        return at == end;
    }

    /** The buffer that holds the parts. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Where a part starts. */
    public int partOffset(int index) {
        return offsets[index];
    }

    /** Bytes of a part. */
    public int partLength(int index) {
        return lengths[index];
    }

    /** A part as text: for messages and tests. */
    public String partText(int index) {
        byte[] bytes = new byte[lengths[index]];
        buffer.getBytes(offsets[index], bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
