package io.penstock.engine.rolling;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Look-backs by their definition: every aggregate over a list, from the start for each event. */
final class LookBackOracle {
    /** A row: its number, and the other numbers that the test reads of it. */
    record Row(long timeNs, long mantissa, int scale) {
        BigDecimal value() {
            return BigDecimal.valueOf(mantissa, scale);
        }

        BigDecimal quantity() {
            return BigDecimal.valueOf(quantityOf(mantissa));
        }
    }

    /** What an event sees. */
    final class Sight {
        final List<Row> rows;
        final List<Row> all;
        final Row current;

        Sight(List<Row> rows, List<Row> all, Row current) {
            this.rows = rows;
            this.all = all;
            this.current = current;
        }

        boolean isEmpty() {
            return rows.isEmpty();
        }

        BigDecimal sum() {
            return rows.stream().map(Row::value).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        BigDecimal sumOfSquares() {
            return rows.stream()
                    .map(r -> r.value().multiply(r.value()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        BigDecimal sumOfProducts() {
            return rows.stream()
                    .map(r -> r.value().multiply(r.quantity()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        BigDecimal quantities() {
            return rows.stream().map(Row::quantity).reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        BigDecimal average(int scale) {
            return sum().divide(n(), scale, RoundingMode.HALF_EVEN);
        }

        /** n^2 times the variance. */
        BigDecimal spread() {
            return n().multiply(sumOfSquares()).subtract(sum().pow(2));
        }

        BigDecimal variance(int scale) {
            return spread().divide(n().pow(2), scale, RoundingMode.HALF_EVEN);
        }

        /** Half to even of the root: between two neighbours, exactly. */
        BigDecimal deviation(int scale) {
            BigDecimal root =
                    spread().sqrt(new MathContext(60)).divide(n(), 50, RoundingMode.FLOOR);
            BigDecimal down = root.setScale(scale, RoundingMode.FLOOR);
            BigDecimal half = down.add(new BigDecimal(BigInteger.valueOf(5), scale + 1));
            int order = spread().compareTo(half.multiply(n()).pow(2));
            boolean isOdd = down.unscaledValue().testBit(0);
            return order > 0 || (order == 0 && isOdd)
                    ? down.add(new BigDecimal(BigInteger.ONE, scale))
                    : down;
        }

        boolean isBeyond(BigDecimal sigmas) {
            BigDecimal distance = n().multiply(current.value()).subtract(sum());
            return !isEmpty() && distance.pow(2).compareTo(sigmas.pow(2).multiply(spread())) > 0;
        }

        Row smallest() {
            return lastOf(Comparator.comparing(Row::value).reversed());
        }

        Row largest() {
            return lastOf(Comparator.comparing(Row::value));
        }

        private Row lastOf(Comparator<Row> order) {
            Row best = rows.get(0);
            for (Row row : rows) {
                if (order.compare(row, best) >= 0) {
                    best = row;
                }
            }
            return best;
        }

        BigDecimal weighted(int scale, RoundingMode rounding) {
            BigDecimal weights = quantities();
            if (weights.signum() == 0) {
                return null;
            }
            return sumOfProducts().divide(weights, scale, rounding);
        }

        int distinct(int modulus) {
            Set<Long> values = new HashSet<>();
            rows.forEach(r -> values.add(r.mantissa() % modulus));
            return values.size();
        }

        /** Largest scale of the rows since the look-back was empty. */
        int scale() {
            List<Row> counted = maxRows == 1 ? rows : all;
            return counted.stream().mapToInt(Row::scale).max().orElse(0);
        }

        BigDecimal ewmaRows(int n, int scale) {
            BigInteger average = BigInteger.ZERO;
            for (Row row : all) {
                BigInteger scaled = row.value().movePointRight(scale).toBigIntegerExact();
                BigDecimal next =
                        new BigDecimal(
                                scaled.multiply(BigInteger.TWO)
                                        .add(average.multiply(BigInteger.valueOf(n - 1L))));
                average =
                        next.divide(BigDecimal.valueOf(n + 1L), 0, RoundingMode.FLOOR)
                                .toBigInteger();
            }
            return new BigDecimal(average, scale);
        }

        BigDecimal ewmaTime(long halfLifeNs) {
            long newest = all.stream().mapToLong(Row::timeNs).max().orElseThrow();
            BigDecimal numbers = BigDecimal.ZERO;
            BigDecimal weights = BigDecimal.ZERO;
            for (Row row : all) {
                double age = distance(newest, row.timeNs()).doubleValue() / halfLifeNs;
                BigDecimal weight = new BigDecimal(Math.pow(2, -age));
                numbers = numbers.add(row.value().multiply(weight));
                weights = weights.add(weight);
            }
            return numbers.divide(weights, 30, RoundingMode.HALF_EVEN);
        }

        BigDecimal largestMagnitude() {
            return all.stream().map(r -> r.value().abs()).max(BigDecimal::compareTo).orElseThrow();
        }

        private BigDecimal n() {
            return BigDecimal.valueOf(rows.size());
        }
    }

    private final LookBack.Span span;
    private final int maxRows;
    private final BigInteger forgetNs;
    private final boolean includesCurrent;
    private final Map<String, List<Row>> keys = new HashMap<>();
    private int old;

    LookBackOracle(LookBack lookBack) {
        this.span = lookBack.span();
        this.maxRows = lookBack.rows();
        boolean never = lookBack.forgetNs() == LookBack.FOR_EVER && span != LookBack.Span.TIME;
        this.forgetNs = never ? BigInteger.TWO.pow(100) : BigInteger.valueOf(lookBack.forgetNs());
        this.includesCurrent = lookBack.includesCurrent();
    }

    static long quantityOf(long mantissa) {
        return mantissa % 11;
    }

    static BigInteger distance(long later, long earlier) {
        return BigInteger.valueOf(later).subtract(BigInteger.valueOf(earlier));
    }

    int old() {
        return old;
    }

    Sight event(String key, long timeNs, long mantissa, int scale, long watermark) {
        List<Row> all = keys.computeIfAbsent(key, k -> new ArrayList<>());
        long now = Math.max(timeNs, watermark);
        for (Row row : all) {
            now = Math.max(now, row.timeNs());
        }
        long nowNs = now;
        boolean bounded = forgetNs.bitLength() < 100;
        boolean ended = bounded && watermark == Long.MAX_VALUE;
        if (ended || all.stream().allMatch(row -> isOutside(row.timeNs(), nowNs))) {
            all.clear();
        }
        Row current = new Row(timeNs, mantissa, scale);
        if (ended || (bounded && isOutside(timeNs, nowNs))) {
            old++;
            return sight(all, nowNs, current);
        }
        if (includesCurrent) {
            all.add(current);
            return sight(all, nowNs, current);
        }
        Sight before = sight(all, nowNs, current);
        all.add(current);
        return before;
    }

    private Sight sight(List<Row> all, long nowNs, Row current) {
        List<Row> rows = new ArrayList<>();
        switch (span) {
            case ALL -> rows.addAll(all);
            case ROWS -> rows.addAll(all.subList(Math.max(0, all.size() - maxRows), all.size()));
            case TIME -> {
                all.stream().filter(r -> !isOutside(r.timeNs(), nowNs)).forEach(rows::add);
                rows.sort(Comparator.comparingLong(Row::timeNs)); // stable: arrival breaks ties
            }
        }
        return new Sight(rows, List.copyOf(all), current);
    }

    private boolean isOutside(long timeNs, long nowNs) {
        return distance(nowNs, timeNs).compareTo(forgetNs) >= 0;
    }
}
