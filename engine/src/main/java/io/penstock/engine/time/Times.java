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

    /** Product, or the end of time it would pass. */
    public static long multiply(long count, long durationNs) {
        long high = Math.multiplyHigh(count, durationNs);
        long low = count * durationNs;
        if ((high == 0 && low >= 0) || (high == -1 && low < 0)) {
            return low;
        }
        return (count < 0) == (durationNs < 0) ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
}
