package io.penstock.codecs.csv;

import java.util.Arrays;

/**
 * Where the fields of one row are: in the row itself, or, where doubled quotes had to be undone, in
 * an array of its own. Reused from row to row; grows to the widest row seen.
 */
final class FieldList {
    private static final int INITIAL_FIELDS = 32;
    private static final int INITIAL_BYTES = 256;

    /** From the start of the row; the complement of an offset in {@link #unescaped} is negative. */
    private int[] offsets = new int[INITIAL_FIELDS];

    private int[] lengths = new int[INITIAL_FIELDS];
    private int count;
    private byte[] unescaped = new byte[INITIAL_BYTES];
    private int unescapedLength;

    void clear() {
        count = 0;
        unescapedLength = 0;
    }

    /** Adds a field that can be read where it stands. */
    void add(int offset, int length) {
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        offsets[count] = offset;
        lengths[count++] = length;
    }

    /** Adds a field in which every quote is doubled. */
    void addEscaped(byte[] source, int offset, int length) {
        if (unescaped.length - unescapedLength < length) {
            int doubled = 2 * unescaped.length;
            unescaped = Arrays.copyOf(unescaped, Math.max(unescapedLength + length, doubled));
        }
        int to = unescapedLength;
        int from = offset;
        while (from < offset + length) {
            byte b = source[from];
            unescaped[to++] = b;
            from += b == '"' ? 2 : 1;
        }
        add(~unescapedLength, to - unescapedLength);
        unescapedLength = to;
    }

    int count() {
        return count;
    }

    boolean isUnescaped(int index) {
        return offsets[index] < 0;
    }

    /** The array that unescaped fields are in. */
    byte[] unescaped() {
        return unescaped;
    }

    /** In the array of unescaped fields, or from the start of the row. */
    int offset(int index) {
        int offset = offsets[index];
        return offset < 0 ? ~offset : offset;
    }

    int length(int index) {
        return lengths[index];
    }
}
