package io.penstock.engine.rolling;

import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.Rounding;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Average of a number weighted by another: {@code sum(number * weight) / sum(weight)}. */
@HotPath
final class QuotientAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private static final int WEIGHTS = WideSum.LENGTH;

    private final RowLayout<T> layout;
    private final int number;
    private final int weight;
    private final int resultScale;
    private final Rounding rounding;
    private final WideSum products = new WideSum();
    private final WideSum weights = new WideSum();
    private final WideNumber scratch = new WideNumber();
    private final Wide256 dividend = new Wide256();
    private final Wide256 divisor = new Wide256();
    private final Wide256 rest = new Wide256();

    QuotientAccumulator(
            RowLayout<T> layout, int number, int weight, int resultScale, Rounding rounding) {
        super(2 * WideSum.LENGTH);
        this.layout = layout;
        this.number = number;
        this.weight = weight;
        this.resultScale = resultScale;
        this.rounding = rounding;
    }

    @Override
    void add(long state, long key, long index, long row) {
        long left = layout.mantissa(row, number);
        long right = layout.mantissa(row, weight);
        int scale = layout.scale(row, weight);
        products.add(
                state,
                left * right,
                Math.multiplyHigh(left, right),
                layout.scale(row, number) + scale);
        weights.add(state + WEIGHTS, right, scale);
    }

    @Override
    void retract(long state, long key, long index, long row) {
        long left = layout.mantissa(row, number);
        long right = layout.mantissa(row, weight);
        int scale = layout.scale(row, weight);
        products.subtract(
                state,
                left * right,
                Math.multiplyHigh(left, right),
                layout.scale(row, number) + scale);
        weights.subtract(state + WEIGHTS, right, scale);
    }

    /** Not where weights cancel out. */
    @Override
    boolean isPresent(long state, long rows) {
        if (rows == 0) {
            return false;
        }
        WideSum.read(state + WEIGHTS, scratch);
        return (scratch.low() | scratch.high()) != 0;
    }

    @Override
    void read(long state, long key, long rows, WideNumber result) {
        WideSum.read(state + WEIGHTS, scratch);
        int weightScale = scratch.scale();
        boolean negative = Wide256.isNegative(scratch);
        divisor.setMagnitude(scratch);
        WideSum.read(state, scratch);
        negative ^= Wide256.isNegative(scratch);
        dividend.setMagnitude(scratch);
        int shift = resultScale + weightScale - scratch.scale();
        if (shift >= 0) {
            dividend.scaleUp(shift);
        } else {
            divisor.scaleUp(-shift);
        }
        dividend.divide(divisor, rest);
        dividend.moveTo(result, negative, resultScale);
        if (isAwayFromZero(result, negative)) {
            result.add(scratch.set(negative ? -1 : 1, resultScale));
        }
    }

    private boolean isAwayFromZero(WideNumber quotient, boolean negative) {
        if (rounding == Rounding.FLOOR) {
            return negative && !rest.isZero();
        }
        int half = rest.compareTo(divisor.subtract(rest));
        return half > 0 || (half == 0 && (quotient.low() & 1) == 1);
    }
}
