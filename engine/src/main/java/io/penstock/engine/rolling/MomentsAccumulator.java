package io.penstock.engine.rolling;

import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Variance and standard deviation of the rows as a population, from their sum S1, the sum of their
 * squares S2 and their number n: {@code (n * S2 - S1^2) / n^2}.
 *
 * <p>Nothing is rounded before the end. The scale of S2 is twice that of S1.
 */
@HotPath
final class MomentsAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private static final int SQUARES = WideSum.LENGTH;

    private final RowLayout<T> layout;
    private final NumberOf<T> number;
    private final int column;
    private final boolean isRoot;
    private final int resultScale;
    private final WideSum sum = new WideSum();
    private final WideSum squares = new WideSum();
    private final WideNumber first = new WideNumber();
    private final WideNumber distance = new WideNumber();
    private final Wide256 spread = new Wide256();
    private final Wide256 square = new Wide256();
    private final Wide256 rest = new Wide256();

    MomentsAccumulator(RowLayout<T> layout, NumberOf<T> number, boolean isRoot, int resultScale) {
        super(2 * WideSum.LENGTH);
        this.layout = layout;
        this.number = number;
        this.column = layout.column(number);
        this.isRoot = isRoot;
        this.resultScale = resultScale;
    }

    @Override
    void add(long state, long key, long index, long row) {
        long mantissa = layout.mantissa(row, column);
        int scale = layout.scale(row, column);
        sum.add(state, mantissa, scale);
        squares.add(
                state + SQUARES,
                mantissa * mantissa,
                Math.multiplyHigh(mantissa, mantissa),
                2 * scale);
    }

    @Override
    void retract(long state, long key, long index, long row) {
        long mantissa = layout.mantissa(row, column);
        int scale = layout.scale(row, column);
        sum.subtract(state, mantissa, scale);
        squares.subtract(
                state + SQUARES,
                mantissa * mantissa,
                Math.multiplyHigh(mantissa, mantissa),
                2 * scale);
    }

    @Override
    void read(long state, long key, long rows, WideNumber result) {
        int scale = spreadOf(state, rows);
        if (isRoot) {
            readRoot(state, rows, scale, result);
        } else {
            readVariance(rows, scale, result);
        }
    }

    /** Half to even of {@code spread / 10^(2 scale) / rows^2} at the result's scale. */
    private void readVariance(long rows, int scale, WideNumber result) {
        square.set(rows).multiply(rows);
        int shift = resultScale - 2 * scale;
        if (shift >= 0) {
            spread.scaleUp(shift);
        } else {
            square.scaleUp(-shift);
        }
        spread.divide(square, rest);
        spread.moveTo(result, false, resultScale);
        // rest against the half of the divisor: rest against divisor - rest
        square.subtract(rest);
        int half = rest.compareTo(square);
        if (half > 0 || (half == 0 && (result.low() & 1) == 1)) {
            result.add(first.set(1, resultScale));
        }
    }

    /** Half to even of the root of {@code spread / 10^(2 scale)} over rows. */
    private void readRoot(long state, long rows, int scale, WideNumber result) {
        int shift = resultScale - scale;
        if (shift > 0) {
            spread.scaleUp(2 * shift);
        }
        spread.squareRoot(rest, square);
        square.set(rows);
        if (shift < 0) {
            square.scaleUp(-shift);
        }
        spread.divide(square, rest);
        spread.moveTo(result, false, resultScale);
        // above the half behind the digit f if 4 * spread > (n * (2 f + 1))^2, all of one scale
        boolean isOdd = (result.low() & 1) == 1;
        spreadOf(state, rows);
        spread.scaleUp(2 * Math.max(0, shift)).multiply(4);
        distance.set(result).multiply(2).add(first.set(1, resultScale)).multiply(rows);
        square.setSquare(distance).scaleUp(2 * Math.max(0, -shift));
        int half = spread.compareTo(square);
        if (half > 0 || (half == 0 && isOdd)) {
            result.add(first.set(1, resultScale));
        }
    }

    /** Computes {@code n * S2 - S1^2}, which is never negative; returns the scale of S1. */
    private int spreadOf(long state, long rows) {
        WideSum.read(state + SQUARES, distance);
        WideSum.read(state, first);
        spread.setMagnitude(distance).multiply(rows);
        spread.subtract(square.setSquare(first));
        return first.scale();
    }

    /** {@code (n * x - S1)^2 > k^2 * (n * S2 - S1^2)}. */
    @Override
    boolean isBeyond(long state, long rows, Event<T> event, int sigmas, int scale) {
        int sumScale = spreadOf(state, rows);
        T message = event.message();
        int numberScale = number.scale(message);
        distance.set(number.mantissa(event.message()), numberScale);
        distance.multiply(rows).subtract(first).multiply(Wide256.powerOfTen(scale));
        if (numberScale > sumScale) {
            spread.scaleUp(2 * (numberScale - sumScale));
        }
        spread.multiply(sigmas).multiply(sigmas);
        return square.setSquare(distance).compareTo(spread) > 0;
    }
}
