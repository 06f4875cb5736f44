package io.penstock.engine.rolling;

import io.penstock.engine.window.WideNumber;
import java.math.BigInteger;

/**
 * Natural numbers below 2^256, for what sums of 128 bits do not hold: squares of sums, exact
 * quotients and roots.
 *
 * <p>Mutable, reusable, allocates nothing; not thread-safe. What leaves 256 bits throws {@link
 * ArithmeticException}.
 */
final class Wide256 {
    private static final int POWERS = 19;
    private static final long[] POWERS_OF_TEN = powersOfTen();
    private static final int WORD_BITS = 64;
    private static final int BITS = 4 * WORD_BITS;
    private static final int MAX_ESTIMATE_BITS = 61;
    private static final double TWO_TO_64 = 0x1p64;

    // w0 is the lowest word; all are unsigned
    private long w0;
    private long w1;
    private long w2;
    private long w3;

    static long powerOfTen(int exponent) {
        return POWERS_OF_TEN[exponent];
    }

    /** Whether a number is below zero. */
    static boolean isNegative(WideNumber number) {
        return number.high() < 0;
    }

    /** Sets it to a small number. */
    Wide256 set(long value) {
        return words(value, 0, 0, 0);
    }

    /** Copies another. */
    Wide256 set(Wide256 other) {
        return words(other.w0, other.w1, other.w2, other.w3);
    }

    /** Sets it to a mantissa without its sign. */
    Wide256 setMagnitude(WideNumber number) {
        if (isNegative(number)) {
            long low = -number.low();
            return words(low, ~number.high() + (low == 0 ? 1 : 0), 0, 0);
        }
        return words(number.low(), number.high(), 0, 0);
    }

    /** Sets it to the square of a mantissa. */
    Wide256 setSquare(WideNumber number) {
        setMagnitude(number);
        long a = w0;
        long b = w1;
        // (b * 2^64 + a)^2 = b^2 * 2^128 + 2ab * 2^64 + a^2
        long middleLow = a * b;
        long middleHigh = unsignedHigh(a, b);
        words(a * a, unsignedHigh(a, a), b * b, unsignedHigh(b, b));
        addAtWord1(middleLow, middleHigh);
        addAtWord1(middleLow, middleHigh);
        return this;
    }

    private void addAtWord1(long low, long high) {
        long before = w1;
        w1 += low;
        long carry = Long.compareUnsigned(w1, before) < 0 ? 1 : 0;
        long added = high + carry; // high is at most 2^64 - 2
        before = w2;
        w2 += added;
        if (Long.compareUnsigned(w2, before) < 0) {
            w3++;
        }
    }

    /** Multiplies by a factor that is not negative. */
    Wide256 multiply(long factor) {
        long carry0 = unsignedHigh(w0, factor);
        long carry1 = unsignedHigh(w1, factor);
        long carry2 = unsignedHigh(w2, factor);
        if (unsignedHigh(w3, factor) != 0) {
            throw overflow();
        }
        long n1 = w1 * factor + carry0;
        long c1 = Long.compareUnsigned(n1, carry0) < 0 ? 1 : 0;
        long n2 = w2 * factor + carry1;
        long c2 = Long.compareUnsigned(n2, carry1) < 0 ? 1 : 0;
        n2 += c1;
        c2 += c1 != 0 && n2 == 0 ? 1 : 0;
        long n3 = w3 * factor + carry2;
        long c3 = Long.compareUnsigned(n3, carry2) < 0 ? 1 : 0;
        n3 += c2;
        c3 += c2 != 0 && n3 == 0 ? 1 : 0;
        if (c3 != 0) {
            throw overflow();
        }
        return words(w0 * factor, n1, n2, n3);
    }

    /** Multiplies by a power of ten. */
    Wide256 scaleUp(int digits) {
        for (int left = digits; left > 0; left -= POWERS - 1) {
            multiply(POWERS_OF_TEN[Math.min(left, POWERS - 1)]);
        }
        return this;
    }

