package io.penstock.engine.operator;

import io.penstock.engine.state.StateVisitor;
import java.math.BigInteger;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Count, sum, least and largest of the numbers added per key, for handlers: all calls concern the
 * current key.
 *
 * <p>The sum has 128 bits and is exact. A key that was given nothing has count and sum 0; it has no
 * minimum, maximum or average, and asking for one fails the step.
 */
public final class AggregateState {
    // Block
    //   0       8         16         24    32    40
    //   +-------+---------+----------+-----+-----+
    //   | count | sum low | sum high | min | max |
    //   +-------+---------+----------+-----+-----+
    static final int LENGTH_BYTES = 40;

    private static final int COUNT = 0;
    private static final int SUM_LOW = 8;
    private static final int SUM_HIGH = 16;
    private static final int MIN = 24;
    private static final int MAX = 32;

    private final ValueState block;

    AggregateState(ValueState block) {
        this.block = block.shownAs(AggregateState::show);
    }

    private static void show(UnsafeBuffer block, StateVisitor visitor) {
        visitor.number("count", block.getLong(COUNT));
        visitor.text("sum", sum(block.getLong(SUM_HIGH), block.getLong(SUM_LOW)));
        visitor.number("min", block.getLong(MIN));
        visitor.number("max", block.getLong(MAX));
    }

    private static String sum(long high, long low) {
        BigInteger unsignedLow = new BigInteger(Long.toUnsignedString(low));
        return BigInteger.valueOf(high).shiftLeft(Long.SIZE).add(unsignedLow).toString();
    }

    /** Adds a number. */
    public void add(long number) {
        UnsafeBuffer b = block.update();
        long count = b.getLong(COUNT);
        long low = b.getLong(SUM_LOW);
        long sum = low + number;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        b.putLong(SUM_LOW, sum);
        b.putLong(SUM_HIGH, b.getLong(SUM_HIGH) + (number >> 63) + carry);
        b.putLong(MIN, count == 0 ? number : Math.min(b.getLong(MIN), number));
        b.putLong(MAX, count == 0 ? number : Math.max(b.getLong(MAX), number));
        b.putLong(COUNT, count + 1);
    }

    /** Forgets what was added; whether there was anything. */
    public boolean clear() {
        return block.remove();
    }

    /** Numbers added. */
    public long count() {
        UnsafeBuffer b = block.read();
        return b == null ? 0 : b.getLong(COUNT);
    }

    /** Their sum; fails the step where it has more than 64 bits. */
    public long sum() {
        UnsafeBuffer b = block.read();
        if (b == null) {
            return 0;
        }
        long low = b.getLong(SUM_LOW);
        if (b.getLong(SUM_HIGH) != low >> 63) {
            throw new ArithmeticException("the sum has more than 64 bits: use sumHigh and sumLow");
        }
        return low;
    }

    /** Low 64 bits of the sum. */
    public long sumLow() {
        UnsafeBuffer b = block.read();
        return b == null ? 0 : b.getLong(SUM_LOW);
    }

    /** High 64 bits of the sum, with its sign. */
    public long sumHigh() {
        UnsafeBuffer b = block.read();
        return b == null ? 0 : b.getLong(SUM_HIGH);
    }

    /** The least number. */
    public long min() {
        return required().getLong(MIN);
    }

    /** The largest number. */
    public long max() {
        return required().getLong(MAX);
    }

    /** The average, rounded towards minus infinity. */
    public long floorAverage() {
        UnsafeBuffer b = required();
        return floorDivide(b.getLong(SUM_HIGH), b.getLong(SUM_LOW), b.getLong(COUNT));
    }

    private UnsafeBuffer required() {
        UnsafeBuffer b = block.read();
        if (b == null) {
            throw new IllegalStateException("nothing was added for the key");
        }
        return b;
    }

    /** Quotient of 128 bits by a positive divisor, where it has 64 bits. */
    static long floorDivide(long high, long low, long divisor) {
        if (high == low >> 63) {
            return Math.floorDiv(low, divisor);
        }
        // Of a negative dividend d: floor(d / n) = -1 - floor((-d - 1) / n), and -d - 1 is ~d.
        long sign = high >> 63;
        long remainder = high ^ sign;
        long rest = low ^ sign;
        long quotient = 0;
        for (int bit = 0; bit < Long.SIZE; bit++) {
            remainder = remainder << 1 | rest >>> 63;
            rest <<= 1;
            quotient <<= 1;
            if (Long.compareUnsigned(remainder, divisor) >= 0) {
                remainder -= divisor;
                quotient |= 1;
            }
        }
        return quotient ^ sign;
    }
}
