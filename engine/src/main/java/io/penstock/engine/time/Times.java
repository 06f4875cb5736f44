package io.penstock.engine.time;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;

/** Arithmetic on 64-bit nanoseconds that stops at the ends of time instead of wrapping. */
public final class Times {
    private Times() {}

    /** Sum, or the end of time it would pass. */
    public static long add(long timeNs, long durationNs) {
        long sum = timeNs + durationNs;
        if (((timeNs ^ sum) & (durationNs ^ sum)) < 0) {
            return timeNs < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return sum;
    }

    /** Difference, or the end of time it would pass. */
    public static long subtract(long timeNs, long durationNs) {
        long difference = timeNs - durationNs;
        if (((timeNs ^ durationNs) & (timeNs ^ difference)) < 0) {
            return timeNs < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
        return difference;
    }

    /**
     * The nanoseconds of a duration that a user gave.
     *
     * @param what it is, for the message
     * @throws PenstockException CONFIGURATION when there is none, or it is too long to be counted
     */
    public static long ns(String what, Duration duration) {
        if (duration == null) {
            throw new PenstockException(
                    Category.CONFIGURATION, what + " must be given: duration=null");
        }
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    what + " must be shorter than 292 years: duration=" + duration,
                    e);
        }
    }

    /** {@code count * durationNs + plusNs}, or the end of time it would pass. */
    public static long multiplyAdd(long count, long durationNs, long plusNs) {
        long product = count * durationNs;
        long low = product + plusNs;
        long carry = Long.compareUnsigned(low, product) < 0 ? 1 : 0;
        long high = Math.multiplyHigh(count, durationNs) + (plusNs >> 63) + carry;
        if (high == low >> 63) {
            return low;
        }
        return high < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
}
