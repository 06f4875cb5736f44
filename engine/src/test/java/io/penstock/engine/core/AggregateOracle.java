package io.penstock.engine.core;

import io.penstock.engine.memory.Hash;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.agrona.BufferUtil;

/** What aggregates are, on plain collections and unbounded numbers. */
final class AggregateOracle {
    private static final long HLL_SEED = 0x9E3779B97F4A7C15L;

    /** An event. */
    record Seen(long timeNs, long arrival, String text, BigDecimal value) {
        long integer() {
            return Math.floorMod(value.unscaledValue().longValueExact(), 37L) - 11;
        }

        BigDecimal weight() {
            return BigDecimal.valueOf(1 + Math.floorMod(timeNs, 50));
        }

        byte[] bytes() {
            return text.getBytes(StandardCharsets.UTF_8);
        }
    }

    private static final Comparator<Seen> ORDER =
            Comparator.comparingLong(Seen::timeNs).thenComparing(Seen::arrival);

    private AggregateOracle() {}

    /** The results of all kinds, in the order of {@code ManyAggregates.all()}. */
    static List<Function<List<Seen>, String>> all() {
        return List.of(
                l -> "" + l.stream().map(Seen::integer).distinct().count(),
                l -> "" + l.stream().map(s -> text(s.value())).distinct().count(),
                l -> "" + l.stream().map(Seen::text).distinct().count(),
                l -> hyperLogLog(6, l, s -> Hash.ofLong(s.integer() ^ HLL_SEED)),
                l -> hyperLogLog(9, l, AggregateOracle::hash),
                l -> quantile(l),
                l -> top(3, l, Seen::value, Comparator.comparingLong(s -> 0L)),
                l ->
                        top(
                                7,
                                l,
                                s -> s.value().multiply(new BigDecimal("0.3")),
                                numbersFirst(Seen::text)),
                l -> top(5, l, Seen::weight, byBytes(Seen::text)),
                l ->
                        groups(
                                4,
                                l,
                                Seen::integer,
                                s -> BigDecimal.ONE,
                                Comparator.naturalOrder(),
                                n -> n + ""),
                l ->
                        groups(
                                3,
                                l,
                                Seen::text,
                                s -> BigDecimal.ONE,
                                numbersFirst(t -> t),
                                t -> brief(t)),
                l ->
                        groups(
                                2,
                                l,
                                Seen::integer,
                                Seen::value,
                                Comparator.naturalOrder(),
                                n -> n + ""),
                l -> groups(5, l, Seen::text, Seen::value, byBytes((String t) -> t), t -> brief(t)),
                l -> brief(l.stream().min(ORDER).orElseThrow().text()),
                l -> brief(l.stream().max(ORDER).orElseThrow().text()),
                l -> variance(l, 6, false, false),
                l -> variance(l, 18, true, false),
                l -> variance(l, 3, false, true),
                l -> variance(l, 9, true, true),
                l -> weighted(l, 5, RoundingMode.HALF_EVEN),
                l -> weighted(l, 0, RoundingMode.FLOOR),
                l -> text(sum(l, Seen::value).divide(count(l), 2, RoundingMode.HALF_EVEN)),
                l -> "" + l.size(),
                l -> text(sum(l, Seen::value)),
                AggregateOracle::largestTwo,
                l -> "" + (l.stream().mapToLong(Seen::timeNs).max().orElseThrow() - l.size()));
    }

