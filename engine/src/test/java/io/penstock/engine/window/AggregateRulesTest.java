package io.penstock.engine.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.StepContext;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;

/** Each rule of an aggregate over a handful of events, and what an aggregate takes. */
final class AggregateRulesTest {
    private static final NumberOf<KeyedValueDecoder> VALUE = ManyAggregates.VALUE;

    /** The text of an event; one that starts with '!' has none. */
    private static final Key.BytesExtractor<KeyedValueDecoder> TEXT =
            (message, target) -> {
                int length = ManyAggregates.TEXT.extract(message, target);
                return length > 0 && target.getByte(0) == '!' ? -1 : length;
            };

    /** One accumulator and what it says. */
    private static final class One implements AutoCloseable {
        private final Arena arena = new Arena("rules", 64 << 20);
        private final UndoLog undo = new UndoLog(1 << 20);
        private final ManyAggregates events = new ManyAggregates();
        private final Accumulators<KeyedValueDecoder> accumulators;
        private final WindowView view;
        private final long address;

        @SuppressWarnings({"unchecked", "rawtypes"})
        One(Aggregate<KeyedValueDecoder> aggregate) {
            StepContext context = new StepContext(arena, undo, null, 7);
            accumulators = new Accumulators<>(context, 0, 0, new Aggregate[] {aggregate});
            view = new WindowView(accumulators);
            address = arena.allocate(accumulators.valueLength());
        }

        One add(long timeNs, String text, String value) {
            BigDecimal number = new BigDecimal(value);
            byte[] key = ("k" + text).getBytes(StandardCharsets.UTF_8);
            long mantissa = number.unscaledValue().longValueExact();
            accumulators.add(address, events.event(timeNs, key, mantissa, number.scale()));
            undo.commit();
            return this;
        }

        String result() {
            view.values(address);
            return text(view.value(0));
        }

        String bytes() {
            view.values(address);
            return text(view.bytes(0));
        }

        List<String> rows() {
            view.values(address);
            List<String> rows = new ArrayList<>();
            for (int rank = 0; rank < view.topCount(0); rank++) {
                String score = text(view.topScore(0, rank));
                rows.add(text(view.topBytes(0, rank)) + "=" + score);
            }
            return rows;
        }

        /** Bytes that the accumulator holds beside its own. */
        long held() {
            return arena.usedBytes() - Arena.blockBytes(accumulators.valueLength());
        }

        @Override
        public void close() {
            undo.close();
            arena.close();
        }
    }

    private static String text(WideNumber number) {
        BigInteger low = new BigInteger(Long.toUnsignedString(number.low()));
        BigInteger mantissa = BigInteger.valueOf(number.high()).shiftLeft(64).add(low);
        return new BigDecimal(mantissa, number.scale()).toPlainString();
    }

    private static String text(DirectBuffer buffer) {
        return buffer.getStringWithoutLengthUtf8(0, buffer.capacity());
    }

    private static One numbers(Aggregate<KeyedValueDecoder> aggregate, String... numbers) {
        One one = new One(aggregate);
        for (String number : numbers) {
            one.add(0, "", number);
        }
        return one;
    }

    private static void assertResult(
            String expected, Aggregate<KeyedValueDecoder> aggregate, String... numbers) {
        try (One one = numbers(aggregate, numbers)) {
            assertEquals(expected, one.result());
        }
    }

    @Test
    void shouldRoundAveragesHalfToEvenAtAnyScale() {
        assertResult("0.12", Aggregates.average(VALUE, 2), "0.125");
        assertResult("0.14", Aggregates.average(VALUE, 2), "0.135");
        assertResult("2", Aggregates.average(VALUE, 0), "1", "4");
        assertResult("-2", Aggregates.average(VALUE, 0), "-1", "-4");
        assertResult("0.333333", Aggregates.average(VALUE, 6), "1", "0", "0.00");
        assertResult("9223372036854775807", Aggregates.average(VALUE, 0), "9223372036854775807");
    }

    @Test
    void shouldComputeVarianceFromExactSums() {
        String[] numbers = {"2", "4", "4", "4", "5", "5", "7", "9"};
        assertResult("4.00", Aggregates.variance(VALUE, 2), numbers);
        assertResult("2.0", Aggregates.standardDeviation(VALUE, 1), numbers);
        assertResult("4.571", Aggregates.sampleVariance(VALUE, 3), numbers);
        assertResult("2.138", Aggregates.sampleStandardDeviation(VALUE, 3), numbers);
        // with doubles the squares would swallow the difference
        assertResult(
                "0.25",
                Aggregates.variance(VALUE, 2),
                "1000000000000000000",
                "1000000000000000001");
        assertResult("0.0025", Aggregates.variance(VALUE, 4), "0.1", "0.20");
    }

    @Test
    void shouldGiveZeroWhenASampleHasOneNumber() {
        assertResult("0.00", Aggregates.sampleVariance(VALUE, 2), "17.5");
        assertResult("0", Aggregates.sampleStandardDeviation(VALUE, 0), "17.5");
        assertResult("0", Aggregates.variance(VALUE, 0), "17.5");
    }

