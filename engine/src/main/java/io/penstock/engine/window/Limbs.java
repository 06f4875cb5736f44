package io.penstock.engine.window;

import io.penstock.engine.operator.HotPath;
import java.util.Arrays;

/**
 * A natural number of up to {@value #CAPACITY} limbs of 32 bits, for quotients and roots that need
 * more than 128 bits on the way; mutable, allocates nothing.
 *
 * <p>Division is Knuth's algorithm D (The Art of Computer Programming, volume 2, 4.3.1).
 */
@HotPath
final class Limbs {
    private static final int CAPACITY = 48;
    private static final long MASK = 0xFFFF_FFFFL;

    private final int[] limbs = new int[CAPACITY];
    private int length;

    boolean isZero() {
        return length == 0;
    }

    boolean isOdd() {
        return length > 0 && (limbs[0] & 1) != 0;
    }

    Limbs set(long value) {
        limbs[0] = (int) value;
        limbs[1] = (int) (value >>> 32);
        return trim(2);
    }

    /** Sets the number to the magnitude of a 128-bit number. */
    Limbs setMagnitude(long low, long high) {
        long l = low;
        long h = high;
        if (h < 0) {
            l = -l;
            h = ~h + (l == 0 ? 1 : 0);
        }
        limbs[0] = (int) l;
        limbs[1] = (int) (l >>> 32);
        limbs[2] = (int) h;
        limbs[3] = (int) (h >>> 32);
        return trim(4);
    }

    Limbs set(Limbs other) {
        System.arraycopy(other.limbs, 0, limbs, 0, other.length);
        length = other.length;
        return this;
    }

    /** Low 64 bits. */
    long low() {
        return limb(0) | limb(1) << 32;
    }

    /** Bits 64 to 127. */
    long high() {
        return limb(2) | limb(3) << 32;
    }

    /** Whether the number is below 2^127. */
    boolean fits127Bits() {
        return length < 4 || (length == 4 && limbs[3] >= 0);
    }

    int compareTo(Limbs other) {
        if (length != other.length) {
            return Integer.compare(length, other.length);
        }
        for (int i = length - 1; i >= 0; i--) {
            if (limbs[i] != other.limbs[i]) {
                return Integer.compareUnsigned(limbs[i], other.limbs[i]);
            }
        }
        return 0;
    }

    /** Sets the number to a product; it is neither factor. */
    Limbs setProduct(Limbs left, Limbs right) {
        int all = left.length + right.length;
        require(all);
        Arrays.fill(limbs, 0, all, 0);
        for (int i = 0; i < left.length; i++) {
            long factor = left.limb(i);
            long carry = 0;
            for (int j = 0; j < right.length; j++) {
                long sum = factor * right.limb(j) + limb0(i + j) + carry;
                limbs[i + j] = (int) sum;
                carry = sum >>> 32;
            }
            limbs[i + right.length] = (int) carry;
        }
        return trim(all);
    }

    Limbs multiply(int factor) {
        require(length + 1);
        long carry = 0;
        for (int i = 0; i < length; i++) {
            long product = (limbs[i] & MASK) * (factor & MASK) + carry;
            limbs[i] = (int) product;
            carry = product >>> 32;
        }
        limbs[length] = (int) carry;
        return trim(length + 1);
    }

    Limbs multiplyByPowerOfTen(int exponent) {
        int left = exponent;
        for (; left >= 9; left -= 9) {
            multiply(1_000_000_000);
        }
        int factor = 1;
        for (; left > 0; left--) {
            factor *= 10;
        }
        return multiply(factor);
    }

    Limbs add(int value) {
        long carry = value & MASK;
        for (int i = 0; carry != 0; i++) {
            if (i == length) {
                require(length + 1);
                limbs[length++] = 0;
            }
            long sum = (limbs[i] & MASK) + carry;
            limbs[i] = (int) sum;
            carry = sum >>> 32;
        }
        return this;
    }

    /** Subtracts a number that is not larger. */
    Limbs subtract(Limbs other) {
        long borrow = 0;
        for (int i = 0; i < length; i++) {
            long difference = (limbs[i] & MASK) - (i < other.length ? other.limb(i) : 0) - borrow;
            limbs[i] = (int) difference;
            borrow = difference >>> 63;
        }
        if (borrow != 0) {
            throw new IllegalStateException("a natural number would be negative");
        }
        return trim(length);
    }

    private Limbs shiftLeft(int bits) {
        require(length + 1);
        limbs[length] = 0;
        if (bits > 0) {
            for (int i = length; i > 0; i--) {
                limbs[i] = limbs[i] << bits | limbs[i - 1] >>> (32 - bits);
            }
            limbs[0] <<= bits;
        }
        return trim(length + 1);
    }

