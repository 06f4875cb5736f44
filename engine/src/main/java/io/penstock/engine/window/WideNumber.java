package io.penstock.engine.window;

import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * A decimal with a 128-bit mantissa: {@code (high * 2^64 + low) / 10^scale}, exact or refused.
 *
 * <p>Mutable, reusable, allocates nothing; not thread-safe. Arithmetic that leaves 128 bits throws
 * {@link ArithmeticException}; the number is then undefined and its owner's step is rolled back.
 */
public final class WideNumber {
    private static final int LONG_POWERS = 19;
    private static final long[] POWERS = powers();

    private long low;
    private long high;
    private int scale;

    /** Creates zero. */
    public WideNumber() {}

    /** Low 64 bits of the mantissa. */
    public long low() {
        return low;
    }

    /** High 64 bits of the mantissa, signed. */
    public long high() {
        return high;
    }

    /** Digits after the point. */
    public int scale() {
        return scale;
    }

    /** Whether the mantissa fits into 64 bits. */
    public boolean fitsLong() {
        return high == low >> 63;
    }

    /** Sets the number to {@code mantissa / 10^scale}. */
    public WideNumber set(long mantissa, int scale) {
        return set(mantissa, mantissa >> 63, scale);
    }

    /** Sets all parts. */
    public WideNumber set(long low, long high, int scale) {
        this.low = low;
        this.high = high;
        this.scale = scale;
        return this;
    }

    /** Sets the number to the exact product of two 64-bit decimals. */
    public WideNumber setProduct(long left, int leftScale, long right, int rightScale) {
        return set(left * right, Math.multiplyHigh(left, right), leftScale + rightScale);
    }

    /** Adds another number; the result has the larger of the two scales, as has {@code other}. */
    public WideNumber add(WideNumber other) {
        align(other);
        long sumLow = low + other.low;
        long carry = Long.compareUnsigned(sumLow, low) < 0 ? 1 : 0;
        long sumHigh = high + other.high + carry;
        if (((high ^ sumHigh) & (other.high ^ sumHigh)) < 0) {
            throw overflow();
        }
        low = sumLow;
        high = sumHigh;
        return this;
    }

    /** Subtracts another number; the result has the larger of the two scales, as has it. */
    public WideNumber subtract(WideNumber other) {
        align(other);
        long newHigh = high - other.high - (Long.compareUnsigned(low, other.low) < 0 ? 1 : 0);
        if (((high ^ other.high) & (high ^ newHigh)) < 0) {
            throw overflow();
        }
        low -= other.low;
        high = newHigh;
        return this;
    }

    /** Multiplies by a factor that is not negative. */
    public WideNumber multiply(long factor) {
        if (factor < 0) {
            throw new IllegalArgumentException("factor must not be negative: " + factor);
        }
        multiplyMantissa(factor);
        return this;
    }

    /** Compares two numbers of the same scale. */
    public int compareWith(WideNumber other) {
        if (scale != other.scale) {
            throw new IllegalArgumentException(
                    "numbers to compare must have one scale: " + scale + " and " + other.scale);
        }
        return high != other.high
                ? Long.compare(high, other.high)
                : Long.compareUnsigned(low, other.low);
    }

    /** Compares the values of two 64-bit decimals exactly. */
    public static int compare(long left, int leftScale, long right, int rightScale) {
        if (leftScale == rightScale) {
            return Long.compare(left, right);
        }
        int signs = Integer.compare(Long.signum(left), Long.signum(right));
        if (signs != 0 || left == 0) {
            return signs;
        }
        if (leftScale > rightScale) {
            return -compare(right, rightScale, left, leftScale);
        }
        int shift = rightScale - leftScale;
        if (shift >= LONG_POWERS) {
            return Long.signum(left);
        }
        long scaledHigh = Math.multiplyHigh(left, POWERS[shift]);
        long scaledLow = left * POWERS[shift];
        long rightHigh = right >> 63;
        return scaledHigh != rightHigh
                ? Long.compare(scaledHigh, rightHigh)
                : Long.compareUnsigned(scaledLow, right);
    }

    /** Compares the values of two numbers of any scales, exactly; neither is changed. */
    public int compareValue(WideNumber other) {
        if (scale == other.scale) {
            return compareWith(other);
        }
        int sign = signum();
        int signs = Integer.compare(sign, other.signum());
        if (signs != 0 || sign == 0) {
            return signs;
        }
        if (fitsLong() && other.fitsLong()) {
            return compare(low, scale, other.low, other.scale);
        }
        return scale < other.scale
                ? compareScaled(this, other, sign)
                : -compareScaled(other, this, sign);
    }