    static String text(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    /** A text in few letters. */
    static String brief(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return bytes.length + ":" + Integer.toHexString(Arrays.hashCode(bytes));
    }

    private static BigDecimal sum(List<Seen> all, Function<Seen, BigDecimal> number) {
        return all.stream().map(number).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private static BigDecimal count(List<Seen> all) {
        return BigDecimal.valueOf(all.size());
    }

    /** The mean square of the distances to the mean, as it is defined. */
    private static String variance(List<Seen> all, int scale, boolean sample, boolean root) {
        int freedom = sample ? all.size() - 1 : all.size();
        if (freedom == 0) {
            return "0";
        }
        BigDecimal n = count(all);
        BigDecimal total = sum(all, Seen::value);
        // n times each distance is exact
        BigDecimal squares =
                sum(all, s -> s.value().multiply(n).subtract(total).pow(2))
                        .divide(n, 60, RoundingMode.UNNECESSARY);
        BigDecimal divisor = n.multiply(BigDecimal.valueOf(freedom));
        if (!root) {
            return text(squares.divide(divisor, scale, RoundingMode.HALF_EVEN));
        }
        BigDecimal exact = squares.divide(divisor, new MathContext(150));
        return text(exact.sqrt(new MathContext(120)).setScale(scale, RoundingMode.HALF_EVEN));
    }

    private static String weighted(List<Seen> all, int scale, RoundingMode mode) {
        BigDecimal products = sum(all, s -> s.value().multiply(s.weight()));
        return text(products.divide(sum(all, Seen::weight), scale, mode));
    }

    private static String largestTwo(List<Seen> all) {
        List<Long> sorted =
                all.stream().map(s -> s.integer() + 100).sorted(Comparator.reverseOrder()).toList();
        return "" + (sorted.get(0) * 1000 + (sorted.size() > 1 ? sorted.get(1) : 0));
    }

    private static String top(
            int limit, List<Seen> all, Function<Seen, BigDecimal> score, Comparator<Seen> ties) {
        return all.stream()
                .sorted(
                        Comparator.comparing(score)
                                .reversed()
                                .thenComparing(ties)
                                .thenComparing(ORDER))
                .limit(limit)
                .map(s -> brief(s.text()) + "=" + text(score.apply(s)))
                .collect(Collectors.joining(","));
    }

    private static <K> String groups(
            int limit,
            List<Seen> all,
            Function<Seen, K> key,
            Function<Seen, BigDecimal> number,
            Comparator<K> ties,
            Function<K, String> print) {
        Map<K, BigDecimal> sums =
                all.stream()
                        .collect(
                                Collectors.groupingBy(
                                        key,
                                        Collectors.reducing(
                                                BigDecimal.ZERO, number, BigDecimal::add)));
        Comparator<Map.Entry<K, BigDecimal>> order =
                Comparator.comparing((Map.Entry<K, BigDecimal> e) -> e.getValue())
                        .reversed()
                        .thenComparing(Map.Entry::getKey, ties);
        return sums.entrySet().stream()
                .sorted(order)
                .limit(limit)
                .map(e -> print.apply(e.getKey()) + "=" + text(e.getValue()))
                .collect(Collectors.joining(","));
    }

    private static <K> Comparator<K> byBytes(Function<K, String> text) {
        return (l, r) ->
                Arrays.compareUnsigned(
                        text.apply(l).getBytes(StandardCharsets.UTF_8),
                        text.apply(r).getBytes(StandardCharsets.UTF_8));
    }

    private static <K> Comparator<K> numbersFirst(Function<K, String> text) {
        Function<K, BigDecimal> number =
                k -> {
                    String t = text.apply(k);
                    return t.matches("-?[0-9]+(\\.[0-9]+)?") ? new BigDecimal(t) : null;
                };
        return Comparator.comparing(number, Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(byBytes(text));
    }

    /** The middle of the bucket of the number of the rank: its seven leading bits. */
    private static String quantile(List<Seen> all) {
        List<BigDecimal> sorted = all.stream().map(Seen::value).sorted().toList();
        BigInteger number =
                sorted.get((int) (0.5 * (sorted.size() - 1))).setScale(4).unscaledValue();
        BigInteger magnitude = number.abs();
        int shift = magnitude.bitLength() - 7;
        if (shift > 0) {
            magnitude =
                    magnitude
                            .shiftRight(shift)
                            .shiftLeft(shift)
                            .add(BigInteger.ONE.shiftLeft(shift - 1));
        }
        return text(new BigDecimal(number.signum() < 0 ? magnitude.negate() : magnitude, 4));
    }

    private static long hash(Seen seen) {
        byte[] bytes = seen.bytes();
        return Hash.ofBytes(bytes, BufferUtil.ARRAY_BASE_OFFSET, bytes.length, HLL_SEED);
    }

    private static String hyperLogLog(int p, List<Seen> all, Function<Seen, Long> hash) {
        Map<Long, Integer> registers = new TreeMap<>();
        for (Seen seen : all) {
            long h = hash.apply(seen);
            String bits = String.format("%64s", Long.toBinaryString(h)).replace(' ', '0');
            String rest = bits.substring(p);
            int rank = rest.indexOf('1') < 0 ? rest.length() + 1 : rest.indexOf('1') + 1;
            registers.merge(Long.parseLong(bits.substring(0, p), 2), rank, Math::max);
        }
        int q = 64 - p;
        double m = 1 << p;
        int[] counts = new int[q + 2];
        registers.values().forEach(rank -> counts[rank]++);
        counts[0] = (1 << p) - registers.size();
        double z = m * tau(1 - counts[q + 1] / m);
        for (int k = q; k >= 1; k--) {
            z = (z + counts[k]) / 2;
        }
        z += m * sigma(counts[0] / m);
        return "" + Math.round(m / (2 * StrictMath.log(2)) * m / z);
    }

    private static double sigma(double x) {
        double sum = x;
        for (int k = 1; k < 60; k++) {
            sum += Math.pow(x, Math.pow(2, k)) * Math.pow(2, k - 1);
        }
        return x == 1 ? Double.POSITIVE_INFINITY : sum;
    }

    private static double tau(double x) {
        double sum = 1 - x;
        for (int k = 1; k < 60; k++) {
            sum -= Math.pow(1 - Math.pow(x, Math.pow(2, -k)), 2) * Math.pow(2, -k);
        }
        return sum / 3;
    }

    /** Events in windows or sessions, and the result of each. */
    static List<String> results(
            Map<String, List<Seen>> windows, BiFunction<String, List<Seen>, String> result) {
        List<String> results = new ArrayList<>();
        windows.forEach((name, events) -> results.add(result.apply(name, events)));
        results.sort(null);
        return results;
    }
}
