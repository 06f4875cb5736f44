package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * {@link Ewma#time}: sums of weighted numbers and of weights, whose quotient is the average.
 *
 * <pre>
 *   0            8             32          56
 *   +------------+-------------+-----------+
 *   | landmark   | numbers     | weights   |
 *   +------------+-------------+-----------+
 * </pre>
 *
 * <p>A weight grows with the row's time from the landmark on and never changes, so that nothing is
 * rounded twice; when a row is a half-life behind the landmark, both sums are halved and the
 * landmark moves. After Cormode, Shkapenyuk, Srivastava and Xu, "Forward decay" (ICDE 2009).
 */
@HotPath
final class EwmaTimeAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private static final int LANDMARK = 0;
    private static final int NUMBERS = 8;
    private static final int WEIGHTS = NUMBERS + WideSum.LENGTH;
    private static final int LENGTH = WEIGHTS + WideSum.LENGTH;

    private final RowLayout<T> layout;
    private final int column;
    private final long halfLifeNs;
    private final int scale;
    private final WideSum sum = new WideSum();
    private final WideNumber number = new WideNumber();
    private final Wide256 dividend = new Wide256();
    private final Wide256 divisor = new Wide256();
    private final Wide256 rest = new Wide256();

    EwmaTimeAccumulator(RowLayout<T> layout, int column, long halfLifeNs, int scale) {
        super(LENGTH);
        this.layout = layout;
        this.column = column;
        this.halfLifeNs = halfLifeNs;
        this.scale = scale;
    }

    @Override
    void add(long state, long key, long index, long row) {
        long mantissa = layout.mantissa(row, column);
        long power =
                Wide256.powerOfTen(EwmaRowsAccumulator.shift(layout.scale(row, column), scale));
        long scaled = mantissa * power;
        if (Math.multiplyHigh(mantissa, power) != scaled >> 63) {
            throw new ArithmeticException(
                    "a number with " + scale + " digits after the point needs more than 64 bits");
        }
        WideSum.read(state + WEIGHTS, number);
        long timeNs = layout.timeNs(row);
        if ((number.low() | number.high()) == 0) {
            Memory.putLong(state + LANDMARK, timeNs);
        }
        long weight = weight(state, timeNs);
        sum.add(state + NUMBERS, scaled * weight, Math.multiplyHigh(scaled, weight), 0);
        sum.add(state + WEIGHTS, weight, 0);
    }

    /** Weight of a row's time, at least 1 unless it is older; moves the landmark up to it. */
    private long weight(long state, long timeNs) {
        long landmark = Memory.getLong(state + LANDMARK);
        long distance = timeNs - landmark; // up to 2^64: unsigned if the time is not before
        if (timeNs >= landmark) {
            long halvings = Long.divideUnsigned(distance, halfLifeNs);
            if (halvings != 0) {
                halve(state + NUMBERS, halvings);
                halve(state + WEIGHTS, halvings);
                Memory.putLong(state + LANDMARK, landmark + halvings * halfLifeNs);
            }
            return GrowthTable.power(distance - halvings * halfLifeNs, halfLifeNs);
        }
        // 2^(-d / h) = 2^((-d mod h) / h) * 2^-ceil(d / h)
        long before = -distance;
        long halvings = Long.divideUnsigned(before, halfLifeNs);
        long left = before - halvings * halfLifeNs;
        if (left != 0) {
            halvings++;
            left = halfLifeNs - left;
        }
        long weight = GrowthTable.power(left, halfLifeNs);
        return Long.compareUnsigned(halvings, Long.SIZE) < 0 ? weight >>> halvings : 0;
    }

    private static void halve(long at, long times) {
        WideSum.shiftRight(at, (int) (Long.compareUnsigned(times, 127) < 0 ? times : 127));
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
        WideSum.read(state + WEIGHTS, number);
        divisor.setMagnitude(number);
        WideSum.read(state + NUMBERS, number);
        boolean negative = Wide256.isNegative(number);
        dividend.setMagnitude(number).divide(divisor, rest);
        dividend.moveTo(result, negative, scale);
        if (negative && !rest.isZero()) {
            result.subtract(number.set(1, scale));
        }
    }
}
