package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.HotPath;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Smallest or largest number.
 *
 * <pre>
 *   0          8        12        16
 *   +----------+--------+---------+
 *   | mantissa | scale  | present |
 *   +----------+--------+---------+
 * </pre>
 */
@HotPath
final class ExtremeAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    private static final int MANTISSA = 0;
    private static final int SCALE = 8;
    private static final int PRESENT = 12;
    private static final int LENGTH = 16;

    private final NumberOf<T> number;
    private final int wanted;

    ExtremeAggregate(String description, NumberOf<T> number, int wanted) {
        super(description, LENGTH);
        this.number = number;
        this.wanted = wanted;
    }

    @Override
    void add(long address, Event<T> event) {
        T message = event.message();
        offer(address, number.mantissa(message), number.scale(message));
    }

    @Override
    void addAll(long[] addresses, int offset, EventBatch<T> batch, int from, int to) {
        for (int i = from; i < to; i++) {
            T message = batch.message(i);
            offer(addresses[i] + offset, number.mantissa(message), number.scale(message));
        }
    }

    @Override
    void merge(long target, long source) {
        offer(target, Memory.getLong(source + MANTISSA), Memory.getInt(source + SCALE));
    }

    @Override
    void read(long address, WideNumber result) {
        result.set(Memory.getLong(address + MANTISSA), Memory.getInt(address + SCALE));
    }

    private void offer(long address, long mantissa, int scale) {
        if (Memory.getInt(address + PRESENT) == 0
                || WideNumber.compare(
                                        mantissa,
                                        scale,
                                        Memory.getLong(address + MANTISSA),
                                        Memory.getInt(address + SCALE))
                                * wanted
                        > 0) {
            Memory.putLong(address + MANTISSA, mantissa);
            Memory.putInt(address + SCALE, scale);
            Memory.putInt(address + PRESENT, 1);
        }
    }
}
