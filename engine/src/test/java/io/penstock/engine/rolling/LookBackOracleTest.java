package io.penstock.engine.rolling;

import static io.penstock.engine.rolling.LookBackHarness.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Key;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Rounding;
import io.penstock.engine.window.WideNumber;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Look-backs against their definition on plain collections, over random streams. */
final class LookBackOracleTest {
    private static final int CASES = 2_000;
    private static final BigDecimal STATED_ERROR =
            BigDecimal.ONE.divide(BigDecimal.valueOf(1L << 37));
    private static final int SCALE = 8;
    private static final int EWMA_ROWS = 5;
    private static final int EWMA_SCALE = 6;
    private static final int DECIMAL_SIGMAS = 17;

    /** Values that stand behind the aggregates in a result: what is beyond. */
    private static final int[][] BEYOND = {{0, 0}, {1, 0}, {3, 0}, {DECIMAL_SIGMAS, 1}};

    private static final NumberOf<KeyedValueDecoder> QUANTITY =
            m -> LookBackOracle.quantityOf(m.value().mantissa());

    private static final Key.BytesExtractor<KeyedValueDecoder> TEXT =
            (m, target) -> {
                long text = m.value().mantissa() % 7;
                return target.putStringWithoutLengthAscii(0, "value " + text);
            };

    /** What a random stream is made of. */
    private record Shape(
            LookBack lookBack,
            boolean longKeys,
            boolean extreme,
            long halfLifeNs,
            long originNs,
            long spreadNs,
            long disorderNs) {
        static Shape of(Random random) {
            LookBack lookBack =
                    switch (random.nextInt(8)) {
                        case 0, 1, 2 -> LookBack.rows(1 + random.nextInt(12));
                        case 3 -> LookBack.all();
                        default ->
                                LookBack.within(
                                        Duration.ofNanos(
                                                random.nextInt(12) == 0
                                                        ? Long.MAX_VALUE - random.nextInt(3)
                                                        : 1 + random.nextInt(60)));
                    };
            if (random.nextInt(2) == 0) {
                lookBack = lookBack.excludingCurrent();
            }
            if (lookBack.span() != LookBack.Span.TIME && random.nextInt(3) == 0) {
                lookBack = lookBack.forgetAfter(Duration.ofNanos(1 + random.nextInt(80)));
            }
            long origin =
                    switch (random.nextInt(6)) {
                        case 0 -> Long.MAX_VALUE - random.nextInt(60);
                        case 1 -> Long.MIN_VALUE + random.nextInt(60);
                        case 2 -> random.nextLong();
                        default -> random.nextInt(200) - 100;
                    };
            long disorder =
                    switch (random.nextInt(4)) {
                        case 0 -> 0;
                        case 1 -> random.nextInt(8);
                        case 2 -> random.nextInt(100);
                        default -> Long.MAX_VALUE;
                    };
            long halfLife =
                    random.nextInt(4) == 0
                            ? Long.MAX_VALUE >>> random.nextInt(62)
                            : 1 + random.nextInt(50);
            return new Shape(
                    lookBack,
                    random.nextBoolean(),
                    random.nextInt(4) == 0,
                    halfLife,
                    origin,
                    1L + random.nextInt(random.nextBoolean() ? 4 : 40),
                    disorder);
        }

        /** A time near the stream's drift, now and then anywhere, at an end of time, or a tie. */
        long time(Random random, int index, long last) {
            return switch (random.nextInt(40)) {
                case 0 -> random.nextInt(8) == 0 ? random.nextLong() : last;
                case 1 -> originNs < -1000 ? Long.MIN_VALUE : originNs;
                case 2 -> index > 30 && originNs > 1000 ? Long.MAX_VALUE : originNs;
                case 3, 4, 5, 6, 7, 8, 9, 10 -> last;
                default -> {
                    long drift = index * spreadNs / 4 + random.nextLong(spreadNs);
                    long time = originNs + drift;
                    yield originNs > 0 && time < 0 ? Long.MAX_VALUE - drift % 100 : time;
                }
            };
        }

        long mantissa(Random random) {
            if (extreme) {
                return switch (random.nextInt(4)) {
                    case 0 -> Long.MAX_VALUE - random.nextInt(3);
                    case 1 -> Long.MIN_VALUE + random.nextInt(3);
                    default -> random.nextLong();
                };
            }
            return switch (random.nextInt(4)) {
                case 0 -> random.nextInt(7) - 3;
                case 1 -> random.nextInt(2_000) - 1_000;
                default -> random.nextLong(2_000_000_000L) - 1_000_000_000L;
            };
        }

        int scale(Random random) {
            return extreme || random.nextInt(3) == 0 ? 0 : random.nextInt(4);
        }

        /** Squares of the largest numbers leave 128 bits, so these are left out with them. */
        List<RollingAggregate<KeyedValueDecoder>> aggregates() {
            List<RollingAggregate<KeyedValueDecoder>> all = new ArrayList<>();
            all.add(Rolling.count());
            all.add(Rolling.sum(VALUE));
            all.add(Rolling.min(VALUE));
            all.add(Rolling.max(VALUE));
            all.add(Rolling.first(VALUE));
            all.add(Rolling.last(VALUE));
            all.add(Rolling.average(VALUE, SCALE));
            all.add(Rolling.sumOfProducts(VALUE, QUANTITY));
            all.add(Rolling.weightedAverage(VALUE, QUANTITY, 2, Rounding.FLOOR));
            all.add(Rolling.weightedAverage(VALUE, QUANTITY, 1, Rounding.HALF_EVEN));
            all.add(Ewma.rows(VALUE, EWMA_ROWS, EWMA_SCALE));
            if (!extreme) {
                all.add(Ewma.time(VALUE, Duration.ofNanos(halfLifeNs), EWMA_SCALE));
                all.add(Rolling.sumOfSquares(VALUE));
                all.add(Rolling.variance(VALUE, SCALE));
                all.add(Rolling.standardDeviation(VALUE, SCALE));
            }
            if (lookBack.span() != LookBack.Span.ALL) {
                all.add(Rolling.distinct(m -> m.value().mantissa() % 5));
                all.add(Rolling.distinctBytes(TEXT, 8));
            }
            return all;
        }
    }

