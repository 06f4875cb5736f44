package io.penstock.engine.rolling;

import static io.penstock.engine.rolling.LookBackHarness.VALUE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.LookBackResultDecoder;
import io.penstock.codecs.builtin.LookBackResultEncoder;
import io.penstock.engine.operator.Event;
import io.penstock.engine.window.Rounding;
import io.penstock.engine.window.WideNumber;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The rules of look-backs, one by one. */
final class LookBackTest {
    private static final byte[] A = {'a'};
    private static final byte[] B = {'b'};

    private static LookBack within(long ns) {
        return LookBack.within(Duration.ofNanos(ns));
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // handed on to a method that only reads them
    private static LookBackHarness harness(
            LookBack lookBack, RollingAggregate<KeyedValueDecoder>... aggregates) {
        return new LookBackHarness(
                lookBack, LookBackHarness.byText(), List.of(aggregates), LookBackTest::encode, 11);
    }

    private static boolean encode(Event<?> event, LookBackView view, LookBackResultEncoder result) {
        result.eventTimeNs(event.eventTimeNs()).rows(view.rows());
        LookBackResultEncoder.ValuesEncoder values = result.valuesCount(view.count());
        for (int i = 0; i < view.count(); i++) {
            values.next().scale(LookBackResultEncoder.ValuesEncoder.scaleNullValue());
            if (view.isPresent(i)) {
                WideNumber value = view.value(i);
                values.scale((short) value.scale());
                values.mantissa().low(value.low()).high(value.high());
            }
        }
        result.putKey(view.key(), 0, view.key().capacity());
        return true;
    }

    /** Rows and values of the results since the last call. */
    private static List<List<Long>> take(LookBackHarness harness) {
        List<List<Long>> all = new ArrayList<>();
        for (LookBackResultDecoder result : harness.take()) {
            List<Long> values = new ArrayList<>();
            values.add(result.rows());
            for (LookBackResultDecoder.ValuesDecoder value : result.values()) {
                values.add(
                        value.scale() == LookBackResultDecoder.ValuesDecoder.scaleNullValue()
                                ? null
                                : Long.valueOf(value.mantissa().low()));
            }
            all.add(values);
        }
        return all;
    }

    private static List<Long> row(Long... values) {
        return Arrays.asList(values);
    }

    @Test
    void shouldSeeTheLastRowsOfItsKeyAndItself() {
        try (LookBackHarness harness = harness(LookBack.rows(2), Rolling.sum(VALUE))) {
            harness.event(A, 1, 10, 0);
            harness.event(B, 2, 1000, 0);
            harness.event(A, 3, 20, 0);
            harness.event(A, 4, 30, 0);

            assertEquals(
                    List.of(row(1L, 10L), row(1L, 1000L), row(2L, 30L), row(2L, 50L)),
                    take(harness));
        }
    }

    @Test
    void shouldSeeTheRowsDirectlyBeforeItWhenItIsExcluded() {
        try (LookBackHarness harness =
                harness(
                        LookBack.rows(2).excludingCurrent(),
                        Rolling.sum(VALUE),
                        Rolling.average(VALUE, 0))) {
            harness.event(A, 1, 10, 0);
            harness.event(A, 1, 20, 0);
            harness.event(A, 1, 30, 0);
            harness.event(A, 1, 40, 0);

            assertEquals(
                    List.of(
                            row(0L, 0L, null),
                            row(1L, 10L, 10L),
                            row(2L, 30L, 15L),
                            row(2L, 50L, 25L)),
                    take(harness));
        }
    }

    @Test
    void shouldLeaveOutARowAsOldAsTheTimeAndSeeThoseOfItsOwnTimeBeforeIt() {
        try (LookBackHarness harness = harness(within(10), Rolling.sum(VALUE))) {
            harness.event(A, 0, 1, 0);
            harness.event(A, 1, 2, 0);
            harness.event(A, 10, 4, 0);
            harness.event(A, 10, 8, 0);

            assertEquals(
                    List.of(row(1L, 1L), row(2L, 3L), row(2L, 6L), row(3L, 14L)), take(harness));
        }
    }

    @Test
    void shouldLookBackFromTheLatestTimeOfTheKeyWhenAnEventIsOutOfOrder() {
        try (LookBackHarness harness =
                harness(
                        within(10),
                        Rolling.sum(VALUE),
                        Rolling.first(VALUE),
                        Rolling.last(VALUE))) {
            harness.event(A, 20, 1, 0);
            harness.event(A, 12, 2, 0); // inside (10, 20]: stands before the first
            harness.event(A, 10, 4, 0); // as old as the time: no row
            harness.event(A, 22, 8, 0); // makes the row of 12 leave

            assertEquals(
                    List.of(
                            row(1L, 1L, 1L, 1L),
                            row(2L, 3L, 2L, 1L),
                            row(2L, 3L, 2L, 1L),
                            row(2L, 9L, 1L, 8L)),
                    take(harness));
            assertEquals(1, harness.count("old"));
        }
    }

    @Test
    void shouldTakeRowsAsTheyComeWhenRowsAreCounted() {
        try (LookBackHarness harness =
                harness(LookBack.rows(2), Rolling.first(VALUE), Rolling.last(VALUE))) {
            harness.event(A, 20, 1, 0);
            harness.event(A, 12, 2, 0);
            harness.event(A, 16, 4, 0);

            assertEquals(List.of(row(1L, 1L, 1L), row(2L, 1L, 2L), row(2L, 2L, 4L)), take(harness));
        }
    }

    @Test
    void shouldLookBackFromTheWatermarkWhenAnEventIsBehindIt() {
        try (LookBackHarness harness = harness(within(10), Rolling.sum(VALUE))) {
            harness.event(A, 20, 1, 0);
            harness.event(B, 21, 64, 0);
            harness.sweepTo(29, false);
            harness.event(A, 22, 2, 0); // sees (19, 29]
            harness.event(B, 19, 4, 0); // outside (19, 29]
            harness.sweepTo(30, false);
            harness.event(A, 23, 8, 0); // sees (20, 30]

            assertEquals(
                    List.of(row(1L, 1L), row(1L, 64L), row(2L, 3L), row(1L, 64L), row(2L, 10L)),
                    take(harness));
        }
    }

    @Test
    void shouldAnswerTheSameWhenAKeyWasFreedByTheWatermarkOrNot() {
        for (boolean sweeps : new boolean[] {true, false}) {
            try (LookBackHarness harness =
                    harness(within(10), Rolling.count(), Ewma.rows(VALUE, 3, 0))) {
                harness.event(A, 20, 100, 0);
                if (sweeps) {
                    harness.sweepTo(30, false);
                    assertEquals(0, harness.keys());
                }
                harness.event(A, 30, 20, 0);

                // 2 * 100 / 4, and 2 * 20 / 4 as if nothing had been before
                assertEquals(List.of(row(1L, 1L, 50L), row(1L, 1L, 10L)), take(harness));
            }
        }
    }

    @Test
    void shouldForgetAKeyThatWasQuietWhenRowsAreCounted() {
        LookBack lookBack = LookBack.rows(5).forgetAfter(Duration.ofNanos(10));
        try (LookBackHarness harness = harness(lookBack, Rolling.sum(VALUE))) {
            harness.event(A, 20, 1, 0);
            harness.event(A, 29, 2, 0);
            harness.event(A, 39, 4, 0);
            harness.event(B, 39, 8, 0);
            assertEquals(
                    List.of(row(1L, 1L), row(2L, 3L), row(1L, 4L), row(1L, 8L)), take(harness));

            harness.sweepTo(48, false);
            assertEquals(2, harness.keys());
            harness.sweepTo(49, false);
            assertEquals(0, harness.keys());
        }
    }

    @Test
    void shouldKeepNoRowsWhenItSeesAll() {
        try (LookBackHarness harness =
                harness(
                        LookBack.all(),
                        Rolling.sum(VALUE),
                        Rolling.min(VALUE),
                        Rolling.first(VALUE))) {
            harness.event(A, 1, 5, 0);
            long bytes = harness.stateBytes();
            for (int i = 0; i < 10_000; i++) {
                harness.event(A, 1, i, 0);
            }

            assertEquals(bytes, harness.stateBytes());
            assertEquals(row(10_001L, 49_995_005L, 0L, 5L), take(harness).get(10_000));
        }
    }

    @Test
    void shouldGiveBackItsMemoryWhenKeysAreQuiet() {
        try (LookBackHarness harness =
                harness(
                        within(100),
                        Rolling.sum(VALUE),
                        Rolling.min(VALUE),
                        Rolling.distinct(m -> m.value().mantissa()))) {
            for (int round = 0; round < 3; round++) {
                for (int i = 0; i < 20_000; i++) {
                    byte[] key = ("key " + i % 1_000).getBytes(StandardCharsets.UTF_8);
                    harness.event(key, round * 100_000L + i % 50, i, 0);
                }
                assertTrue(harness.stateBytes() > 1 << 20, "bytes=" + harness.stateBytes());
                harness.sweepTo(round * 100_000L + 50_000, false);
                harness.idle();
                assertEquals(0, harness.keys());
                assertEquals(0, harness.stateBytes());
                harness.take();
            }
        }
    }

    @Test
    void shouldStopWithLimitWhenAKeyHasTooManyRows() {
        try (LookBackHarness harness = harness(within(100).maxRows(3), Rolling.count())) {
            for (int i = 0; i < 3; i++) {
                harness.event(A, i, 1, 0);
                harness.event(B, i, 1, 0);
            }
            long hash = harness.stateHash();

            PenstockException fault =
                    assertThrows(PenstockException.class, () -> harness.event(A, 4, 1, 0));

            assertEquals(Category.LIMIT, fault.category());
            assertEquals(
                    "a key's rows within the time of stage look must not be more than maxRows:"
                            + " maxRows=3 (raise LookBack.maxRows, or look back less far)",
                    fault.getMessage());
            assertEquals(hash, harness.stateHash());
            harness.event(A, 101, 1, 0);
            assertEquals(row(2L, 2L), take(harness).get(0));
        }
    }

    @Test
    void shouldNameTheStageAndTheKeyWhenASumLeaves128Bits() {
        try (LookBackHarness harness = harness(LookBack.rows(3), Rolling.sumOfSquares(VALUE))) {
            harness.event(A, 1, Long.MIN_VALUE, 0);
            long hash = harness.stateHash();

            ArithmeticException fault =
                    assertThrows(
                            ArithmeticException.class,
                            () -> harness.event(A, 2, Long.MIN_VALUE, 0));

            assertEquals(
                    "look-back of stage look, key 'a': a sum needs more than 128 bits",
                    fault.getMessage());
            assertEquals(hash, harness.stateHash());
        }
    }

    @Test
    void shouldRefuseAValueLongerThanDeclaredWhenItCountsDistinctOnes() {
        try (LookBackHarness harness =
                harness(
                        LookBack.rows(3),
                        Rolling.distinctBytes((m, target) -> m.getKey(target, 0, 100), 4))) {
            harness.event("abcd".getBytes(StandardCharsets.UTF_8), 1, 0, 0);

            PenstockException fault =
                    assertThrows(
                            PenstockException.class,
                            () -> harness.event("abcde".getBytes(StandardCharsets.UTF_8), 1, 0, 0));

            assertEquals(Category.LIMIT, fault.category());
        }
    }

    @Test
    void shouldTellValuesOfOneKeyFromThoseOfAnotherWhenItCountsDistinctOnes() {
        // value and key together are "aab" twice, from ("a", "ab") and ("aa", "b")
        try (LookBackHarness harness =
                harness(
                        LookBack.rows(9),
                        Rolling.distinctBytes(
                                (m, target) -> {
                                    int length = (int) m.value().mantissa();
                                    target.putStringWithoutLengthAscii(
                                            0, "aa".substring(0, length));
                                    return length;
                                },
                                2))) {
            harness.event("ab".getBytes(StandardCharsets.UTF_8), 1, 1, 0);
            harness.event("b".getBytes(StandardCharsets.UTF_8), 1, 2, 0);
            harness.event("b".getBytes(StandardCharsets.UTF_8), 1, 1, 0);
            harness.event("b".getBytes(StandardCharsets.UTF_8), 1, 0, 0);

            assertEquals(
                    List.of(row(1L, 1L), row(1L, 1L), row(2L, 2L), row(3L, 3L)), take(harness));
        }
    }

    @Test
    void shouldHalveTheWeightOfARowOfOneHalfLife() {
        try (LookBackHarness harness =
                harness(LookBack.all(), Ewma.time(VALUE, Duration.ofNanos(10), 3))) {
            harness.event(A, 0, 90, 0);
            harness.event(A, 0, 30, 0); // of one time: half each
            harness.event(A, 10, 0, 0); // (90 + 30) / 2 over 1 + 1
            harness.event(A, 0, 60, 0); // out of order: another half of 60 over 2.5

            assertEquals(
                    List.of(row(1L, 90_000L), row(2L, 60_000L), row(3L, 30_000L), row(4L, 36_000L)),
                    take(harness));
        }
    }

    @Test
    void shouldDropWhatTheFunctionDoesNotWantAndCountIt() {
        try (LookBackHarness harness =
                new LookBackHarness(
                        LookBack.rows(10),
                        LookBackHarness.byNumber(),
                        List.of(),
                        (event, view, result) ->
                                view.rows() % 2 == 0 && encode(event, view, result),
                        3)) {
            for (int i = 0; i < 5; i++) {
                harness.event(A, i, i, 0);
            }

            assertEquals(List.of(row(2L), row(4L)), take(harness));
            assertEquals(3, harness.count("filtered"));
            assertEquals(2, harness.count("out"));
        }
    }

    @Test
    void shouldAllocateNothingPerEventOnceWarm() {
        List<RollingAggregate<KeyedValueDecoder>> aggregates =
                List.of(
                        Rolling.count(),
                        Rolling.sum(VALUE),
                        Rolling.min(VALUE),
                        Rolling.average(VALUE, 4),
                        Rolling.distinct(m -> m.value().mantissa()),
                        Rolling.distinctBytes((m, target) -> m.getKey(target, 0, 100), 8),
                        Rolling.standardDeviation(VALUE, 2),
                        Rolling.weightedAverage(VALUE, VALUE, 2, Rounding.HALF_EVEN),
                        Ewma.rows(VALUE, 20, 4),
                        Ewma.time(VALUE, Duration.ofNanos(300), 4));
        byte[][] keys = new byte[64][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = ("key " + i).getBytes(StandardCharsets.UTF_8);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        try (LookBackHarness harness =
                new LookBackHarness(
                        within(2_000),
                        LookBackHarness.byText(),
                        aggregates,
                        (event, view, result) -> isNegative(view),
                        1)) {
            int n = 1;
            for (int stretch = 0; stretch < 8 && least > 0; stretch++) {
                long nothing = -threads.getCurrentThreadAllocatedBytes();
                nothing += threads.getCurrentThreadAllocatedBytes();
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < 50_000; i++, n++) {
                    // keys come and go, now and then an event is out of order
                    long timeNs = n - (n % 61 == 0 ? 40L : 0L);
                    harness.event(keys[n * 7 + n / 5_000 * 13 & 63], timeNs, n % 977 + 1, 0);
                    if (n % 16 == 0) {
                        harness.sweepTo(n - 100L, false);
                    }
                }
                least =
                        Math.min(
                                least, threads.getCurrentThreadAllocatedBytes() - before - nothing);
            }
            assertEquals(0, harness.count("out"));
        }
        assertEquals(0, least);
    }

    private static boolean isNegative(LookBackView view) {
        boolean isNegative = false;
        for (int i = 0; i < view.count(); i++) {
            isNegative |= view.mantissa(i) < 0;
        }
        return isNegative;
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        assertRefused("rows of a look-back must be 1 to", () -> LookBack.rows(0));
        assertRefused("within of a look-back must be positive", () -> within(0));
        assertRefused(
                "a look-back within a time forgets by itself",
                () -> within(5).forgetAfter(Duration.ofNanos(5)));
        assertRefused(
                "only a look-back within a time needs a limit", () -> LookBack.rows(5).maxRows(5));
        assertRefused("n of Ewma.rows must be", () -> Ewma.rows(VALUE, 0, 0));
        assertRefused("halfLife of Ewma.time must be", () -> Ewma.time(VALUE, Duration.ZERO, 0));
        assertRefused("scale must be 0 to 18", () -> Rolling.average(VALUE, 19));
        assertRefused(
                "distinct needs the rows",
                () ->
                        LookBackOperator.check(
                                LookBack.all(),
                                List.of(Rolling.<KeyedValueDecoder>distinct(m -> 0))));
    }

    private static void assertRefused(String message, Runnable body) {
        PenstockException fault = assertThrows(PenstockException.class, body::run);
        assertEquals(Category.CONFIGURATION, fault.category());
        assertTrue(fault.getMessage().startsWith(message), fault.getMessage());
    }
}