    /** Takes away a number that is not larger. */
    Wide256 subtract(Wide256 other) {
        long borrow = Long.compareUnsigned(w0, other.w0) < 0 ? 1 : 0;
        w0 -= other.w0;
        long next = borrowOf(w1, other.w1, borrow);
        w1 = w1 - other.w1 - borrow;
        borrow = next;
        next = borrowOf(w2, other.w2, borrow);
        w2 = w2 - other.w2 - borrow;
        w3 = w3 - other.w3 - next;
        return this;
    }

    private static long borrowOf(long left, long right, long borrow) {
        int order = Long.compareUnsigned(left, right);
        return order < 0 || (order == 0 && borrow != 0) ? 1 : 0;
    }

    /** Compares two numbers. */
    int compareTo(Wide256 other) {
        if (w3 != other.w3) {
            return Long.compareUnsigned(w3, other.w3);
        }
        if (w2 != other.w2) {
            return Long.compareUnsigned(w2, other.w2);
        }
        if (w1 != other.w1) {
            return Long.compareUnsigned(w1, other.w1);
        }
        return Long.compareUnsigned(w0, other.w0);
    }

    boolean isZero() {
        return (w0 | w1 | w2 | w3) == 0;
    }

    /** Whether it is below 2^63. */
    boolean fitsLong() {
        return (w1 | w2 | w3) == 0 && w0 >= 0;
    }

    /** Its low 64 bits. */
    long low() {
        return w0;
    }

    /** Divides; the rest goes to {@code remainder}. Bit by bit but for what fits into 64. */
    Wide256 divide(Wide256 divisor, Wide256 remainder) {
        if (fitsLong() && divisor.fitsLong()) {
            long quotient = w0 / divisor.w0;
            remainder.set(w0 - quotient * divisor.w0);
            return set(quotient);
        }
        int length = bitLength();
        if (divisor.fitsLong()
                && length < 2 * WORD_BITS - 1
                && length - divisor.bitLength() < MAX_ESTIMATE_BITS) {
            return divideByEstimates(divisor.w0, remainder);
        }
        if (divisor.bitLength() >= BITS) {
            throw overflow();
        }
        remainder.set(0);
        for (int bit = bitLength() - 1; bit >= 0; bit--) {
            remainder.shiftLeftOne();
            remainder.w0 |= bit(bit);
            boolean fits = remainder.compareTo(divisor) >= 0;
            if (fits) {
                remainder.subtract(divisor);
            }
            setBit(bit, fits);
        }
        return this;
    }

    /**
     * Divides 127 bits by 63 with a quotient of 61: floating point guesses, integers decide, so the
     * quotient is exact.
     */
    private Wide256 divideByEstimates(long divisor, Wide256 remainder) {
        long low = w0;
        long high = w1;
        long quotient = 0;
        while (high != 0 || low < 0 || low >= divisor) {
            double rest =
                    high == low >> 63
                            ? (double) low
                            : (double) high * TWO_TO_64 + unsignedToDouble(low);
            long part = (long) (rest / divisor);
            if (part == 0) {
                part = high < 0 ? -1 : 1;
            }
            long partLow = part * divisor;
            long partHigh = Math.multiplyHigh(part, divisor);
            high = high - partHigh - (Long.compareUnsigned(low, partLow) < 0 ? 1 : 0);
            low -= partLow;
            quotient += part;
        }
        remainder.set(low);
        return set(quotient);
    }

    private static double unsignedToDouble(long value) {
        return (double) (value >>> 1) * 2 + (value & 1);
    }

