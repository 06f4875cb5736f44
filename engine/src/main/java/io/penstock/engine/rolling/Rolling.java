package io.penstock.engine.rolling;

import io.penstock.engine.operator.Key;
import io.penstock.engine.rolling.RunningExtremeAccumulator.Wanted;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Rounding;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The aggregates of a look-back; all exact, whatever rows come and leave.
 *
 * <p>Sums are of 128 bits; one beyond stops the engine and names the stage. Where numbers have
 * several scales, a sum's is the largest since the key's look-back was empty. Over an empty
 * look-back counts and sums are 0, all else has no value: {@link LookBackView#isPresent}. See
 * {@link Ewma} for exponentially weighted averages.
 */
public final class Rolling {
    /** Longest value of {@link #distinctBytes}, bytes. */
    public static final int MAX_TEXT_BYTES = 4096;

    private static final int MAX_SCALE = 18;

    private Rolling() {}

    /** Number of rows. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> count() {
        return new RollingAggregate<>("count", layout -> new CountAccumulator<>());
    }

    /** Sum. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> sum(NumberOf<T> number) {
        return new RollingAggregate<>("sum", layout -> sum(layout, number, null));
    }

    /** Sum of the products of two numbers. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> sumOfProducts(
            NumberOf<T> left, NumberOf<T> right) {
        return new RollingAggregate<>("sumOfProducts", layout -> sum(layout, left, right));
    }

    /** Sum of the squares. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> sumOfSquares(
            NumberOf<T> number) {
        return new RollingAggregate<>("sumOfSquares", layout -> sum(layout, number, number));
    }

    private static <T extends MessageDecoderFlyweight> SumAccumulator<T> sum(
            RowLayout<T> layout, NumberOf<T> left, NumberOf<T> right) {
        return new SumAccumulator<>(
                layout,
                layout.column(left),
                right == null ? SumAccumulator.NO_FACTOR : layout.column(right),
                SumAccumulator.NO_AVERAGE);
    }

    /**
     * Moving average, rounded half to even.
     *
     * @param scale digits after the point of the result, not below the numbers'
     */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> average(
            NumberOf<T> number, int scale) {
        requireScale(scale);
        return new RollingAggregate<>(
                "average(" + scale + ")",
                layout ->
                        new SumAccumulator<>(
                                layout, layout.column(number), SumAccumulator.NO_FACTOR, scale));
    }

    /**
     * Variance of the rows as a population, rounded half to even; knows {@link
     * LookBackView#isBeyond}.
     *
     * @param scale digits after the point of the result
     */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> variance(
            NumberOf<T> number, int scale) {
        requireScale(scale);
        return new RollingAggregate<>(
                "variance(" + scale + ")",
                layout -> new MomentsAccumulator<>(layout, number, false, scale));
    }

    /**
     * Standard deviation of the rows as a population, rounded half to even; knows {@link
     * LookBackView#isBeyond}, which rounds nothing.
     *
     * @param scale digits after the point of the result
     */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> standardDeviation(
            NumberOf<T> number, int scale) {
        requireScale(scale);
        return new RollingAggregate<>(
                "standardDeviation(" + scale + ")",
                layout -> new MomentsAccumulator<>(layout, number, true, scale));
    }

    /** Smallest number. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> min(NumberOf<T> number) {
        return new RollingAggregate<>("min", layout -> extreme(layout, number, Wanted.SMALLEST));
    }

    /** Largest number. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> max(NumberOf<T> number) {
        return new RollingAggregate<>("max", layout -> extreme(layout, number, Wanted.LARGEST));
    }

    /** Number of the first row: within a time by (event time, arrival), else by arrival. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> first(
            NumberOf<T> number) {
        return new RollingAggregate<>("first", layout -> edge(layout, number, Wanted.FIRST));
    }

    /** Number of the last row: within a time by (event time, arrival), else by arrival. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> last(NumberOf<T> number) {
        return new RollingAggregate<>("last", layout -> edge(layout, number, Wanted.LAST));
    }

    private static <T extends MessageDecoderFlyweight> Accumulator<T> extreme(
            RowLayout<T> layout, NumberOf<T> number, Wanted wanted) {
        int column = layout.column(number);
        return layout.keepsRows()
                ? new ExtremeAccumulator<>(layout, column, wanted == Wanted.LARGEST ? 1 : -1)
                : new RunningExtremeAccumulator<>(layout, column, wanted);
    }

    private static <T extends MessageDecoderFlyweight> Accumulator<T> edge(
            RowLayout<T> layout, NumberOf<T> number, Wanted wanted) {
        int column = layout.column(number);
        return layout.keepsRows()
                ? new EdgeAccumulator<>(layout, column, wanted == Wanted.LAST)
                : new RunningExtremeAccumulator<>(layout, column, wanted);
    }

    /** Number of distinct values, exactly; not over {@link LookBack#all}. */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> distinct(
            ToLongFunction<T> value) {
        return new RollingAggregate<>(
                "distinct", layout -> distinctOf(layout, value, null, Long.BYTES));
    }

    /**
     * Number of distinct texts or other bytes, exactly; not over {@link LookBack#all}.
     *
     * @param maxLengthBytes longest value; each row keeps as many bytes
     */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> distinctBytes(
            Key.BytesExtractor<T> value, int maxLengthBytes) {
        if (maxLengthBytes < 1 || maxLengthBytes > MAX_TEXT_BYTES) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "maxLengthBytes of distinctBytes must be 1 to "
                            + MAX_TEXT_BYTES
                            + ": maxLengthBytes="
                            + maxLengthBytes);
        }
        return new RollingAggregate<>(
                "distinctBytes(" + maxLengthBytes + ")",
                layout -> distinctOf(layout, null, value, maxLengthBytes));
    }

    private static <T extends MessageDecoderFlyweight> Accumulator<T> distinctOf(
            RowLayout<T> layout,
            ToLongFunction<T> number,
            Key.BytesExtractor<T> bytes,
            int maxLength) {
        if (!layout.keepsRows()) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "distinct needs the rows, which a look-back over all rows does not keep"
                            + " (use rows or within)");
        }
        return new DistinctAccumulator<>(number, bytes, maxLength);
    }

    /**
     * Average weighted by another number: of prices by volume the VWAP. Rounded once; no value
     * where weights add up to 0.
     *
     * @param scale digits after the point of the result
     */
    public static <T extends MessageDecoderFlyweight> RollingAggregate<T> weightedAverage(
            NumberOf<T> number, NumberOf<T> weight, int scale, Rounding rounding) {
        requireScale(scale);
        return new RollingAggregate<>(
                "weightedAverage(" + scale + "," + rounding + ")",
                layout ->
                        new QuotientAccumulator<>(
                                layout,
                                layout.column(number),
                                layout.column(weight),
                                scale,
                                rounding));
    }

    private static void requireScale(int scale) {
        if (scale < 0 || scale > MAX_SCALE) {
            throw new PenstockException(
                    Category.CONFIGURATION, "scale must be 0 to " + MAX_SCALE + ": scale=" + scale);
        }
    }
}
