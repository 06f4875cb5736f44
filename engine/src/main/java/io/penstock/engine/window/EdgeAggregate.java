package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Number of the first or last event by (event time, arrival).
 *
 * <pre>
 *   0           8         16         24       28        32
 *   +-----------+---------+----------+--------+---------+
 *   | eventTime | ordinal | mantissa | scale  | present |
 *   +-----------+---------+----------+--------+---------+
 * </pre>
 */
@HotPath
final class EdgeAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    private static final int TIME = 0;
    private static final int ORDINAL = 8;
    private static final int MANTISSA = 16;
    private static final int SCALE = 24;
    private static final int PRESENT = 28;
    private static final int LENGTH = 32;

    private final NumberOf<T> number;
    private final int wanted;

    EdgeAggregate(String description, NumberOf<T> number, int wanted) {
        super(description, LENGTH);
        this.number = number;
        this.wanted = wanted;
    }

    @Override
    void add(long address, Event<T> event) {
        if (wins(address, event.eventTimeNs(), event.ordinal())) {
            T message = event.message();
            Memory.putLong(address + TIME, event.eventTimeNs());
            Memory.putLong(address + ORDINAL, event.ordinal());
            Memory.putLong(address + MANTISSA, number.mantissa(message));
            Memory.putInt(address + SCALE, number.scale(message));
            Memory.putInt(address + PRESENT, 1);
        }
    }

    @Override
    void merge(long target, long source) {
        if (wins(target, Memory.getLong(source + TIME), Memory.getLong(source + ORDINAL))) {
            Memory.copy(source, target, LENGTH);
        }
    }

    @Override
    void read(long address, WideNumber result) {
        result.set(Memory.getLong(address + MANTISSA), Memory.getInt(address + SCALE));
    }

    /** An event of the same time and ordinal as the holder came later: results of one record. */
    private boolean wins(long address, long timeNs, long ordinal) {
        if (Memory.getInt(address + PRESENT) == 0) {
            return true;
        }
        int order = Long.compare(timeNs, Memory.getLong(address + TIME));
        if (order == 0) {
            order = Long.compare(ordinal, Memory.getLong(address + ORDINAL));
        }
        return wanted > 0 ? order >= 0 : order < 0;
    }
}
