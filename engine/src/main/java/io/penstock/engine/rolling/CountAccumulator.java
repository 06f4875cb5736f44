package io.penstock.engine.rolling;

import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Number of rows, which the stage knows anyway. */
final class CountAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    CountAccumulator() {
        super(0);
    }

    @Override
    void add(long state, long key, long index, long row) {
        // the stage counts
    }

    @Override
    void retract(long state, long key, long index, long row) {
        // the stage counts
    }

    @Override
    boolean isPresent(long state, long rows) {
        return true;
    }

    @Override
    void read(long state, long key, long rows, WideNumber result) {
        result.set(rows, 0);
    }
}