    @Test
    void shouldRefuseSquaresThatNeedMoreThan128Bits() {
        try (One one = numbers(Aggregates.variance(VALUE, 2), "-9223372036854775808")) {
            String[] more = {"-9223372036854775808", "0.1"};
            assertThrows(ArithmeticException.class, () -> one.add(0, "", more[0]));
            assertThrows(ArithmeticException.class, () -> one.add(0, "", more[1]));
        }
    }

    @Test
    void shouldWeighAveragesAndRoundAsAsked() {
        NumberOf<KeyedValueDecoder> time = KeyedValueDecoder::eventTimeNs;
        for (Rounding rounding : Rounding.values()) {
            try (One one = new One(Aggregates.weightedAverage(VALUE, time, 1, rounding))) {
                one.add(1, "", "-10").add(3, "", "-10.2"); // -40.6 / 4 = -10.15
                assertEquals("-10.2", one.result());
                one.add(4, "", "-9.95"); // -80.4 / 8 = -10.05
                String expected = rounding == Rounding.FLOOR ? "-10.1" : "-10.0";
                assertEquals(expected, one.result());
            }
        }
    }

    @Test
    void shouldTakeDecimalsOfOneValueForOneWhenTheyAreCounted() {
        String[] numbers = {"1.5", "1.50", "1.500", "-1.5", "0", "0.00", "15", "150"};
        assertResult("5", Aggregates.distinctNumbers(VALUE), numbers);
    }

    @Test
    void shouldLeaveOutEventsThatHaveNoBytes() {
        for (Aggregate<KeyedValueDecoder> aggregate :
                List.<Aggregate<KeyedValueDecoder>>of(
                        Aggregates.distinctBytes(TEXT), Aggregates.hyperLogLogBytes(TEXT, 10))) {
            try (One one = new One(aggregate)) {
                one.add(1, "!none", "1").add(2, "", "1").add(3, "a", "1").add(4, "!", "1");
                assertEquals("2", one.result(), aggregate.description());
            }
        }
        try (One first = new One(Aggregates.firstBytes(TEXT));
                One top = new One(Aggregates.top(2, VALUE, TEXT, Ties.ARRIVAL))) {
            assertEquals("a", first.add(1, "!none", "1").add(2, "a", "1").bytes());
            top.add(1, "!none", "9").add(2, "a", "1");
            assertEquals(List.of("a=1"), top.rows());
        }
    }

    @Test
    void shouldTakeTextsOfTheFirstAndLastEventByTimeThenArrival() {
        try (One first = new One(Aggregates.firstBytes(TEXT));
                One last = new One(Aggregates.lastBytes(TEXT))) {
            for (One one : new One[] {first, last}) {
                one.add(5, "b", "0").add(3, "a1", "0").add(3, "a2", "0");
                one.add(9, "c1" + "x".repeat(500), "0").add(9, "c2", "0").add(4, "d", "0");
            }
            assertEquals("a1", first.bytes());
            assertEquals("c2", last.bytes());
        }
    }

    @Test
    void shouldRankRowsOfOneScoreAsTheTiesSay() {
        Map<Ties, List<String>> expected =
                Map.of(
                        Ties.ARRIVAL, List.of("10=7", "b=7", "9=7"),
                        Ties.BYTES, List.of("10=7", "9=7", "A=7"),
                        Ties.NUMBERS, List.of("9=7", "10=7", "A=7"));
        for (Ties ties : Ties.values()) {
            try (One one = new One(Aggregates.top(3, VALUE, TEXT, ties))) {
                one.add(4, "a", "7").add(1, "10", "7").add(2, "b", "7.0").add(3, "9", "7");
                one.add(5, "A", "7.00").add(0, "low", "6.99");
                List<String> plain =
                        one.rows().stream().map(r -> r.replaceAll("\\.0+$", "")).toList();
                assertEquals(expected.get(ties), plain, ties.name());
            }
        }
    }

    @Test
    void shouldRankTheEarlierRowFirstWhenScoreAndTimeAreEqual() {
        try (One one = new One(Aggregates.top(2, VALUE, TEXT, Ties.ARRIVAL))) {
            one.add(1, "z", "5").add(1, "a", "5").add(1, "b", "5");
            assertEquals(List.of("z=5", "a=5"), one.rows());
        }
    }

    @Test
    void shouldRankValuesByCountOrSumThenTheSmallerFirst() {
        try (One counts = new One(Aggregates.topBytesByCount(2, TEXT, Ties.NUMBERS));
                One bytes = new One(Aggregates.topBytesByCount(2, TEXT, Ties.BYTES));
                One sums = new One(Aggregates.topBytesBySum(2, TEXT, VALUE, Ties.NUMBERS))) {
            for (One one : new One[] {counts, bytes, sums}) {
                one.add(1, "10", "1").add(2, "9", "0.5").add(3, "text", "-1").add(4, "9", "0.50");
                one.add(5, "10", "0").add(6, "text", "1");
            }
            assertEquals(List.of("9=2", "10=2"), counts.rows());
            assertEquals(List.of("10=2", "9=2"), bytes.rows());
            assertEquals(List.of("9=1.00", "10=1"), sums.rows());
        }
        try (One one = new One(Aggregates.topByCount(2, m -> m.value().mantissa()))) {
            one.add(0, "", "10").add(0, "", "-3").add(0, "", "9").add(0, "", "9");
            assertEquals("2", one.result());
            assertEquals(9, one.view.topLong(0, 0));
            assertEquals(-3, one.view.topLong(0, 1));
        }
    }

