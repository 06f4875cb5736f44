package io.penstock.engine.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.StepContext;
import java.util.Arrays;
import java.util.Random;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Estimates keep the errors that are stated. */
final class SketchTest {
    private static final byte[] KEY = {'k'};

    /** One accumulator outside of any table. */
    private static final class One implements AutoCloseable {
        final Arena arena = new Arena("sketch", 64 << 20);
        final UndoLog undo = new UndoLog(1 << 20);
        final Accumulators<KeyedValueDecoder> accumulators;
        final ManyAggregates events = new ManyAggregates();
        final long address;

        @SuppressWarnings({"unchecked", "rawtypes"})
        One(Aggregate<KeyedValueDecoder> aggregate) {
            StepContext context = new StepContext(arena, undo, null, 99);
            accumulators = new Accumulators<>(context, 0, 0, new Aggregate[] {aggregate});
            address = arena.allocate(accumulators.valueLength());
            accumulators.unlogged();
        }

        void add(long value) {
            accumulators.add(address, events.event(0, KEY, value, 0));
        }

        WideNumber result() {
            WideNumber result = new WideNumber();
            accumulators.read(0, address, result);
            return result;
        }

        long quantile(double quantile) {
            WideNumber result = new WideNumber();
            accumulators.aggregate(0).readQuantile(address, quantile, result);
            assertTrue(result.fitsLong());
            return result.low();
        }

        @Override
        public void close() {
            undo.close();
            arena.close();
        }
    }

    @Test
    void shouldKeepTheStandardErrorWhenCountingDistinctValues() {
        for (int precision : new int[] {6, 10, 14}) {
            double stated = 1.04 / Math.sqrt(1 << precision);
            for (int count : new int[] {10, 100, 1_000, 20_000}) {
                int runs = precision == 14 ? 12 : 60;
                double squares = 0;
                for (int run = 0; run < runs; run++) {
                    double error = estimate(precision, count, run) / (double) count - 1;
                    squares += error * error;
                    assertTrue(
                            Math.abs(error) < 5 * stated,
                            "precision " + precision + ", count " + count + ", error " + error);
                }
                double actual = Math.sqrt(squares / runs);
                assertTrue(
                        actual < 1.35 * stated,
                        "precision " + precision + ", count " + count + ", error " + actual);
            }
        }
    }

    private static long estimate(int precision, int count, int run) {
        try (One one = new One(Aggregates.hyperLogLog(m -> m.value().mantissa(), precision))) {
            long step = run % 2 == 0 ? 1 : 0x9E3779B97F4A7C15L;
            for (long i = 0; i < count; i++) {
                one.add((run * 1_000_003L + i) * step);
                if (i % 7 == 0) {
                    one.add((run * 1_000_003L + i) * step);
                }
            }
            return one.result().low();
        }
    }

    @Test
    void shouldCountFewDistinctValuesNearlyExactlyWhenTheSketchIsSparse() {
        assertEquals(0, estimate(12, 0, 0));
        assertEquals(1, estimate(12, 1, 0));
        assertEquals(5, estimate(12, 5, 0));
        // The same bits everywhere: a change of hash or estimator changes results of old journals.
        assertEquals(4980, estimate(12, 5_000, 0));
    }

    @Test
    void shouldKeepTheRelativeErrorOfQuantilesOverAnyDistribution() {
        Random random = new Random(11);
        LongSupplier[] distributions = {
            () -> random.nextInt(1000),
            () -> (long) Math.exp(random.nextGaussian() * 3 + 8),
            () -> (long) (random.nextGaussian() * 1_000_000),
            () -> (long) Math.pow(random.nextDouble(), -3),
            random::nextLong,
            () -> random.nextInt(3) - 1,
            () -> random.nextInt(10) == 0 ? Long.MIN_VALUE : Long.MAX_VALUE
        };
        for (LongSupplier distribution : distributions) {
            for (double error : new double[] {0.3, 0.05, 0.01, 0.001}) {
                check(distribution, error);
            }
        }
    }

    private static void check(LongSupplier distribution, double error) {
        long[] values = new long[3_001];
        try (One one = new One(Aggregates.quantile(m -> m.value().mantissa(), 0.5, 0, error))) {
            for (int i = 0; i < values.length; i++) {
                values[i] = distribution.getAsLong();
                one.add(values[i]);
            }
            Arrays.sort(values);
            for (double quantile : new double[] {0, 0.001, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 1}) {
                double exact = values[(int) (quantile * (values.length - 1))];
                WideNumber read = new WideNumber();
                one.accumulators.aggregate(0).readQuantile(one.address, quantile, read);
                double estimate =
                        read.fitsLong() ? read.low() : read.high() * 0x1p64 + unsigned(read.low());
                assertTrue(
                        Math.abs(estimate - exact) <= error * Math.abs(exact) * (1 + 1e-12),
                        "quantile "
                                + quantile
                                + ": "
                                + estimate
                                + " for "
                                + exact
                                + " at "
                                + error);
            }
            assertEquals(one.quantile(0.5), one.result().low());
        }
    }

    private static double unsigned(long low) {
        return (low >>> 1) * 2.0 + (low & 1);
    }

    @Test
    void shouldPutEveryNumberIntoABucketThatGrowsWithIt() {
        WideNumber middle = new WideNumber();
        for (int bits : new int[] {1, 4, 10, 16}) {
            long before = Long.MIN_VALUE;
            for (int exponent = 0; exponent < 63; exponent++) {
                for (long delta = -3; delta <= 3; delta++) {
                    long value = (1L << exponent) + delta;
                    if (value < before || value < 0) {
                        continue;
                    }
                    long bucket = QuantileAggregate.bucketOf(value, bits);
                    assertTrue(bucket >= QuantileAggregate.bucketOf(Math.max(0, value - 1), bits));
                    assertEquals(-bucket, QuantileAggregate.bucketOf(-value, bits));
                    QuantileAggregate.middleOf(bucket, bits, 0, middle);
                    long distance = Math.abs(middle.low() - value);
                    assertTrue(distance <= value >>> (bits + 1), value + ": " + distance);
                    before = value;
                }
            }
        }
    }
}
