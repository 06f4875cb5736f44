package io.penstock.codecs.csv;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes a decimal with a mantissa of 128 bits as text: without exponent, without zeros at the end
 * of the fraction, zero always as {@code 0}.
 *
 * <p>One thread; reusable; allocates nothing.
 */
public final class DecimalPrinter {
    /**
     * The longest text: sign, point, leading zero, and as many digits as scale and mantissa ask.
     */
    public static final int MAX_LENGTH = 320;

    private static final int MAX_SCALE = 255;
    private static final int MAX_DIGITS = 45;
    private static final long LIMB = 0xFFFF_FFFFL;
    private static final long BILLION = 1_000_000_000L;

    /** Digits of the magnitude, least significant first. */
    private final byte[] digits = new byte[MAX_DIGITS];

    private final byte[] text = new byte[MAX_LENGTH];
    private int start = MAX_LENGTH;

    /**
     * Prints {@code (high * 2^64 + low as unsigned) * 10^-scale}; the text stays in {@link
     * #bytes()} until the next call.
     *
     * @param scale 0 to 255
     * @return the length of the text
     */
    public int print(long high, long low, int scale) {
        if (scale < 0 || scale > MAX_SCALE) {
            throw new IllegalArgumentException("scale must be 0 to 255: scale=" + scale);
        }
        boolean isNegative = high < 0;
        int count = isNegative ? magnitude(low == 0 ? -high : ~high, -low) : magnitude(high, low);
        int idle = 0;
        while (idle < count && idle < scale && digits[idle] == '0') {
            idle++;
        }
        int to = text.length;
        int next = idle;
        if (count > 0 && idle < scale) {
            for (int place = idle; place < scale; place++) {
                text[--to] = next < count ? digits[next++] : (byte) '0';
            }
            text[--to] = '.';
        }
        if (next >= count) {
            text[--to] = '0';
        }
        while (next < count) {
            text[--to] = digits[next++];
        }
        if (isNegative) {
            text[--to] = '-';
        }
        start = to;
        return text.length - to;
    }

    /** Prints a mantissa of 64 bits. */
    public int print(long mantissa, int scale) {
        return print(mantissa >> 63, mantissa, scale);
    }

    /** The array that holds the text. */
    public byte[] bytes() {
        return text;
    }

    /** Where in {@link #bytes()} the text starts. */
    public int offset() {
        return start;
    }

    /** Prints to characters: for tools, not for the hot path. */
    public void appendTo(Appendable out, long high, long low, int scale) {
        int length = print(high, low, scale);
        try {
            for (int i = 0; i < length; i++) {
                out.append((char) text[start + i]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fills the digits of an unsigned 128-bit number and counts them: none for zero. */
    private int magnitude(long high, long low) {
        long a = high >>> 32;
        long b = high & LIMB;
        long c = low >>> 32;
        long d = low & LIMB;
        int count = 0;
        while ((a | b | c | d) != 0) {
            // One step of schoolbook division of four limbs of 32 bits by a billion.
            long rest = a % BILLION;
            a /= BILLION;
            rest = rest << 32 | b;
            b = rest / BILLION;
            rest = rest % BILLION << 32 | c;
            c = rest / BILLION;
            rest = rest % BILLION << 32 | d;
            d = rest / BILLION;
            rest %= BILLION;
            for (int i = 0; i < 9; i++) {
                digits[count++] = (byte) ('0' + rest % 10);
                rest /= 10;
            }
        }
        while (count > 0 && digits[count - 1] == '0') {
            count--;
        }
        return count;
    }
}