    private static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private static boolean failing;

    private static boolean encode(
            Event<?> event, LookBackView view, LookBackResultEncoder result, boolean extreme) {
        int beyond = extreme ? 0 : BEYOND.length;
        result.eventTimeNs(event.eventTimeNs()).rows(view.rows());
        LookBackResultEncoder.ValuesEncoder values = result.valuesCount(view.count() + beyond);
        for (int i = 0; i < view.count(); i++) {
            values.next().scale(LookBackResultEncoder.ValuesEncoder.scaleNullValue());
            if (view.isPresent(i)) {
                WideNumber value = view.value(i);
                values.scale((short) value.scale());
                values.mantissa().low(value.low()).high(value.high());
            }
        }
        for (int i = 0; i < beyond; i++) {
            boolean is = view.isBeyond(13 + i % 2, BEYOND[i][0], BEYOND[i][1]);
            values.next().scale((short) 0).mantissa().low(is ? 1 : 0).high(0);
        }
        result.putKey(view.key(), 0, view.key().capacity());
        if (failing) {
            throw new Failure();
        }
        return true;
    }

    @Test
    void shouldGiveWhatTheDefinitionSaysOverRandomStreams() {
        long base = 20_250_101;
        for (long seed = base; seed < base + CASES; seed++) {
            try {
                check(seed);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ": " + e, e);
            }
        }
    }

    private static void check(long seed) {
        Random random = new Random(seed);
        Shape shape = Shape.of(random);
        int restores = random.nextInt(3);
        boolean sweeps = random.nextInt(5) > 0;
        int keys = 1 + random.nextInt(random.nextInt(4) == 0 ? 90 : 4);
        LookBackOracle oracle = new LookBackOracle(shape.lookBack());
        try (LookBackHarness harness =
                new LookBackHarness(
                        shape.lookBack(),
                        shape.longKeys() ? LookBackHarness.byNumber() : LookBackHarness.byText(),
                        shape.aggregates(),
                        (event, view, result) -> encode(event, view, result, shape.extreme()),
                        seed)) {
            int events = 1 + random.nextInt(100);
            long time = shape.originNs();
            long largest = Long.MIN_VALUE;
            for (int i = 0; i < events; i++) {
                time = shape.time(random, i, time);
                byte[] key = key(random.nextInt(keys));
                int scale = shape.scale(random);
                long mantissa = shape.mantissa(random);
                if (random.nextInt(6) == 0) {
                    fail(harness, key, time, mantissa, scale);
                }
                LookBackOracle.Sight sight =
                        oracle.event(
                                new String(key, StandardCharsets.UTF_8),
                                time,
                                mantissa,
                                scale,
                                harness.watermark());
                harness.event(key, time, mantissa, scale);
                List<LookBackResultDecoder> results = harness.take();
                String what =
                        shape.lookBack().description()
                                + ", "
                                + shape
                                + ", event "
                                + i
                                + ", time "
                                + time;
                assertEquals(1, results.size(), what);
                assertResult(shape, sight, results.get(0), what);
                largest = Math.max(largest, time);
                long watermark = largest - shape.disorderNs();
                if (sweeps && watermark <= largest && random.nextInt(3) > 0) {
                    harness.sweepTo(watermark, random.nextInt(4) == 0);
                }
                if (restores == 1 || (restores == 2 && random.nextInt(20) == 0)) {
                    harness.snapshotAndRestore();
                }
            }
            assertEquals(oracle.old(), harness.count("old"), shape.toString());
            assertEquals(events, harness.count("out"));
            if (shape.lookBack().span() == LookBack.Span.TIME) {
                harness.sweepTo(LookBackHarness.endOfTime(), false);
                assertEquals(0, harness.keys(), shape.toString());
            }
        }
    }

    private static byte[] key(int number) {
        String text = (char) ('!' + number) + "x".repeat(number * 7 % 40);
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void fail(
            LookBackHarness harness, byte[] key, long time, long mantissa, int scale) {
        long hash = harness.stateHash();
        failing = true;
        try {
            assertThrows(Failure.class, () -> harness.event(key, time, mantissa, scale));
        } finally {
            failing = false;
        }
        assertEquals(hash, harness.stateHash(), "a step that failed left a trace");
    }

    private static void assertResult(
            Shape shape, LookBackOracle.Sight sight, LookBackResultDecoder result, String what) {
        assertEquals(sight.rows.size(), result.rows(), what);
        boolean any = !sight.isEmpty();
        LookBackResultDecoder.ValuesDecoder values = result.values();
        assertExact(BigDecimal.valueOf(sight.rows.size()), values, what + ", count");
        BigDecimal sum = next(values);
        assertEquals(sight.sum().setScale(sight.scale()), sum, what + ", sum");
        assertExact(any ? sight.smallest().value() : null, values, what + ", min");
        assertExact(any ? sight.largest().value() : null, values, what + ", max");
        assertExact(any ? sight.rows.get(0).value() : null, values, what + ", first");
        assertExact(
                any ? sight.rows.get(sight.rows.size() - 1).value() : null,
                values,
                what + ", last");
        assertExact(any ? sight.average(SCALE) : null, values, what + ", average");
        assertExact(
                sight.sumOfProducts().setScale(sight.scale()), values, what + ", sumOfProducts");
        assertExact(any ? sight.weighted(2, RoundingMode.FLOOR) : null, values, what + ", floor");
        assertExact(
                any ? sight.weighted(1, RoundingMode.HALF_EVEN) : null, values, what + ", vwap");
        assertExact(
                any ? sight.ewmaRows(EWMA_ROWS, EWMA_SCALE) : null, values, what + ", ewma rows");
        if (!shape.extreme()) {
            assertNear(shape, sight, next(values), what + ", ewma time");
            assertExact(
                    sight.sumOfSquares().setScale(2 * sight.scale()),
                    values,
                    what + ", sumOfSquares");
            assertExact(any ? sight.variance(SCALE) : null, values, what + ", variance");
            assertExact(any ? sight.deviation(SCALE) : null, values, what + ", deviation");
        }
        if (shape.lookBack().span() != LookBack.Span.ALL) {
            assertExact(BigDecimal.valueOf(sight.distinct(5)), values, what + ", distinct");
            assertExact(BigDecimal.valueOf(sight.distinct(7)), values, what + ", texts");
        }
        if (!shape.extreme()) {
            for (int[] sigmas : BEYOND) {
                boolean expected = sight.isBeyond(BigDecimal.valueOf(sigmas[0], sigmas[1]));
                assertExact(
                        expected ? BigDecimal.ONE : BigDecimal.ZERO,
                        values,
                        what + ", beyond " + sigmas[0]);
            }
        }
    }

    private static void assertExact(
            BigDecimal expected, LookBackResultDecoder.ValuesDecoder values, String what) {
        assertEquals(expected, next(values), what);
    }

    /** Within the error that {@link Ewma#time} states. */
    private static void assertNear(
            Shape shape, LookBackOracle.Sight sight, BigDecimal actual, String what) {
        if (sight.isEmpty()) {
            assertEquals(null, actual, what);
            return;
        }
        BigDecimal error = sight.largestMagnitude().multiply(STATED_ERROR).abs();
        BigDecimal exact = sight.ewmaTime(shape.halfLifeNs());
        BigDecimal unit = BigDecimal.ONE.movePointLeft(EWMA_SCALE);
        assertTrue(
                actual.compareTo(exact.add(error)) <= 0
                        && actual.compareTo(exact.subtract(error).subtract(unit)) >= 0,
                () -> what + ": " + actual + " is not near " + exact);
    }

    private static BigDecimal next(LookBackResultDecoder.ValuesDecoder values) {
        values.next();
        if (values.scale() == LookBackResultDecoder.ValuesDecoder.scaleNullValue()) {
            return null;
        }
        BigInteger low = BigInteger.valueOf(values.mantissa().low());
        if (low.signum() < 0) {
            low = low.add(BigInteger.TWO.pow(64));
        }
        BigInteger mantissa = BigInteger.valueOf(values.mantissa().high()).shiftLeft(64).add(low);
        return new BigDecimal(mantissa, values.scale());
    }
}
