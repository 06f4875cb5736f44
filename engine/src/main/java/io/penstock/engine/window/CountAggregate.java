package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.HotPath;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Number of events: one 64-bit word. */
@HotPath
final class CountAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    CountAggregate() {
        super("count", Long.BYTES);
    }

    @Override
    public boolean isRetractable() {
        return true;
    }

    @Override
    void add(long address, Event<T> event) {
        Memory.putLong(address, Memory.getLong(address) + 1);
    }

    @Override
    void addAll(long[] addresses, int offset, EventBatch<T> batch, int from, int to) {
        for (int i = from; i < to; i++) {
            long address = addresses[i] + offset;
            Memory.putLong(address, Memory.getLong(address) + 1);
        }
    }

    @Override
    void merge(long target, long source) {
        Memory.putLong(target, Memory.getLong(target) + Memory.getLong(source));
    }

    @Override
    void subtract(long address, Event<T> event) {
        Memory.putLong(address, Memory.getLong(address) - 1);
    }

    @Override
    void unmerge(long target, long source) {
        Memory.putLong(target, Memory.getLong(target) - Memory.getLong(source));
    }

    @Override
    void read(long address, WideNumber result) {
        result.set(Memory.getLong(address), 0);
    }
}
