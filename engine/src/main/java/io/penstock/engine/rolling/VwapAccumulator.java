package io.penstock.engine.rolling;

import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Volume-weighted average price: {@code floor(sum(price * quantity) / sum(quantity))}. */
@HotPath
final class VwapAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private static final int VOLUME = WideSum.LENGTH;

    private final RowLayout<T> layout;
    private final int price;
    private final int quantity;
    private final int resultScale;
    private final WideSum notional = new WideSum();
    private final WideSum volume = new WideSum();
    private final WideNumber number = new WideNumber();
    private final Wide256 dividend = new Wide256();
    private final Wide256 divisor = new Wide256();
    private final Wide256 rest = new Wide256();

    VwapAccumulator(RowLayout<T> layout, int price, int quantity, int resultScale) {
        super(2 * WideSum.LENGTH);
        this.layout = layout;
        this.price = price;
        this.quantity = quantity;
        this.resultScale = resultScale;
    }

    @Override
    void add(long state, long key, long index, long row) {
        long left = layout.mantissa(row, price);
        long right = layout.mantissa(row, quantity);
        int scale = layout.scale(row, quantity);
        notional.add(
                state,
                left * right,
                Math.multiplyHigh(left, right),
                layout.scale(row, price) + scale);
        volume.add(state + VOLUME, right, scale);
    }

    @Override
    void retract(long state, long key, long index, long row) {
        long left = layout.mantissa(row, price);
        long right = layout.mantissa(row, quantity);
        int scale = layout.scale(row, quantity);
        notional.subtract(
                state,
                left * right,
                Math.multiplyHigh(left, right),
                layout.scale(row, price) + scale);
        volume.subtract(state + VOLUME, right, scale);
    }

    /** Not where quantities cancel out. */
    @Override
    boolean isPresent(long state, long rows) {
        if (rows == 0) {
            return false;
        }
        WideSum.read(state + VOLUME, number);
        return (number.low() | number.high()) != 0;
    }

    @Override
    void read(long state, long key, long rows, WideNumber result) {
        WideSum.read(state + VOLUME, number);
        int volumeScale = number.scale();
        boolean negative = Wide256.isNegative(number);
        divisor.setMagnitude(number);
        WideSum.read(state, number);
        negative ^= Wide256.isNegative(number);
        dividend.setMagnitude(number);
        int shift = resultScale + volumeScale - number.scale();
        if (shift >= 0) {
            dividend.scaleUp(shift);
        } else {
            divisor.scaleUp(-shift);
        }
        dividend.divide(divisor, rest);
        dividend.moveTo(result, negative, resultScale);
        if (negative && !rest.isZero()) {
            result.subtract(number.set(1, resultScale));
        }
    }
}
