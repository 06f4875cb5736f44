package io.penstock.engine.operator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.UndoLog;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Count, sum, extremes and average against big integers. */
final class AggregateStateTest {
    private static final long[] SPECIAL = {
        Long.MIN_VALUE, Long.MAX_VALUE, -1, 0, 1, Long.MIN_VALUE + 1, 3
    };

    @Test
    void shouldDoAsBigIntegersWhateverTheNumbers() {
        try (UndoLog undo = new UndoLog(1 << 20);
                Arena arena = new Arena("aggregates", 1 << 20)) {
            CurrentKey key = new CurrentKey(true);
            StepContext context = new StepContext(arena, undo, null, 1);
            AggregateState state =
                    new AggregateState(
                            new ValueState(
                                    context,
                                    "a",
                                    AggregateState.LENGTH_BYTES,
                                    Expiry.never(),
                                    key));
            for (long seed = 1; seed <= 300; seed++) {
                check(state, key, seed);
                undo.commit();
            }
            assertTrue(state.clear());
            assertFalse(state.clear());
            assertEquals(0, state.count());
            assertEquals(0, state.sum());
            assertThrows(IllegalStateException.class, state::min);
            assertThrows(IllegalStateException.class, state::floorAverage);
        }
    }

    private static void check(AggregateState state, CurrentKey key, long seed) {
        Random random = new Random(seed);
        key.set(seed);
        BigInteger sum = BigInteger.ZERO;
        long min = Long.MAX_VALUE;
        long max = Long.MIN_VALUE;
        int count = 1 + random.nextInt(40);
        boolean isSpecial = random.nextBoolean();
        for (int i = 0; i < count; i++) {
            long number =
                    isSpecial ? SPECIAL[random.nextInt(SPECIAL.length)] : random.nextLong() >> 3;
            state.add(number);
            sum = sum.add(BigInteger.valueOf(number));
            min = Math.min(min, number);
            max = Math.max(max, number);
        }
        assertEquals(count, state.count(), "seed=" + seed);
        assertEquals(min, state.min(), "seed=" + seed);
        assertEquals(max, state.max(), "seed=" + seed);
        assertEquals(sum.longValue(), state.sumLow(), "seed=" + seed);
        assertEquals(sum.shiftRight(Long.SIZE).longValue(), state.sumHigh(), "seed=" + seed);
        if (sum.bitLength() < Long.SIZE) {
            assertEquals(sum.longValueExact(), state.sum(), "seed=" + seed);
        } else {
            assertThrows(ArithmeticException.class, state::sum, "seed=" + seed);
        }
        long average =
                new BigDecimal(sum)
                        .divide(BigDecimal.valueOf(count), 0, RoundingMode.FLOOR)
                        .longValueExact();
        assertEquals(average, state.floorAverage(), "seed=" + seed);
    }
}
