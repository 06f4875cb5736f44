package io.penstock.codecs.csv;

/**
 * Reads an exact decimal from bytes: an optional sign, digits with an optional point among, before
 * or behind them, at least one digit, no exponent.
 *
 * <p>At most 18 significant digits, and at most 18 digits after the point. Zeros that do not change
 * the value (in front, and at the end of the fraction) do not count: {@code 1.50} is 15 with scale
 * 1, {@code -0.0} is 0 with scale 0.
 *
 * <p>One thread; reusable; allocates nothing. The results belong to the last {@link #parse} that
 * returned {@link RejectReason#NONE}.
 */
public final class DecimalParser {
    /** The most significant digits that are kept. */
    public static final int MAX_DIGITS = 18;

    private long mantissa;
    private int scale;

    /** Reads the bytes of a field: {@link RejectReason#NONE}, or the code of a reason. */
    public int parse(byte[] bytes, int offset, int length) {
        if (length == 0) {
            return RejectReason.EMPTY_VALUE.code();
        }
        int end = offset + length;
        byte first = bytes[offset];
        boolean isNegative = first == '-';
        int start = isNegative || first == '+' ? offset + 1 : offset;
        int point = -1;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '.' && point < 0) {
                point = i;
            } else if (b < '0' || b > '9') {
                return RejectReason.BAD_NUMBER.code();
            }
        }
        int digits = end - start - (point < 0 ? 0 : 1);
        if (digits == 0) {
            return RejectReason.BAD_NUMBER.code();
        }
        int last = end;
        if (point >= 0) {
            while (last > point + 1 && bytes[last - 1] == '0') {
                last--;
            }
        }
        return read(bytes, start, point, last, isNegative);
    }

    /** Adds up digits that are known to be well-formed, the idle zeros at the end cut off. */
    private int read(byte[] bytes, int start, int point, int last, boolean isNegative) {
        long sum = 0;
        int significant = 0;
        for (int i = start; i < last; i++) {
            if (i == point) {
                continue;
            }
            if (significant > 0 || bytes[i] != '0') {
                if (++significant > MAX_DIGITS) {
                    return RejectReason.TOO_MANY_DIGITS.code();
                }
            }
            sum = sum * 10 + (bytes[i] - '0');
        }
        int fraction = point < 0 ? 0 : last - point - 1;
        if (fraction > MAX_DIGITS) {
            return RejectReason.TOO_MANY_DIGITS.code();
        }
        mantissa = isNegative ? -sum : sum;
        scale = fraction;
        return RejectReason.NONE;
    }

    /** All digits as one integer. */
    public long mantissa() {
        return mantissa;
    }

    /** How many of the mantissa's digits stand after the point: 0 to 18, as few as possible. */
    public int scale() {
        return scale;
    }
}