    /** Compares with a number of more digits after the point and of the same sign. */
    private static int compareScaled(WideNumber coarse, WideNumber fine, int sign) {
        long coarseLow = coarse.low;
        long coarseHigh = coarse.high;
        int coarseScale = coarse.scale;
        try {
            while (coarse.scale < fine.scale) {
                int step = Math.min(fine.scale - coarse.scale, LONG_POWERS - 1);
                if (!coarse.tryMultiplyMantissa(POWERS[step])) {
                    return sign; // beyond 128 bits, and so beyond the other
                }
                coarse.scale += step;
            }
            return coarse.compareWith(fine);
        } finally {
            coarse.set(coarseLow, coarseHigh, coarseScale);
        }
    }

    /** -1, 0 or 1. */
    public int signum() {
        return high < 0 ? -1 : (high | low) == 0 ? 0 : 1;
    }

    /** Sets the number to another. */
    public WideNumber set(WideNumber other) {
        return set(other.low, other.high, other.scale);
    }

    /** Divides by a positive count and rounds half to even at {@code resultScale} digits. */
    public WideNumber divide(long count, int resultScale) {
        if (count <= 0) {
            throw new IllegalArgumentException("count must be positive: " + count);
        }
        if (resultScale < scale) {
            throw new IllegalArgumentException(
                    "the average's scale must not be below the values': scale="
                            + resultScale
                            + ", values have "
                            + scale);
        }
        rescale(resultScale);
        boolean negative = high < 0;
        if (negative) {
            negate();
        }
        long remainder = 0;
        long quotientHigh = 0;
        long quotientLow = 0;
        for (int bit = 127; bit >= 0; bit--) {
            long next = bit >= 64 ? high >>> (bit - 64) & 1 : low >>> bit & 1;
            remainder = remainder << 1 | next;
            if (Long.compareUnsigned(remainder, count) >= 0) {
                remainder -= count;
                if (bit >= 64) {
                    quotientHigh |= 1L << (bit - 64);
                } else {
                    quotientLow |= 1L << bit;
                }
            }
        }
        low = quotientLow;
        high = quotientHigh;
        int half = Long.compareUnsigned(remainder << 1, count);
        if (half > 0 || (half == 0 && (low & 1) == 1)) {
            low++;
            if (low == 0) {
                high++;
            }
        }
        if (negative) {
            negate();
        }
        return this;
    }

    private void align(WideNumber other) {
        if (scale < other.scale) {
            rescale(other.scale);
        } else if (other.scale < scale) {
            other.rescale(scale);
        }
    }

    void negate() {
        low = -low;
        high = ~high + (low == 0 ? 1 : 0);
    }

    /** Gives the number more digits after the point. */
    WideNumber rescaleTo(int newScale) {
        rescale(newScale);
        return this;
    }

    private void rescale(int newScale) {
        while (scale < newScale) {
            int step = Math.min(newScale - scale, LONG_POWERS - 1);
            multiplyMantissa(POWERS[step]);
            scale += step;
        }
    }

    private void multiplyMantissa(long factor) {
        if (!tryMultiplyMantissa(factor)) {
            throw overflow();
        }
    }

    private boolean tryMultiplyMantissa(long factor) {
        if (fitsLong()) {
            // low is replaced last: the high word is made of the old one
            high = Math.multiplyHigh(low, factor);
            low = low * factor;
            return true;
        }
        // high * factor in 128 bits, plus the high word of low * factor, both unsigned words
        long upper = high * factor;
        long lowerHigh = Math.multiplyHigh(low, factor) + (low < 0 ? factor : 0);
        long newHigh = upper + lowerHigh;
        long carry = Long.compareUnsigned(newHigh, upper) < 0 ? 1 : 0;
        long beyond = Math.multiplyHigh(high, factor) + carry;
        if (beyond != newHigh >> 63) {
            return false;
        }
        high = newHigh;
        low = low * factor;
        return true;
    }

    private static ArithmeticException overflow() {
        return new ArithmeticException("a sum needs more than 128 bits");
    }

    private static long[] powers() {
        long[] powers = new long[LONG_POWERS];
        powers[0] = 1;
        for (int i = 1; i < LONG_POWERS; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }

    /** As a decimal, for tools. */
    public BigDecimal toBigDecimal() {
        BigInteger unsignedLow =
                BigInteger.valueOf(low >>> 1).shiftLeft(1).or(BigInteger.valueOf(low & 1));
        return new BigDecimal(
                BigInteger.valueOf(high).shiftLeft(Long.SIZE).add(unsignedLow), scale);
    }
}
