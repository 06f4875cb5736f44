package io.penstock.engine.rolling;

import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Sum of a number or of the products of two, and the average on top of it. */
@HotPath
final class SumAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    static final int NO_FACTOR = -1;
    static final int NO_AVERAGE = -1;

    private static final int MAX_SHORT_SHIFT = 18;

    private final RowLayout<T> layout;
    private final int number;
    private final int factor;
    private final int averageScale;
    private final WideSum sum = new WideSum();

    SumAccumulator(RowLayout<T> layout, int number, int factor, int averageScale) {
        super(WideSum.LENGTH);
        this.layout = layout;
        this.number = number;
        this.factor = factor;
        this.averageScale = averageScale;
    }

    @Override
    void add(long state, long key, long index, long row) {
        long mantissa = layout.mantissa(row, number);
        int scale = layout.scale(row, number);
        if (factor == NO_FACTOR) {
            sum.add(state, mantissa, scale);
            return;
        }
        long other = layout.mantissa(row, factor);
        sum.add(
                state,
                mantissa * other,
                Math.multiplyHigh(mantissa, other),
                scale + layout.scale(row, factor));
    }

    @Override
    void retract(long state, long key, long index, long row) {
        long mantissa = layout.mantissa(row, number);
        int scale = layout.scale(row, number);
        if (factor == NO_FACTOR) {
            sum.subtract(state, mantissa, scale);
            return;
        }
        long other = layout.mantissa(row, factor);
        sum.subtract(
                state,
                mantissa * other,
                Math.multiplyHigh(mantissa, other),
                scale + layout.scale(row, factor));
    }

    @Override
    boolean isPresent(long state, long rows) {
        return rows > 0 || averageScale == NO_AVERAGE;
    }

    @Override
    void read(long state, long key, long rows, WideNumber result) {
        if (state == 0) {
            result.set(0, 0);
            return;
        }
        WideSum.read(state, result);
        if (averageScale != NO_AVERAGE) {
            divide(result, rows, averageScale);
        }
    }

    /** Divides and rounds half to even; by hardware where 64 bits suffice. */
    static void divide(WideNumber number, long count, int scale) {
        int shift = scale - number.scale();
        long low = number.low();
        if (shift >= 0 && shift <= MAX_SHORT_SHIFT && number.fitsLong()) {
            long power = Wide256.powerOfTen(shift);
            long scaled = low * power;
            if (Math.multiplyHigh(low, power) == scaled >> 63) {
                long quotient = Math.floorDiv(scaled, count);
                long twice = 2 * (scaled - quotient * count) - count;
                if (twice > 0 || (twice == 0 && (quotient & 1) == 1)) {
                    quotient++;
                }
                number.set(quotient, scale);
                return;
            }
        }
        number.divide(count, scale);
    }
}
