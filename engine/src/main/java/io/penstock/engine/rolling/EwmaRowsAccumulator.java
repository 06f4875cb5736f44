package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * {@link Ewma#rows}: the average so far, a mantissa of 128 bits.
 *
 * <pre>
 *   0       8        16
 *   +-------+--------+
 *   | low   | high   |
 *   +-------+--------+
 * </pre>
 */
@HotPath
final class EwmaRowsAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private static final int LOW = 0;
    private static final int HIGH = 8;
    private static final int LENGTH = 16;

    private final RowLayout<T> layout;
    private final int column;
    private final int n;
    private final int scale;
    private final long shortLimit;
    private final WideNumber average = new WideNumber();
    private final WideNumber term = new WideNumber();
    private final Wide256 dividend = new Wide256();
    private final Wide256 divisor = new Wide256();
    private final Wide256 rest = new Wide256();

    EwmaRowsAccumulator(RowLayout<T> layout, int column, int n, int scale) {
        super(LENGTH);
        this.layout = layout;
        this.column = column;
        this.n = n;
        this.scale = scale;
        this.shortLimit = Long.MAX_VALUE / (n + 1L);
    }

    @Override
    void add(long state, long key, long index, long row) {
        long mantissa = layout.mantissa(row, column);
        long power = Wide256.powerOfTen(shift(layout.scale(row, column), scale));
        long scaled = mantissa * power;
        long low = Memory.getLong(state + LOW);
        if (Memory.getLong(state + HIGH) == low >> 63
                && Math.multiplyHigh(mantissa, power) == scaled >> 63
                && isShort(low)
                && isShort(scaled)) {
            long next = Math.floorDiv(2 * scaled + (n - 1) * low, n + 1L);
            Memory.putLong(state + LOW, next);
            Memory.putLong(state + HIGH, next >> 63);
            return;
        }
        average.set(low, Memory.getLong(state + HIGH), scale).multiply(n - 1L);
        average.add(term.set(mantissa, scale).multiply(power).multiply(2));
        boolean negative = Wide256.isNegative(average);
        dividend.setMagnitude(average).divide(divisor.set(n + 1L), rest);
        dividend.moveTo(average, negative, scale);
        if (negative && !rest.isZero()) {
            average.subtract(term.set(1, scale));
        }
        Memory.putLong(state + LOW, average.low());
        Memory.putLong(state + HIGH, average.high());
    }

    private boolean isShort(long value) {
        return value >= -shortLimit && value <= shortLimit;
    }

    /** By how many digits a number is short of the average. */
    static int shift(int numberScale, int scale) {
        if (numberScale > scale) {
            throw new ArithmeticException(
                    "the average's scale must not be below the numbers': scale="
                            + scale
                            + ", a number has "
                            + numberScale);
        }
        return scale - numberScale;
    }

    @Override
    void retract(long state, long key, long index, long row) {
        // it fades by itself
    }

    @Override
    void emptied(long state) {
        // the rows that left still count for something
    }

    @Override
    void read(long state, long key, long rows, WideNumber result) {
        result.set(Memory.getLong(state + LOW), Memory.getLong(state + HIGH), scale);
    }
}
