package io.penstock.engine.window;

import org.agrona.sbe.MessageDecoderFlyweight;

/** The aggregates a window can compute; all exact, bit for bit the same whatever the batching. */
public final class Aggregates {
    private Aggregates() {}

    /** Number of events. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> count() {
        return new CountAggregate<>();
    }

    /** Sum in 128 bits; a sum beyond stops the engine and names the window. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> sum(NumberOf<T> number) {
        return new SumAggregate<>("sum", number, null, SumAggregate.NO_AVERAGE);
    }

    /** Sum of the products of two numbers, in 128 bits. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> sumOfProducts(
            NumberOf<T> left, NumberOf<T> right) {
        return new SumAggregate<>("sumOfProducts", left, right, SumAggregate.NO_AVERAGE);
    }

    /**
     * Average, rounded half to even.
     *
     * @param scale digits after the point of the result, not below the values'
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> average(
            NumberOf<T> number, int scale) {
        if (scale < 0 || scale > 18) {
            throw new IllegalArgumentException("scale must be 0 to 18: scale=" + scale);
        }
        return new SumAggregate<>("average(" + scale + ")", number, null, scale);
    }

    /** Smallest number. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> min(NumberOf<T> number) {
        return new ExtremeAggregate<>("min", number, -1);
    }

    /** Largest number. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> max(NumberOf<T> number) {
        return new ExtremeAggregate<>("max", number, 1);
    }

    /** Number of the first event by (event time, arrival). */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> first(NumberOf<T> number) {
        return new EdgeAggregate<>("first", number, -1);
    }

    /** Number of the last event by (event time, arrival). */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> last(NumberOf<T> number) {
        return new EdgeAggregate<>("last", number, 1);
    }
}
