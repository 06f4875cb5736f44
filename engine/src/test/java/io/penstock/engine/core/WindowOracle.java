package io.penstock.engine.core;

import io.penstock.engine.state.KeyGroups;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Windows as their definition says them, on plain collections and unbounded numbers: an event is
 * put into every window {@code [k * every, k * every + size)}, k of 64 bits, that holds its time
 * and has not ended.
 */
final class WindowOracle {
    private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MIN = BigInteger.valueOf(Long.MIN_VALUE);

    /** Windows that pass the end of time fire when the source has ended, never before. */
    private static final BigInteger LAST_LIVE = MAX.subtract(BigInteger.ONE);

    private final BigInteger size;
    private final BigInteger every;
    private final BigInteger disorder;
    private final int averageScale;
    private final TreeMap<BigInteger, Map<String, List<Seen>>> windows = new TreeMap<>();
    private final List<String> results = new ArrayList<>();
    private final List<Long> late = new ArrayList<>();
    private BigInteger watermark;
    private long gaps;
    private long arrivals;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Seen(long timeNs, long arrival, byte[] key, BigDecimal value) {}

    WindowOracle(long sizeNs, long everyNs, long disorderNs, int averageScale) {
        this.size = BigInteger.valueOf(sizeNs);
        this.every = BigInteger.valueOf(everyNs);
        this.disorder = BigInteger.valueOf(disorderNs);
        this.averageScale = averageScale;
    }

    List<String> results() {
        return results;
    }

    List<Long> late() {
        return late;
    }

    long gaps() {
        return gaps;
    }

    int openWindows() {
        return windows.size();
    }

    void event(long sequence, long timeNs, byte[] key, long mantissa, int scale) {
        BigInteger time = BigInteger.valueOf(timeNs);
        Seen seen = new Seen(timeNs, arrivals++, key, BigDecimal.valueOf(mantissa, scale));
        boolean isGap = true;
        boolean isLate = true;
        BigInteger k = floorDiv(time, every);
        for (;
                k.multiply(every).add(size).compareTo(time) > 0 && k.compareTo(MIN) >= 0;
                k = k.subtract(BigInteger.ONE)) {
            isGap = false;
            if (watermark == null || watermark.compareTo(endOf(k)) < 0) {
                isLate = false;
                windows.computeIfAbsent(k, n -> new LinkedHashMap<>())
                        .computeIfAbsent(HexFormat.of().formatHex(key), n -> new ArrayList<>())
                        .add(seen);
            }
        }
        if (isGap) {
            gaps++;
        } else if (isLate) {
            late.add(sequence);
        }
        BigInteger next = time.subtract(disorder).max(MIN).min(LAST_LIVE);
        if (watermark == null || next.compareTo(watermark) > 0) {
            watermark = next;
        }
        fire(sequence);
    }

    void end(long sequence) {
        watermark = MAX;
        fire(sequence);
    }

    private void fire(long sequence) {
        while (!windows.isEmpty() && endOf(windows.firstKey()).compareTo(watermark) <= 0) {
            Map.Entry<BigInteger, Map<String, List<Seen>>> window = windows.pollFirstEntry();
            String bounds = startOf(window.getKey()) + ".." + endOf(window.getKey());
            window.getValue().values().stream()
                    .sorted(
                            Comparator.comparingInt((List<Seen> l) -> group(l.get(0).key()))
                                    .thenComparing(l -> l.get(0).arrival()))
                    .forEach(l -> results.add(sequence + " " + bounds + " " + aggregate(l)));
        }
    }

    private String aggregate(List<Seen> all) {
        Comparator<Seen> order =
                Comparator.comparingLong(Seen::timeNs).thenComparing(Seen::arrival);
        BigDecimal sum = all.stream().map(Seen::value).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal squares =
                all.stream()
                        .map(s -> s.value().multiply(s.value()))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
        return key(all.get(0).key())
                + text(BigDecimal.valueOf(all.size()))
                + text(sum)
                + text(all.stream().map(Seen::value).min(Comparator.naturalOrder()).get())
                + text(all.stream().map(Seen::value).max(Comparator.naturalOrder()).get())
                + text(all.stream().min(order).get().value())
                + text(all.stream().max(order).get().value())
                + text(
                        sum.divide(
                                BigDecimal.valueOf(all.size()),
                                averageScale,
                                RoundingMode.HALF_EVEN))
                + text(squares);
    }

    /** A key in few letters. */
    static String key(byte[] key) {
        return key.length + ":" + Integer.toHexString(Arrays.hashCode(key));
    }

    /** A value without the zeros that say nothing. */
    static String text(BigDecimal value) {
        return " " + (value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString());
    }

    static int group(byte[] key) {
        return KeyGroups.group(KeyGroups.hash(new UnsafeBuffer(key), 0, key.length));
    }

    private BigInteger startOf(BigInteger k) {
        return k.multiply(every).max(MIN).min(MAX);
    }

    private BigInteger endOf(BigInteger k) {
        return k.multiply(every).add(size).max(MIN).min(MAX);
    }

    private static BigInteger floorDiv(BigInteger a, BigInteger b) {
        BigInteger[] parts = a.divideAndRemainder(b);
        return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
    }
}
