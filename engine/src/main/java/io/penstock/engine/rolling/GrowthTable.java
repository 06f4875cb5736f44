package io.penstock.engine.rolling;

import java.math.BigInteger;

/**
 * Powers of two between 1 and 2 in integers: {@code 2^(rest / period)}, the same on every machine.
 *
 * <p>The exponent is cut to {@value #DIGITS} digits of base 256; each has a table of powers, made
 * once in integers of 256 bits and rounded to 62. What comes out has {@value #FRACTION_BITS} bits
 * behind the point and is wrong by less than 2^-39 of itself: less than ln(2) * 2^-40 for the cut
 * exponent, 2^-41 for the last rounding, 5 * 2^-62 for the tables.
 *
 * <p>Any thread; no state.
 */
final class GrowthTable {
    /** Bits behind the point. */
    static final int FRACTION_BITS = 40;

    private static final int DIGITS = 5;
    private static final int DIGIT_BITS = 8;
    private static final int DIGIT_COUNT = 1 << DIGIT_BITS;
    private static final int TABLE_BITS = 62;
    private static final int EXACT_BITS = 256;
    private static final int MAX_PERIOD_BITS = 63 - DIGIT_BITS;
    private static final long[] POWERS = powers();

    private GrowthTable() {}

    /** {@code 2^(rest / period)} for {@code 0 <= rest < period}. */
    static long power(long rest, long period) {
        int excess = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(period) - MAX_PERIOD_BITS);
        long left = rest >>> excess;
        long whole = period >>> excess;
        long product = 1L << TABLE_BITS;
        for (int digit = 0; digit < DIGITS && left != 0; digit++) {
            long scaled = left << DIGIT_BITS;
            int value = (int) Math.min(scaled / whole, DIGIT_COUNT - 1);
            left = scaled - value * whole;
            long factor = POWERS[digit * DIGIT_COUNT + value];
            product =
                    Math.multiplyHigh(product, factor) << (Long.SIZE - TABLE_BITS)
                            | (product * factor) >>> TABLE_BITS;
        }
        int cut = TABLE_BITS - FRACTION_BITS;
        return (product + (1L << (cut - 1))) >>> cut;
    }

    private static long[] powers() {
        long[] powers = new long[DIGITS * DIGIT_COUNT];
        BigInteger half = BigInteger.ONE.shiftLeft(EXACT_BITS - TABLE_BITS - 1);
        BigInteger root = BigInteger.TWO.shiftLeft(EXACT_BITS);
        for (int digit = 0; digit < DIGITS; digit++) {
            for (int i = 0; i < DIGIT_BITS; i++) {
                root = root.shiftLeft(EXACT_BITS).sqrt();
            }
            BigInteger power = BigInteger.ONE.shiftLeft(EXACT_BITS);
            for (int value = 0; value < DIGIT_COUNT; value++) {
                powers[digit * DIGIT_COUNT + value] =
                        power.add(half).shiftRight(EXACT_BITS - TABLE_BITS).longValueExact();
                power = power.multiply(root).shiftRight(EXACT_BITS);
            }
        }
        return powers;
    }
}
