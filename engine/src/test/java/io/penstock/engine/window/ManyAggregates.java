package io.penstock.engine.window;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.system.FrameHeaderDecoder;
import io.penstock.codecs.system.FrameHeaderEncoder;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Key;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** All kinds of aggregates over the built-in keyed value, and events for them. */
public final class ManyAggregates {
    /** The value, at its own scale. */
    public static final NumberOf<KeyedValueDecoder> VALUE =
            new NumberOf<>() {
                @Override
                public long mantissa(KeyedValueDecoder message) {
                    return message.value().mantissa();
                }

                @Override
                public int scale(KeyedValueDecoder message) {
                    return message.value().scale();
                }
            };

    /** A second number, made of the time. */
    public static final NumberOf<KeyedValueDecoder> WEIGHT =
            message -> 1 + Math.floorMod(message.eventTimeNs(), 50L);

    /** An integer of few values. */
    public static long integer(KeyedValueDecoder message) {
        return Math.floorMod(message.value().mantissa(), 37L) - 11;
    }

    /** The key behind its first byte. */
    public static final Key.BytesExtractor<KeyedValueDecoder> TEXT =
            (message, target) -> {
                int length = message.keyLength();
                int at = message.limit() + KeyedValueDecoder.keyHeaderLength();
                target.putBytes(0, message.buffer(), at + 1, length - 1);
                return length - 1;
            };

    private final KeyedValueEncoder encoder = new KeyedValueEncoder();
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[2048]);
    private final Event<KeyedValueDecoder> event = new Event<>(BuiltinMessages.KEYED_VALUE);
    private long ordinal;

    /** One of every kind, those that keep memory first. */
    public static List<Aggregate<KeyedValueDecoder>> all() {
        return List.of(
                Aggregates.distinct(ManyAggregates::integer),
                Aggregates.distinctNumbers(VALUE),
                Aggregates.distinctBytes(TEXT),
                Aggregates.hyperLogLog(ManyAggregates::integer, 6),
                Aggregates.hyperLogLogBytes(TEXT, 9),
                Aggregates.quantile(VALUE, 0.5, 4, 0.01),
                Aggregates.top(3, VALUE, TEXT, Ties.ARRIVAL),
                Aggregates.topWide(
                        7,
                        (m, result) -> result.setProduct(VALUE.mantissa(m), VALUE.scale(m), 3, 1),
                        TEXT,
                        Ties.NUMBERS),
                Aggregates.top(5, WEIGHT, TEXT, Ties.BYTES),
                Aggregates.topByCount(4, ManyAggregates::integer),
                Aggregates.topBytesByCount(3, TEXT, Ties.NUMBERS),
                Aggregates.topBySum(2, ManyAggregates::integer, VALUE),
                Aggregates.topBytesBySum(5, TEXT, VALUE, Ties.BYTES),
                Aggregates.firstBytes(TEXT),
                Aggregates.lastBytes(TEXT),
                Aggregates.variance(VALUE, 6),
                Aggregates.sampleVariance(VALUE, 18),
                Aggregates.standardDeviation(VALUE, 3),
                Aggregates.sampleStandardDeviation(VALUE, 9),
                Aggregates.weightedAverage(VALUE, WEIGHT, 5, Rounding.HALF_EVEN),
                Aggregates.weightedAverage(VALUE, WEIGHT, 0, Rounding.FLOOR),
                Aggregates.average(VALUE, 2),
                Aggregates.count(),
                Aggregates.sum(VALUE),
                largestTwo(),
                spread());
    }

    /** A user's own: the two largest integers, in 16 bytes; zero where there is none. */
    public static Aggregate<KeyedValueDecoder> largestTwo() {
        return Aggregates.of(
                "largest-two",
                12,
                (block, e) -> {
                    int number = (int) integer(e.message()) + 100;
                    if (number > block.getInt(0)) {
                        block.putInt(4, block.getInt(0));
                        block.putInt(0, number);
                    } else if (number > block.getInt(4)) {
                        block.putInt(4, number);
                    }
                },
                (target, source) -> {
                    int a = target.getInt(0);
                    int b = target.getInt(4);
                    int c = source.getInt(0);
                    int d = source.getInt(4);
                    target.putInt(0, Math.max(a, c));
                    target.putInt(4, Math.max(Math.min(a, c), a >= c ? b : d));
                },
                (block, result) -> result.set(block.getInt(0) * 1000L + block.getInt(4), 0));
    }

    /** A user's own over an SBE message: the latest time minus the number of events. */
    public static Aggregate<KeyedValueDecoder> spread() {
        return Aggregates.<KeyedValueDecoder, FrameHeaderDecoder, FrameHeaderEncoder>ofMessage(
                "spread",
                SystemMessages.FRAME_HEADER,
                (read, write, e) -> {
                    boolean isFirst = read.firstSequence() == 0;
                    long latest = Math.max(read.baseTimeNs(), e.eventTimeNs());
                    write.firstSequence(read.firstSequence() + 1);
                    write.baseTimeNs(isFirst ? e.eventTimeNs() : latest);
                },
                (read, write, source) -> {
                    boolean isFirst = read.firstSequence() == 0;
                    long latest = Math.max(read.baseTimeNs(), source.baseTimeNs());
                    write.firstSequence(read.firstSequence() + source.firstSequence());
                    write.baseTimeNs(isFirst ? source.baseTimeNs() : latest);
                },
                (read, result) -> result.set(read.baseTimeNs() - read.firstSequence(), 0));
    }

    /** An event; good until the next. */
    public Event<KeyedValueDecoder> event(long timeNs, byte[] key, long mantissa, int scale) {
        BuiltinMessages.KEYED_VALUE.wrapAndWriteHeader(encoder, message, 0);
        encoder.eventTimeNs(timeNs).value().mantissa(mantissa).scale((short) scale);
        encoder.putKey(key, 0, key.length);
        int length = BuiltinMessages.KEYED_VALUE.encodedLength(encoder);
        return event.wrap(message, 0, length).about(timeNs, 0, ordinal, ordinal++);
    }
}
