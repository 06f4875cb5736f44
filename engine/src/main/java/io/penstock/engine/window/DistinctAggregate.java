package io.penstock.engine.window;

import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import java.util.function.ToLongFunction;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Number of distinct values, exactly: all of them are kept in a {@link NestedTable}.
 *
 * <p>Memory of a pane and key: 16 bytes of accumulator, then per distinct value 16 to 32 bytes for
 * integers, 21 to 43 for decimals; for bytes 32 of accumulator, then 21 to 43 and once to twice the
 * length. At least 64 bytes a block.
 */
@HotPath
final class DistinctAggregate<T extends MessageDecoderFlyweight> extends NestedAggregate<T> {
    private final ToLongFunction<T> integer;
    private final NumberOf<T> number;
    private final Key.BytesExtractor<T> extractor;
    private final BytesReader<T> bytes;

    private DistinctAggregate(
            String description,
            ToLongFunction<T> integer,
            NumberOf<T> number,
            Key.BytesExtractor<T> extractor,
            NestedTable table,
            boolean isTemplate) {
        super(description, headLength(extractor != null), table);
        this.integer = integer;
        this.number = number;
        this.extractor = extractor;
        this.bytes = isTemplate || extractor == null ? null : new BytesReader<>(extractor);
    }

    static <T extends MessageDecoderFlyweight> Aggregate<T> ofLongs(ToLongFunction<T> integer) {
        return new DistinctAggregate<>("distinct", integer, null, null, null, true);
    }

    static <T extends MessageDecoderFlyweight> Aggregate<T> ofNumbers(NumberOf<T> number) {
        return new DistinctAggregate<>("distinctNumbers", null, number, null, null, true);
    }

    static <T extends MessageDecoderFlyweight> Aggregate<T> ofBytes(
            Key.BytesExtractor<T> extractor) {
        return new DistinctAggregate<>("distinctBytes", null, null, extractor, null, true);
    }

    @Override
    Aggregate<T> forStage(AccumulatorMemory memory) {
        NestedTable own =
                extractor != null
                        ? NestedTable.ofBytes(memory, 0)
                        : NestedTable.ofWords(memory, number == null ? 1 : 2, 0);
        return new DistinctAggregate<>(description(), integer, number, extractor, own, false);
    }

    @Override
    void add(long address, Event<T> event) {
        if (integer != null) {
            table.findOrAdd(address, integer.applyAsLong(event.message()));
        } else if (extractor != null) {
            if (bytes.read(event)) {
                table.findOrAdd(address, bytes.base(), bytes.offset(), bytes.length());
            }
        } else {
            T message = event.message();
            long mantissa = number.mantissa(message);
            int scale = number.scale(message);
            while (scale > 0 && mantissa % 10 == 0) {
                mantissa /= 10; // 1.50 is 1.5
                scale--;
            }
            table.findOrAdd(address, mantissa, scale);
        }
    }

    @Override
    void mergeEntry(long target, long source, int index) {
        table.findOrAddFrom(target, source, index);
    }

    @Override
    void read(long address, WideNumber result) {
        result.set(table.count(address), 0);
    }
}