    private Limbs shiftRight(int bits) {
        if (bits > 0) {
            for (int i = 0; i < length; i++) {
                int above = i + 1 < length ? limbs[i + 1] : 0;
                limbs[i] = limbs[i] >>> bits | above << (32 - bits);
            }
        }
        return trim(length);
    }

    /** Divides by a number that is not zero; this becomes the remainder. */
    void divide(Limbs divisor, Limbs quotient) {
        if (compareTo(divisor) < 0) {
            quotient.length = 0;
            return;
        }
        if (divisor.length == 1) {
            divideBySmall(divisor.limb(0), quotient);
            return;
        }
        int bits = Integer.numberOfLeadingZeros(divisor.limbs[divisor.length - 1]);
        divisor.shiftLeft(bits);
        shiftLeft(bits);
        int n = divisor.length;
        require(length + 1);
        limbs[length] = 0;
        int m = length - n;
        for (int j = m; j >= 0; j--) {
            quotient.limbs[j] = (int) divideStep(divisor, j, n);
        }
        quotient.trim(m + 1);
        trim(n);
        shiftRight(bits);
        divisor.shiftRight(bits);
    }

    private long divideStep(Limbs divisor, int j, int n) {
        long top = divisor.limb(n - 1);
        long next = divisor.limb(n - 2);
        long two = limb0(j + n) << 32 | limb0(j + n - 1);
        long digit = Long.divideUnsigned(two, top);
        long rest = Long.remainderUnsigned(two, top);
        while (digit > MASK
                || Long.compareUnsigned(digit * next, rest << 32 | limb0(j + n - 2)) > 0) {
            digit--;
            rest += top;
            if (rest > MASK) {
                break;
            }
        }
        long borrow = 0;
        long carry = 0;
        for (int i = 0; i < n; i++) {
            long product = digit * divisor.limb(i) + carry;
            carry = product >>> 32;
            long difference = limb0(i + j) - (product & MASK) - borrow;
            limbs[i + j] = (int) difference;
            borrow = difference >>> 63;
        }
        long difference = limb0(j + n) - carry - borrow;
        limbs[j + n] = (int) difference;
        if (difference < 0) {
            digit--;
            long sum = 0;
            for (int i = 0; i < n; i++) {
                sum += limb0(i + j) + divisor.limb(i);
                limbs[i + j] = (int) sum;
                sum >>>= 32;
            }
            limbs[j + n] += (int) sum;
        }
        return digit;
    }

    private void divideBySmall(long divisor, Limbs quotient) {
        long remainder = 0;
        for (int i = length - 1; i >= 0; i--) {
            long part = remainder << 32 | limb(i);
            quotient.limbs[i] = (int) Long.divideUnsigned(part, divisor);
            remainder = Long.remainderUnsigned(part, divisor);
        }
        quotient.trim(length);
        set(remainder);
    }

    /** Sets the number to the square root of another, rounded down; both are changed. */
    Limbs setRoot(Limbs square, Limbs trial) {
        // digit by digit in base two: trial = (2 root + 1) at each bit, the rest stays in square
        int bits = square.bitLength();
        int shift = (bits + 1) / 2 - 1;
        length = 0;
        for (int bit = Math.max(shift, 0); bit >= 0; bit--) {
            // (root + 2^bit)^2 - root^2 = (2 root + 2^bit) 2^bit
            trial.set(this).shiftLeft(1).addBit(bit);
            trial.shiftLeftBy(bit);
            if (trial.compareTo(square) <= 0) {
                square.subtract(trial);
                addBit(bit);
            }
        }
        return this;
    }

    int bitLength() {
        return length == 0 ? 0 : 32 * length - Integer.numberOfLeadingZeros(limbs[length - 1]);
    }

    /** Sets a bit that is not set. */
    private void addBit(int bit) {
        int limb = bit >>> 5;
        require(limb + 1);
        while (length <= limb) {
            limbs[length++] = 0;
        }
        limbs[limb] |= 1 << (bit & 31);
    }

    private void shiftLeftBy(int bits) {
        int whole = bits >>> 5;
        if (whole > 0 && length > 0) {
            require(length + whole + 1);
            System.arraycopy(limbs, 0, limbs, whole, length);
            Arrays.fill(limbs, 0, whole, 0);
            length += whole;
        }
        shiftLeft(bits & 31);
    }

    private long limb(int index) {
        return index < length ? limbs[index] & MASK : 0;
    }

    /** A limb that may stand above the length, while the number is being made. */
    private long limb0(int index) {
        return limbs[index] & MASK;
    }

    private Limbs trim(int from) {
        int trimmed = from;
        while (trimmed > 0 && limbs[trimmed - 1] == 0) {
            trimmed--;
        }
        length = trimmed;
        return this;
    }

    private static void require(int needed) {
        if (needed > CAPACITY) {
            throw new ArithmeticException("a quotient needs more than " + 32 * CAPACITY + " bits");
        }
    }
}
