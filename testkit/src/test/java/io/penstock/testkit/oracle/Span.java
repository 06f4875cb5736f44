package io.penstock.testkit.oracle;

import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A window's bounds, exact: start inclusive, end exclusive. Sorted by end, then by start. */
record Span(BigInteger start, BigInteger end) implements Comparable<Span> {
    static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    private static final Comparator<Span> ORDER =
            Comparator.comparing(Span::end).thenComparing(Span::start);

    /** Which windows hold a time. */
    interface Assigner {
        List<Span> of(long timeNs);
    }

    @Override
    public int compareTo(Span other) {
        return ORDER.compare(this, other);
    }

    /** The bounds as they are printed: stopped at the ends of 64 bits. */
    @Override
    public String toString() {
        return clamp(start) + ".." + clamp(end);
    }

    static BigInteger clamp(BigInteger time) {
        return time.max(MIN).min(MAX);
    }

    /**
     * All {@code [offset + k * every, offset + k * every + size)} that hold a time, with k of 64
     * bits: so there is no window before time that only a k below them would give.
     */
    static Assigner aligned(long sizeNs, long everyNs, long offsetNs) {
        BigInteger size = BigInteger.valueOf(sizeNs);
        BigInteger every = BigInteger.valueOf(everyNs);
        BigInteger offset = BigInteger.valueOf(offsetNs);
        return timeNs -> {
            BigInteger time = BigInteger.valueOf(timeNs);
            List<Span> spans = new ArrayList<>();
            BigInteger k = floorDiv(time.subtract(offset), every);
            while (k.compareTo(MIN) >= 0) {
                BigInteger start = k.multiply(every).add(offset);
                if (start.add(size).compareTo(time) <= 0) {
                    break;
                }
                spans.add(new Span(start, start.add(size)));
                k = k.subtract(BigInteger.ONE);
            }
            return spans;
        };
    }

    /**
     * All that start with the period that holds a time, and end on a later step of it; steps have
     * numbers of 64 bits, so there is no window that only a larger one would give.
     */
    static Assigner cumulative(long sizeNs, long stepNs, long offsetNs) {
        BigInteger size = BigInteger.valueOf(sizeNs);
        BigInteger offset = BigInteger.valueOf(offsetNs);
        return timeNs -> {
            BigInteger time = BigInteger.valueOf(timeNs);
            BigInteger start = floorDiv(time.subtract(offset), size).multiply(size).add(offset);
            List<Span> spans = new ArrayList<>();
            for (long i = 1; i <= sizeNs / stepNs; i++) {
                BigInteger step = BigInteger.valueOf(stepNs);
                BigInteger end = start.add(step.multiply(BigInteger.valueOf(i)));
                BigInteger number = floorDiv(end, step).subtract(BigInteger.ONE);
                if (end.compareTo(time) > 0 && clamp(number).equals(number)) {
                    spans.add(new Span(start, end));
                }
            }
            return spans;
        };
    }

    /** Calendar days by {@code java.time}. */
    static Assigner days(int days, int everyDays, ZoneId zone) {
        return timeNs -> {
            long second = Math.floorDiv(timeNs, TimeUnit.SECONDS.toNanos(1));
            long day = Instant.ofEpochSecond(second).atZone(zone).toLocalDate().toEpochDay();
            List<Span> spans = new ArrayList<>();
            for (long k = Math.floorDiv(day, everyDays); k * everyDays + days > day; k--) {
                spans.add(
                        new Span(
                                dayStart(k * everyDays, zone),
                                dayStart(k * everyDays + days, zone)));
            }
            return spans;
        };
    }

    private static BigInteger dayStart(long day, ZoneId zone) {
        long second = LocalDate.ofEpochDay(day).atStartOfDay(zone).toEpochSecond();
        return BigInteger.valueOf(second).multiply(BigInteger.valueOf(1_000_000_000L));
    }

    /** One for all time. */
    static Assigner global() {
        return timeNs -> List.of(new Span(MIN, MAX));
    }

    static BigInteger floorDiv(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }
}
