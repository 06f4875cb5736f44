package io.penstock.engine.time;

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
