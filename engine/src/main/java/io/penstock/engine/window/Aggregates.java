package io.penstock.engine.window;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.Key;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * The aggregates a window can compute; all but the estimates are exact, all are bit for bit the
 * same whatever the batching.
 *
 * <p>Memory is said for one key and pane. Where an aggregate keeps a block of its own, the block
 * has at least 64 bytes.
 */
public final class Aggregates {
    private Aggregates() {}

    /** Number of events; 8 bytes. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> count() {
        return new CountAggregate<>();
    }

    /** Sum in 128 bits; a sum beyond stops the engine and names the window; 32 bytes. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> sum(NumberOf<T> number) {
        return new SumAggregate<>("sum", number, null, SumAggregate.NO_AVERAGE);
    }

    /** Sum of the products of two numbers, in 128 bits; 32 bytes. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> sumOfProducts(
            NumberOf<T> left, NumberOf<T> right) {
        return new SumAggregate<>("sumOfProducts", left, right, SumAggregate.NO_AVERAGE);
    }

    /**
     * Average, rounded half to even; 32 bytes.
     *
     * @param scale digits after the point of the result, 0 to 18
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> average(
            NumberOf<T> number, int scale) {
        requireScale(scale);
        return new SumAggregate<>("average(" + scale + ")", number, null, scale);
    }

    /** Smallest number; 16 bytes. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> min(NumberOf<T> number) {
        return new ExtremeAggregate<>("min", number, -1);
    }

    /** Largest number; 16 bytes. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> max(NumberOf<T> number) {
        return new ExtremeAggregate<>("max", number, 1);
    }

    /** Number of the first event by (event time, arrival); 32 bytes. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> first(NumberOf<T> number) {
        return new EdgeAggregate<>("first", number, -1);
    }

    /** Number of the last event by (event time, arrival); 32 bytes. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> last(NumberOf<T> number) {
        return new EdgeAggregate<>("last", number, 1);
    }

    /**
     * Variance of all the numbers, from exact sums, rounded once, half to even; 48 bytes.
     *
     * @param scale digits after the point of the result, 0 to 18
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> variance(
            NumberOf<T> number, int scale) {
        return moments(number, MomentsAggregate.Form.POPULATION_VARIANCE, scale);
    }

    /** Like {@link #variance}, of a sample: over one less than the count; 0 for one number. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> sampleVariance(
            NumberOf<T> number, int scale) {
        return moments(number, MomentsAggregate.Form.SAMPLE_VARIANCE, scale);
    }

    /** Square root of the variance, rounded once, half to even; 48 bytes. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> standardDeviation(
            NumberOf<T> number, int scale) {
        return moments(number, MomentsAggregate.Form.POPULATION_DEVIATION, scale);
    }

    /** Square root of the sample's variance; 0 for one number. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> sampleStandardDeviation(
            NumberOf<T> number, int scale) {
        return moments(number, MomentsAggregate.Form.SAMPLE_DEVIATION, scale);
    }

    private static <T extends MessageDecoderFlyweight> Aggregate<T> moments(
            NumberOf<T> number, MomentsAggregate.Form form, int scale) {
        requireScale(scale);
        return new MomentsAggregate<>(number, form, scale);
    }

    /**
     * Average weighted by another number: of prices by volume the VWAP. Rounded once; 40 bytes.
     * Weights that sum to zero stop the engine and name the window.
     *
     * @param scale digits after the point of the result, 0 to 18
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> weightedAverage(
            NumberOf<T> number, NumberOf<T> weight, int scale, Rounding rounding) {
        requireScale(scale);
        return new QuotientAggregate<>(number, weight, scale, rounding);
    }

    /**
     * Bytes, such as a text, of the first event by (event time, arrival): {@link WindowView#bytes}.
     * 32 bytes, and the text's length, rounded up to a power of two.
     *
     * @param extractor as for a key; below 0 the event is left out
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> firstBytes(
            Key.BytesExtractor<T> extractor) {
        return new EdgeBytesAggregate<>("firstBytes", extractor, -1);
    }

    /** Like {@link #firstBytes}, of the last event. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> lastBytes(
            Key.BytesExtractor<T> extractor) {
        return new EdgeBytesAggregate<>("lastBytes", extractor, 1);
    }

    /** Number of distinct integers, exactly; 16 bytes, and 16 to 32 per distinct one. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> distinct(
            ToLongFunction<T> integer) {
        return DistinctAggregate.ofLongs(integer);
    }

    /**
     * Number of distinct decimals by value: 1.5 is 1.50. Exactly; 16 bytes, and 21 to 43 per
     * distinct one.
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> distinctNumbers(
            NumberOf<T> number) {
        return DistinctAggregate.ofNumbers(number);
    }

    /**
     * Number of distinct byte strings, exactly; 32 bytes, and per distinct one 21 to 43 and once to
     * twice its length.
     *
     * @param extractor as for a key; below 0 the event is left out
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> distinctBytes(
            Key.BytesExtractor<T> extractor) {
        return DistinctAggregate.ofBytes(extractor);
    }

    /**
     * Number of distinct integers, estimated by HyperLogLog with a standard error of 1.04 /
     * sqrt(2^precision); 24 bytes and at most 2^precision, less while there are few.
     *
     * @param precision 6 to 18; 14 has an error of 0.8 % in 16 KiB
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> hyperLogLog(
            ToLongFunction<T> integer, int precision) {
        requirePrecision(precision);
        return new HyperLogLogAggregate<>(integer, null, precision, null);
    }

    /** Like {@link #hyperLogLog}, of byte strings. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> hyperLogLogBytes(
            Key.BytesExtractor<T> extractor, int precision) {
        requirePrecision(precision);
        return new HyperLogLogAggregate<>(null, extractor, precision, null);
    }

    /**
     * A quantile, within a relative error: that of rank floor(quantile * (n - 1)) of n numbers.
     * Others of the same numbers: {@link WindowView#quantile}. 16 bytes, and 21 to 43 per bucket;
     * numbers within a factor of ten fill at most 3.4 / relativeError buckets.
     *
     * @param quantile from 0 to 1
     * @param scale digits after the point that numbers may have; more stop the engine
     * @param relativeError bound of |estimate - number| / |number|, at least 2^-17
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> quantile(
            NumberOf<T> number, double quantile, int scale, double relativeError) {
        requireScale(scale);
        if (!(quantile >= 0 && quantile <= 1)) {
            throw new IllegalArgumentException("quantile must be 0 to 1: quantile=" + quantile);
        }
        if (!(relativeError >= QuantileAggregate.LEAST_ERROR && relativeError < 1)) {
            throw new IllegalArgumentException(
                    "relative error must be 2^-17 to 1: relativeError=" + relativeError);
        }
        int bits = QuantileAggregate.bitsFor(relativeError);
        return new QuantileAggregate<>(number, quantile, scale, bits, null);
    }

    /**
     * The events with the largest numbers, as bytes taken out of each: {@link WindowView#topCount},
     * {@link WindowView#topBytes}, {@link WindowView#topScore}. 32 bytes, 48 to 96 a row, and twice
     * to four times the bytes' length.
     *
     * @param limit most rows, 1 to 10,000
     * @param extractor as for a key; below 0 the event is left out
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> top(
            int limit, NumberOf<T> score, Key.BytesExtractor<T> extractor, Ties ties) {
        return topWide(
                limit,
                (message, result) -> result.set(score.mantissa(message), score.scale(message)),
                extractor,
                ties);
    }

    /** Like {@link #top}, by numbers of up to 128 bits. */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> topWide(
            int limit, WideNumberOf<T> score, Key.BytesExtractor<T> extractor, Ties ties) {
        requireLimit(limit);
        return new TopRowsAggregate<>(limit, score, extractor, ties, null);
    }

