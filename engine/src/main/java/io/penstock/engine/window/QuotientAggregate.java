package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * An average weighted by another number, such as a price by volume: the sum of the products over
 * the sum of the weights, both exact in 128 bits, rounded once.
 *
 * <pre>
 *   0              8               16           24            32                40
 *   +--------------+---------------+------------+-------------+-----------------+
 *   | products low | products high | weights low| weights high| p.scale|w.scale |
 *   +--------------+---------------+------------+-------------+-----------------+
 * </pre>
 */
@HotPath
final class QuotientAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    private static final int PRODUCTS = 0;
    private static final int WEIGHTS = 16;
    private static final int PRODUCTS_SCALE = 32;
    private static final int WEIGHTS_SCALE = 36;
    private static final int LENGTH = 40;

    private final NumberOf<T> number;
    private final NumberOf<T> weight;
    private final int resultScale;
    private final Rounding rounding;
    private final WideNumber products = new WideNumber();
    private final WideNumber weights = new WideNumber();
    private final WideNumber term = new WideNumber();
    private final Quotients quotients = new Quotients();

    QuotientAggregate(NumberOf<T> number, NumberOf<T> weight, int resultScale, Rounding rounding) {
        super("weightedAverage(" + resultScale + "," + rounding + ")", LENGTH);
        this.number = number;
        this.weight = weight;
        this.resultScale = resultScale;
        this.rounding = rounding;
    }

    @Override
    Aggregate<T> forStage() {
        return new QuotientAggregate<>(number, weight, resultScale, rounding);
    }

    @Override
    public boolean isRetractable() {
        return true;
    }

    @Override
    void add(long address, Event<T> event) {
        load(address);
        readWeight(event);
        weights.add(term);
        readProduct(event);
        products.add(term);
        store(address);
    }

    @Override
    void subtract(long address, Event<T> event) {
        load(address);
        readWeight(event);
        weights.subtract(term);
        readProduct(event);
        products.subtract(term);
        store(address);
    }

    @Override
    void merge(long target, long source) {
        load(target);
        products.add(load(term, source + PRODUCTS, source + PRODUCTS_SCALE));
        weights.add(load(term, source + WEIGHTS, source + WEIGHTS_SCALE));
        store(target);
    }

    @Override
    void unmerge(long target, long source) {
        load(target);
        products.subtract(load(term, source + PRODUCTS, source + PRODUCTS_SCALE));
        weights.subtract(load(term, source + WEIGHTS, source + WEIGHTS_SCALE));
        store(target);
    }

    private void readWeight(Event<T> event) {
        T message = event.message();
        term.set(weight.mantissa(message), weight.scale(message));
    }

    private void readProduct(Event<T> event) {
        T message = event.message();
        long mantissa = number.mantissa(message);
        int scale = number.scale(message);
        T again = event.message();
        term.setProduct(mantissa, scale, weight.mantissa(again), weight.scale(again));
    }

    private void load(long address) {
        load(products, address + PRODUCTS, address + PRODUCTS_SCALE);
        load(weights, address + WEIGHTS, address + WEIGHTS_SCALE);
    }

    private static WideNumber load(WideNumber number, long address, long scaleAddress) {
        return number.set(
                Memory.getLong(address),
                Memory.getLong(address + Long.BYTES),
                Memory.getInt(scaleAddress));
    }

    private void store(long address) {
        Memory.putLong(address + PRODUCTS, products.low());
        Memory.putLong(address + PRODUCTS + Long.BYTES, products.high());
        Memory.putLong(address + WEIGHTS, weights.low());
        Memory.putLong(address + WEIGHTS + Long.BYTES, weights.high());
        Memory.putInt(address + PRODUCTS_SCALE, products.scale());
        Memory.putInt(address + WEIGHTS_SCALE, weights.scale());
    }

    @Override
    void read(long address, WideNumber result) {
        load(address);
        if (weights.signum() == 0) {
            throw new ArithmeticException(
                    "the weights of " + description() + " must not sum to zero");
        }
        quotients.divide(products, weights, resultScale, rounding, result);
    }
}