    @Test
    void shouldTakeTheLowerRankWhenAQuantileLiesBetween() {
        Aggregate<KeyedValueDecoder> median = Aggregates.quantile(VALUE, 0.5, 1, 0.01);
        assertResult("2.0", median, "1", "2", "3", "4");
        assertResult("2.0", median, "3", "1", "2");
        try (One one = numbers(median, "1", "2", "3", "4")) {
            assertEquals("2.0", one.result());
            assertEquals("1.0", text(one.view.quantile(0, 0)));
            assertEquals("3.0", text(one.view.quantile(0, 0.75)));
            assertEquals("4.0", text(one.view.quantile(0, 1)));
            assertThrows(ArithmeticException.class, () -> one.add(0, "", "1.25"));
            assertThrows(IllegalArgumentException.class, () -> one.view.quantile(0, 1.5));
            one.add(0, "", "1.500");
        }
    }

    @Test
    void shouldRefuseToReadWhatAnAggregateDoesNotGive() {
        try (One one = numbers(Aggregates.sum(VALUE), "1")) {
            one.result();
            UnsupportedOperationException refused =
                    assertThrows(UnsupportedOperationException.class, () -> one.view.bytes(0));
            assertEquals("sum has no bytes", refused.getMessage());
            assertThrows(UnsupportedOperationException.class, () -> one.view.topCount(0));
            assertThrows(UnsupportedOperationException.class, () -> one.view.quantile(0, 0.5));
        }
    }

    @Test
    void shouldRefuseSettingsThatMakeNoSense() {
        List<Runnable> wrong =
                List.of(
                        () -> Aggregates.average(VALUE, 19),
                        () -> Aggregates.variance(VALUE, -1),
                        () -> Aggregates.hyperLogLog(m -> 0, 5),
                        () -> Aggregates.hyperLogLogBytes(TEXT, 19),
                        () -> Aggregates.quantile(VALUE, 1.1, 0, 0.01),
                        () -> Aggregates.quantile(VALUE, 0.5, 0, 0),
                        () -> Aggregates.top(0, VALUE, TEXT, Ties.ARRIVAL),
                        () -> Aggregates.topByCount(10_001, m -> 0),
                        () -> Aggregates.topBytesByCount(1, TEXT, Ties.ARRIVAL),
                        () -> Aggregates.of("none", 0, (b, e) -> {}, (t, s) -> {}, (b, r) -> {}));
        for (Runnable call : wrong) {
            assertThrows(IllegalArgumentException.class, call::run);
        }
    }

    @Test
    void shouldTakeTheMemoryThatIsStated() {
        assertHeld(Aggregates.distinct(m -> m.value().mantissa()), 16, 32);
        assertHeld(Aggregates.distinctNumbers(VALUE), 21, 43);
        assertHeld(Aggregates.topByCount(3, m -> m.value().mantissa()), 21, 43);
        assertHeld(Aggregates.topBySum(3, m -> m.value().mantissa(), VALUE), 43, 86);
        // texts of 8 bytes
        assertHeld(Aggregates.distinctBytes(TEXT), 21 + 8, 43 + 16);
        assertHeld(Aggregates.topBytesByCount(3, TEXT, Ties.BYTES), 32 + 8, 64 + 16);
        assertHeld(Aggregates.topBytesBySum(3, TEXT, VALUE, Ties.BYTES), 46 + 8, 91 + 16);
        assertHeld(Aggregates.top(10_000, VALUE, TEXT, Ties.BYTES), 48 + 8, 96 + 32);
    }

    private static void assertHeld(Aggregate<KeyedValueDecoder> aggregate, int least, int most) {
        try (One one = new One(aggregate)) {
            for (int n = 1; n <= 10_000; n++) {
                one.add(n, String.format("%08d", n), Integer.toString(n));
                long held = one.held();
                String what = aggregate.description() + " with " + n + " holds " + held;
                if (n > 100) {
                    assertTrue(held >= (long) least * n * 9 / 10, what);
                }
                assertTrue(held <= (long) most * n + 256, what);
            }
        }
    }

    @Test
    void shouldTakeAtMostItsRegistersWhenDistinctValuesAreEstimated() {
        for (int precision : new int[] {6, 12, 16}) {
            try (One one = new One(Aggregates.hyperLogLog(m -> m.value().mantissa(), precision))) {
                for (int n = 1; n <= 20_000; n++) {
                    one.add(n, "", Integer.toString(n));
                    long most = Math.min(43L * n + 64, Math.max(1 << precision, 128));
                    assertTrue(one.held() <= most, "precision " + precision + ", " + n);
                }
            }
        }
    }
}
