package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Variance and standard deviation from the exact sums of the numbers and of their squares, each in
 * 128 bits; rounded once, at the end.
 *
 * <pre>
 *   0       8          16           24            32           40             48
 *   +-------+----------+------------+-------------+------------+--------------+
 *   | count | sum low  | sum high   | squares low | s. high    | scale|s.scale|
 *   +-------+----------+------------+-------------+------------+--------------+
 * </pre>
 */
@HotPath
final class MomentsAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    /** What is read from the moments. */
    enum Form {
        POPULATION_VARIANCE("varPop", false, false),
        SAMPLE_VARIANCE("varSamp", true, false),
        POPULATION_DEVIATION("stddevPop", false, true),
        SAMPLE_DEVIATION("stddevSamp", true, true);

        private final String label;
        private final boolean isSample;
        private final boolean isRoot;

        Form(String label, boolean isSample, boolean isRoot) {
            this.label = label;
            this.isSample = isSample;
            this.isRoot = isRoot;
        }
    }

    private static final int COUNT = 0;
    private static final int SUM = 8;
    private static final int SQUARES = 24;
    private static final int SUM_SCALE = 40;
    private static final int SQUARES_SCALE = 44;
    private static final int LENGTH = 48;

    private final NumberOf<T> number;
    private final Form form;
    private final int resultScale;
    private final WideNumber sum = new WideNumber();
    private final WideNumber squares = new WideNumber();
    private final WideNumber term = new WideNumber();
    private final Quotients quotients = new Quotients();
    private final Limbs left = new Limbs();
    private final Limbs right = new Limbs();

    MomentsAggregate(NumberOf<T> number, Form form, int resultScale) {
        super(form.label + "(" + resultScale + ")", LENGTH);
        this.number = number;
        this.form = form;
        this.resultScale = resultScale;
    }

    @Override
    Aggregate<T> forStage() {
        return new MomentsAggregate<>(number, form, resultScale);
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
        load(address);
        sum.add(term.set(mantissa, scale));
        squares.add(term.setProduct(mantissa, scale, mantissa, scale));
        store(address, 1);
    }

    @Override
    void subtract(long address, Event<T> event) {
        T message = event.message();
        long mantissa = number.mantissa(message);
        int scale = number.scale(message);
        load(address);
        sum.subtract(term.set(mantissa, scale));
        squares.subtract(term.setProduct(mantissa, scale, mantissa, scale));
        store(address, -1);
    }

    @Override
    void merge(long target, long source) {
        load(target);
        sum.add(load(term, source + SUM, source + SUM_SCALE));
        squares.add(load(term, source + SQUARES, source + SQUARES_SCALE));
        store(target, Memory.getLong(source + COUNT));
    }

    @Override
    void unmerge(long target, long source) {
        load(target);
        sum.subtract(load(term, source + SUM, source + SUM_SCALE));
        squares.subtract(load(term, source + SQUARES, source + SQUARES_SCALE));
        store(target, -Memory.getLong(source + COUNT));
    }

    private void load(long address) {
        load(sum, address + SUM, address + SUM_SCALE);
        load(squares, address + SQUARES, address + SQUARES_SCALE);
    }

    private static WideNumber load(WideNumber number, long address, long scaleAddress) {
        return number.set(
                Memory.getLong(address),
                Memory.getLong(address + Long.BYTES),
                Memory.getInt(scaleAddress));
    }

    private void store(long address, long count) {
        Memory.putLong(address + COUNT, Memory.getLong(address + COUNT) + count);
        Memory.putLong(address + SUM, sum.low());
        Memory.putLong(address + SUM + Long.BYTES, sum.high());
        Memory.putLong(address + SQUARES, squares.low());
        Memory.putLong(address + SQUARES + Long.BYTES, squares.high());
        Memory.putInt(address + SUM_SCALE, sum.scale());
        Memory.putInt(address + SQUARES_SCALE, squares.scale());
    }

    /** Variance = (n * squares - sum^2) / (n * n), or / (n * (n - 1)) of a sample. */
    @Override
    void read(long address, WideNumber result) {
        long count = Memory.getLong(address + COUNT);
        long freedom = form.isSample ? count - 1 : count;
        if (count == 0 || freedom == 0) {
            result.set(0, resultScale);
            return;
        }
        load(address);
        left.set(count);
        right.setMagnitude(squares.low(), squares.high());
        Limbs numerator = quotients.numerator().setProduct(left, right);
        left.setMagnitude(sum.low(), sum.high());
        right.set(left);
        Limbs squareOfSum = quotients.divisor().setProduct(left, right);
        // 10^-squaresScale and 10^-(2 sumScale) are one scale: both have met the same numbers
        numerator.subtract(squareOfSum);
        left.set(count);
        right.set(freedom);
        quotients.divisor().setProduct(left, right);
        if (form.isRoot) {
            quotients.root(squares.scale(), resultScale, result);
        } else {
            quotients.divide(squares.scale(), resultScale, result);
        }
    }
}
