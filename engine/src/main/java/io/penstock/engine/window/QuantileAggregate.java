package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.snapshot.SnapshotWriter;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Quantiles with a bound on the relative error.
 *
 * <p>Counts per bucket, as DDSketch (Masson, Rim and Lee, 2019) has them, with buckets of integer
 * arithmetic alone: a magnitude below {@code 2^(k+1)} is a bucket of its own, above it the leading
 * {@code k + 1} bits name the bucket (HdrHistogram's layout), whose middle is at most {@code
 * 2^-(k+1)} of any of its values away. Counts only add up: any order of events and merges gives the
 * same state, byte for byte.
 *
 * <p>The quantile q of n numbers is that of rank {@code floor(q * (n - 1))}, counted from 0.
 *
 * <p>Memory: 16 bytes, then 21 to 43 a bucket that is not empty; numbers within a factor of ten
 * fill at most 3.4 * 2^k buckets.
 */
@HotPath
final class QuantileAggregate<T extends MessageDecoderFlyweight> extends NestedAggregate<T> {
    private static final int MAX_BITS = 16;

    /** The least relative error there is. */
    static final double LEAST_ERROR = 1.0 / (1 << (MAX_BITS + 1));

    private final NumberOf<T> number;
    private final double quantile;
    private final int scale;
    private final int bits;
    private final WideNumber value = new WideNumber();
    private long[] buckets = new long[64];
    private long[] counts = new long[64];
    private int sortedCount;

    /** The accumulator that the scratch memory shows; 0 for none. */
    private long sortedAddress;

    /**
     * Creates an aggregate.
     *
     * @param scale digits after the point that numbers have at most
     * @param bits k; the relative error is 2^-(k+1)
     */
    QuantileAggregate(NumberOf<T> number, double quantile, int scale, int bits, NestedTable table) {
        super(
                "quantile(" + quantile + "," + scale + ",2^-" + (bits + 1) + ")",
                NestedTable.WORD_HEAD_LENGTH,
                table);
        this.number = number;
        this.quantile = quantile;
        this.scale = scale;
        this.bits = bits;
    }

    /** The least k whose error is at most {@code relativeError}. */
    static int bitsFor(double relativeError) {
        int bits = 1;
        while (bits < MAX_BITS && 1.0 / (1L << (bits + 1)) > relativeError) {
            bits++;
        }
        return bits;
    }

    @Override
    Aggregate<T> forStage(AccumulatorMemory memory) {
        NestedTable own = NestedTable.ofWords(memory, 1, Long.BYTES);
        return new QuantileAggregate<>(number, quantile, scale, bits, own);
    }

    @Override
    void add(long address, Event<T> event) {
        T message = event.message();
        long mantissa = number.mantissa(message);
        int digits = number.scale(message);
        if (digits != scale) {
            mantissa = atScale(mantissa, digits);
        }
        count(address, bucketOf(mantissa, bits), 1);
    }

    private long atScale(long mantissa, int digits) {
        long rescaled = mantissa;
        int at = digits;
        while (at > scale && rescaled % 10 == 0) {
            rescaled /= 10;
            at--;
        }
        if (at > scale) {
            throw new ArithmeticException(
                    "numbers of "
                            + description()
                            + " must have at most "
                            + scale
                            + " digits after the point: digits="
                            + at);
        }
        value.set(rescaled, at).rescaleTo(scale);
        if (!value.fitsLong()) {
            throw new ArithmeticException(
                    "numbers of " + description() + " must fit 64 bits at its scale");
        }
        return value.low();
    }

    private void count(long address, long bucket, long more) {
        sortedAddress = 0;
        long payload = table.findOrAdd(address, bucket);
        Memory.putLong(table.forWrite(address, payload), Memory.getLong(payload) + more);
    }

    @Override
    void mergeEntry(long target, long source, int index) {
        long bucket = Memory.getLong(table.entry(source, index));
        count(target, bucket, Memory.getLong(table.payload(source, index)));
    }

    /** Number of a value's bucket; ascending with the value, negative for negative ones. */
    static long bucketOf(long value, int bits) {
        long magnitude = Math.abs(value); // 2^63 as an unsigned number is right
        int top = Long.SIZE - 1 - Long.numberOfLeadingZeros(magnitude);
        long bucket = magnitude;
        if (top > bits) {
            int shift = top - bits;
            bucket = ((long) shift << bits) + (magnitude >>> shift);
        }
        return value < 0 ? -bucket : bucket;
    }

    /** The middle of a bucket. */
    static void middleOf(long bucket, int bits, int scale, WideNumber result) {
        long magnitude = Math.abs(bucket);
        if (magnitude >>> (bits + 1) != 0) {
            int shift = (int) (magnitude >>> bits) - 1;
            long leading = magnitude - ((long) shift << bits);
            magnitude = (leading << shift) + (1L << (shift - 1));
        }
        result.set(magnitude, 0, scale);
        if (bucket < 0) {
            result.negate();
        }
    }

    /** Writes the buckets by their numbers. */
    @Override
    void writeTo(long address, SnapshotWriter writer) {
        sortedAddress = 0;
        int count = sort(address);
        writer.putInt(count);
        for (int i = 0; i < count; i++) {
            writer.putLong(buckets[i]).putLong(counts[i]);
        }
    }

    @Override
    void read(long address, WideNumber result) {
        sortedAddress = 0;
        readQuantile(address, quantile, result);
    }

    @Override
    void readQuantile(long address, double wanted, WideNumber result) {
        if (!(wanted >= 0 && wanted <= 1)) {
            throw new IllegalArgumentException("quantile must be 0 to 1: quantile=" + wanted);
        }
        if (sortedAddress != address) {
            sortedCount = sort(address);
            sortedAddress = address;
        }
        long all = 0;
        for (int i = 0; i < sortedCount; i++) {
            all += counts[i];
        }
        if (all == 0) {
            result.set(0, scale);
            return;
        }
        long rank = Math.min(all - 1, (long) (wanted * (all - 1)));
        int at = 0;
        for (long below = counts[0]; below <= rank; below += counts[at]) {
            at++;
        }
        middleOf(buckets[at], bits, scale, result);
    }

    /** Puts the buckets in order in scratch memory. */
    private int sort(long address) {
        int count = table.count(address);
        if (buckets.length < count) {
            int length = Math.max(count, buckets.length * 2);
            buckets = new long[length];
            counts = new long[length];
        }
        for (int i = 0; i < count; i++) {
            buckets[i] = Memory.getLong(table.entry(address, i));
            counts[i] = Memory.getLong(table.payload(address, i));
        }
        // A heap's sort, in place: that of the JDK may allocate.
        for (int root = count / 2 - 1; root >= 0; root--) {
            sink(root, count);
        }
        for (int end = count - 1; end > 0; end--) {
            swap(0, end);
            sink(0, end);
        }
        return count;
    }

    private void sink(int from, int end) {
        int root = from;
        while (2 * root + 1 < end) {
            int child = 2 * root + 1;
            if (child + 1 < end && buckets[child + 1] > buckets[child]) {
                child++;
            }
            if (buckets[root] >= buckets[child]) {
                return;
            }
            swap(root, child);
            root = child;
        }
    }

    private void swap(int a, int b) {
        long bucket = buckets[a];
        buckets[a] = buckets[b];
        buckets[b] = bucket;
        long count = counts[a];
        counts[a] = counts[b];
        counts[b] = count;
    }
}