    /**
     * The integers that occur most often; of equal counts the smaller first: {@link
     * WindowView#topLong}, {@link WindowView#topScore}. Exact: 16 bytes, and 21 to 43 per distinct
     * one.
     *
     * @param limit most rows, 1 to 10,000
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> topByCount(
            int limit, ToLongFunction<T> integer) {
        requireLimit(limit);
        return new TopGroupsAggregate<>(limit, integer, null, null, Ties.NUMBERS, null);
    }

    /**
     * The byte strings that occur most often: {@link WindowView#topBytes}, {@link
     * WindowView#topScore}. Exact: 32 bytes, and per distinct one 32 to 64 and once to twice its
     * length.
     *
     * @param ties {@link Ties#BYTES} or {@link Ties#NUMBERS}
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> topBytesByCount(
            int limit, Key.BytesExtractor<T> extractor, Ties ties) {
        requireLimit(limit);
        requireValueTies(ties);
        return new TopGroupsAggregate<>(limit, null, extractor, null, ties, null);
    }

    /**
     * The integers with the largest sum of a number; of equal sums the smaller first. Exact: 16
     * bytes, and 43 to 86 per distinct one.
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> topBySum(
            int limit, ToLongFunction<T> integer, NumberOf<T> number) {
        requireLimit(limit);
        return new TopGroupsAggregate<>(limit, integer, null, number, Ties.NUMBERS, null);
    }

    /**
     * The byte strings with the largest sum of a number. Exact: 32 bytes, and per distinct one 46
     * to 91 and once to twice its length.
     *
     * @param ties {@link Ties#BYTES} or {@link Ties#NUMBERS}
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> topBytesBySum(
            int limit, Key.BytesExtractor<T> extractor, NumberOf<T> number, Ties ties) {
        requireLimit(limit);
        requireValueTies(ties);
        return new TopGroupsAggregate<>(limit, null, extractor, number, ties, null);
    }

    /**
     * An aggregate of the user's own over a block of bytes that is zero at the start.
     *
     * @param name what the plan shows; name it anew when a function changes its meaning
     * @param blockLengthBytes 1 to 65,536
     */
    public static <T extends MessageDecoderFlyweight> Aggregate<T> of(
            String name,
            int blockLengthBytes,
            UserAggregate.Add<T> add,
            UserAggregate.Merge merge,
            UserAggregate.Result result) {
        if (blockLengthBytes < 1 || blockLengthBytes > 1 << 16) {
            throw new IllegalArgumentException(
                    "block length must be 1 to 65,536 bytes: blockLengthBytes=" + blockLengthBytes);
        }
        String description = "of(" + name + "," + blockLengthBytes + ")";
        return new BlockAggregate<>(description, blockLengthBytes, add, merge, result);
    }

