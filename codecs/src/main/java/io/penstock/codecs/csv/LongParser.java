package io.penstock.codecs.csv;

/**
 * Reads a decimal integer of 64 bits from bytes: an optional sign, then digits, nothing else.
 *
 * <p>One thread; reusable; allocates nothing. {@link #value()} belongs to the last {@link #parse}
 * that returned {@link RejectReason#NONE}.
 */
public final class LongParser {
    private static final long MIN_TENTH = Long.MIN_VALUE / 10;

    private long value;

    /** Reads the bytes of a field: {@link RejectReason#NONE}, or the code of a reason. */
    public int parse(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return RejectReason.EMPTY_VALUE.code();
        }
        int end = offset + length;
        byte first = bytes[offset];
        boolean isNegative = first == '-';
        int i = isNegative || first == '+' ? offset + 1 : offset;
        if (i == end) {
            return RejectReason.BAD_NUMBER.code();
        }
        // The sum is kept negative, because the smallest long has no positive counterpart.
        long sum = 0;
        boolean isOutOfRange = false;
        for (; i < end; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return RejectReason.BAD_NUMBER.code();
            }
            if (sum < MIN_TENTH || (sum == MIN_TENTH && digit > 8)) {
                isOutOfRange = true;
            }
            sum = isOutOfRange ? sum : sum * 10 - digit;
        }
        if (isOutOfRange || (!isNegative && sum == Long.MIN_VALUE)) {
            return RejectReason.NUMBER_OUT_OF_RANGE.code();
        }
        value = isNegative ? sum : -sum;
        return RejectReason.NONE;
    }

    /** The number that was read last. */
    public long value() {
        return value;
    }
}