    /** Replaces it by the largest number whose square is not larger; two scratch numbers. */
    Wide256 squareRoot(Wide256 rest, Wide256 trial) {
        if (fitsLong()) {
            long root = (long) Math.sqrt((double) w0);
            // correctly rounded, so at most one too large or too small for 63 bits
            while (root * root > w0 || root * root < 0) {
                root--;
            }
            while ((root + 1) * (root + 1) <= w0 && (root + 1) * (root + 1) > 0) {
                root++;
            }
            return set(root);
        }
        rest.set(this);
        set(0);
        // digit by digit in base 4, from the largest power of 4 that is not larger
        for (int bit = (rest.bitLength() - 1) & -2; bit >= 0; bit -= 2) {
            trial.set(this);
            trial.addPowerOfTwo(bit);
            shiftRightOne();
            if (rest.compareTo(trial) >= 0) {
                rest.subtract(trial);
                addPowerOfTwo(bit);
            }
        }
        return this;
    }

    /** Moves it into a number of a sign and scale. */
    void moveTo(WideNumber result, boolean negative, int scale) {
        if ((w2 | w3) != 0 || w1 < 0) {
            throw overflow();
        }
        if (negative) {
            long low = -w0;
            result.set(low, ~w1 + (low == 0 ? 1 : 0), scale);
        } else {
            result.set(w0, w1, scale);
        }
    }

    /** As an integer, for tools. */
    BigInteger toBigInteger() {
        BigInteger value = BigInteger.ZERO;
        for (int bit = BITS - 1; bit >= 0; bit--) {
            value = value.shiftLeft(1).or(BigInteger.valueOf(bit(bit)));
        }
        return value;
    }

    int bitLength() {
        if (w3 != 0) {
            return BITS - Long.numberOfLeadingZeros(w3);
        }
        if (w2 != 0) {
            return 3 * WORD_BITS - Long.numberOfLeadingZeros(w2);
        }
        if (w1 != 0) {
            return 2 * WORD_BITS - Long.numberOfLeadingZeros(w1);
        }
        return WORD_BITS - Long.numberOfLeadingZeros(w0);
    }

    private void shiftLeftOne() {
        w3 = w3 << 1 | w2 >>> 63;
        w2 = w2 << 1 | w1 >>> 63;
        w1 = w1 << 1 | w0 >>> 63;
        w0 <<= 1;
    }

    /** Adds a power of two whose bit is not set. */
    private void addPowerOfTwo(int bit) {
        long one = 1L << bit;
        switch (bit >>> 6) {
            case 0 -> w0 |= one;
            case 1 -> w1 |= one;
            case 2 -> w2 |= one;
            default -> w3 |= one;
        }
    }

    private void shiftRightOne() {
        w0 = w0 >>> 1 | w1 << 63;
        w1 = w1 >>> 1 | w2 << 63;
        w2 = w2 >>> 1 | w3 << 63;
        w3 >>>= 1;
    }

    private long bit(int bit) {
        long word =
                switch (bit >>> 6) {
                    case 0 -> w0;
                    case 1 -> w1;
                    case 2 -> w2;
                    default -> w3;
                };
        return word >>> bit & 1;
    }

    private void setBit(int bit, boolean value) {
        long mask = ~(1L << bit);
        long one = value ? 1L << bit : 0;
        switch (bit >>> 6) {
            case 0 -> w0 = (w0 & mask) | one;
            case 1 -> w1 = (w1 & mask) | one;
            case 2 -> w2 = (w2 & mask) | one;
            default -> w3 = (w3 & mask) | one;
        }
    }

    private Wide256 words(long n0, long n1, long n2, long n3) {
        w0 = n0;
        w1 = n1;
        w2 = n2;
        w3 = n3;
        return this;
    }

    private static long unsignedHigh(long left, long right) {
        return Math.multiplyHigh(left, right) + (left >> 63 & right) + (right >> 63 & left);
    }

    private static ArithmeticException overflow() {
        return new ArithmeticException("a value needs more bits than there are");
    }

    private static long[] powersOfTen() {
        long[] powers = new long[POWERS];
        powers[0] = 1;
        for (int i = 1; i < POWERS; i++) {
            powers[i] = powers[i - 1] * 10;
        }
        return powers;
    }
}