    /**
     * An aggregate of the user's own whose accumulator is the block of an SBE message. All bytes
     * are zero at the start, so a field whose null value is another is not null.
     *
     * @param name what the plan shows; name it anew when a function changes its meaning
     * @param type a message without groups and texts
     */
    public static <
                    T extends MessageDecoderFlyweight,
                    D extends MessageDecoderFlyweight,
                    E extends MessageEncoderFlyweight>
            Aggregate<T> ofMessage(
                    String name,
                    MessageType<D, E> type,
                    UserAggregate.AddToMessage<T, D, E> add,
                    UserAggregate.MergeMessages<D, E> merge,
                    UserAggregate.ResultOfMessage<D> result) {
        if (!type.hasFixedLength()) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the accumulator of aggregate "
                            + name
                            + " must be a message without groups and texts: type="
                            + type.name());
        }
        String description = "of(" + name + "," + type + ")";
        return new MessageAggregate<>(description, type, add, merge, result);
    }

    private static void requireScale(int scale) {
        if (scale < 0 || scale > 18) {
            throw new IllegalArgumentException("scale must be 0 to 18: scale=" + scale);
        }
    }

    private static void requireLimit(int limit) {
        if (limit < 1 || limit > 10_000) {
            throw new IllegalArgumentException("rows must be 1 to 10,000: limit=" + limit);
        }
    }

    private static void requirePrecision(int precision) {
        if (precision < HyperLogLogAggregate.MIN_PRECISION
                || precision > HyperLogLogAggregate.MAX_PRECISION) {
            throw new IllegalArgumentException("precision must be 6 to 18: " + precision);
        }
    }

    private static void requireValueTies(Ties ties) {
        if (ties == Ties.ARRIVAL) {
            throw new IllegalArgumentException("values have no arrival: ties must be by value");
        }
    }
}
