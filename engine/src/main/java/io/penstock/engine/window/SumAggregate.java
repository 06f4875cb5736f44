package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.HotPath;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Sum of a number, or of the products of two, in 128 bits; and the average on top of it.
 *
 * <pre>
 *   0          8           16         24
 *   +----------+-----------+----------+----------+
 *   | low      | high      | scale    | count    |
 *   +----------+-----------+----------+----------+
 * </pre>
 */
@HotPath
final class SumAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    static final int NO_AVERAGE = -1;

    private static final int LOW = 0;
    private static final int HIGH = 8;
    private static final int SCALE = 16;
    private static final int COUNT = 24;
    private static final int LENGTH = 32;

    private final NumberOf<T> number;
    private final NumberOf<T> factor;
    private final int averageScale;
    private final WideNumber sum = new WideNumber();
    private final WideNumber term = new WideNumber();
    private final Quotients quotients = new Quotients();

    SumAggregate(String description, NumberOf<T> number, NumberOf<T> factor, int averageScale) {
        super(description, LENGTH);
        this.number = number;
        this.factor = factor;
        this.averageScale = averageScale;
    }

    @Override
    Aggregate<T> forStage() {
        return new SumAggregate<>(description(), number, factor, averageScale);
    }

    @Override
    public boolean isRetractable() {
        return true;
    }

    @Override
    void add(long address, Event<T> event) {
        T message = event.message();
        long mantissa = number.mantissa(message);
        int scale = number.scale(message);
        if (factor == null && addShort(address, mantissa, scale, 1)) {
            return;
        }
        term(event, mantissa, scale);
        addTerm(address, 1);
    }

    @Override
    void addAll(long[] addresses, int offset, EventBatch<T> batch, int from, int to) {
        for (int i = from; i < to; i++) {
            T message = batch.message(i);
            long mantissa = number.mantissa(message);
            if (factor != null
                    || !addShort(addresses[i] + offset, mantissa, number.scale(message), 1)) {
                add(addresses[i] + offset, batch.at(i));
            }
        }
    }

    private void term(Event<T> event, long mantissa, int scale) {
        if (factor == null) {
            term.set(mantissa, scale);
        } else {
            T again = event.message();
            term.setProduct(mantissa, scale, factor.mantissa(again), factor.scale(again));
        }
    }

    @Override
    void subtract(long address, Event<T> event) {
        T message = event.message();
        term(event, number.mantissa(message), number.scale(message));
        subtractTerm(address, 1);
    }

    /** The common case: same scale, and the sum stays within 64 bits. */
    private static boolean addShort(long address, long mantissa, int scale, long count) {
        long low = Memory.getLong(address + LOW);
        if (Memory.getLong(address + SCALE) != scale
                || Memory.getLong(address + HIGH) != low >> 63) {
            return false;
        }
        long sum = low + mantissa;
        if (((low ^ sum) & (mantissa ^ sum)) < 0) {
            return false;
        }
        Memory.putLong(address + LOW, sum);
        Memory.putLong(address + HIGH, sum >> 63);
        Memory.putLong(address + COUNT, Memory.getLong(address + COUNT) + count);
        return true;
    }

    private void addTerm(long address, long count) {
        load(address);
        sum.add(term);
        store(address, count);
    }

    private void subtractTerm(long address, long count) {
        load(address);
        sum.subtract(term);
        store(address, -count);
    }

    private void store(long address, long count) {
        Memory.putLong(address + LOW, sum.low());
        Memory.putLong(address + HIGH, sum.high());
        Memory.putLong(address + SCALE, sum.scale());
        Memory.putLong(address + COUNT, Memory.getLong(address + COUNT) + count);
    }

    private void load(long address) {
        sum.set(
                Memory.getLong(address + LOW),
                Memory.getLong(address + HIGH),
                (int) Memory.getLong(address + SCALE));
    }

    @Override
    void merge(long target, long source) {
        long low = Memory.getLong(source + LOW);
        long count = Memory.getLong(source + COUNT);
        boolean isShort = Memory.getLong(source + HIGH) == low >> 63;
        if (!isShort || !addShort(target, low, (int) Memory.getLong(source + SCALE), count)) {
            loadTerm(source);
            addTerm(target, count);
        }
    }

    @Override
    void unmerge(long target, long source) {
        loadTerm(source);
        subtractTerm(target, Memory.getLong(source + COUNT));
    }

    private void loadTerm(long source) {
        term.set(
                Memory.getLong(source + LOW),
                Memory.getLong(source + HIGH),
                (int) Memory.getLong(source + SCALE));
    }

    @Override
    void read(long address, WideNumber result) {
        load(address);
        result.set(sum.low(), sum.high(), sum.scale());
        if (averageScale != NO_AVERAGE) {
            long count = Memory.getLong(address + COUNT);
            if (count == 0) {
                result.set(0, averageScale); // all events were taken out again
            } else if (averageScale >= sum.scale()) {
                result.divide(count, averageScale);
            } else {
                quotients.divide(sum, count, averageScale, Rounding.HALF_EVEN, result);
            }
        }
    }
}
