package io.penstock.engine.rolling;

import io.penstock.engine.operator.Event;
import io.penstock.engine.window.WideNumber;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * What an event looks back at, as a result function sees it; valid during its call only.
 *
 * <p>Values are computed when they are asked for. Aggregates are numbered from 0 in the order
 * declared.
 */
public abstract class LookBackView {
    LookBackView() {}

    /** Number of rows in the look-back. */
    public abstract long rows();

    /** Number of aggregates. */
    public abstract int count();

    /** Whether an aggregate has a value. */
    public abstract boolean isPresent(int index);

    /** Value of an aggregate; refused if it has none. Overwritten by the next call for it. */
    public abstract WideNumber value(int index);

    /** Value of an aggregate as an integer; refused if it is none or needs more than 64 bits. */
    public final long longValue(int index) {
        WideNumber value = value(index);
        if (!value.fitsLong() || value.scale() != 0) {
            throw new ArithmeticException(
                    "aggregate " + index + " is no 64-bit integer: read it as a WideNumber");
        }
        return value.low();
    }

    /** Digits of an aggregate's value without its point; refused beyond 64 bits. */
    public final long mantissa(int index) {
        WideNumber value = value(index);
        if (!value.fitsLong()) {
            throw new ArithmeticException(
                    "aggregate " + index + " needs more than 64 bits: read it as a WideNumber");
        }
        return value.low();
    }

    /**
     * Whether the event's number is farther from the mean of the rows than so many of their
     * standard deviations: exactly, {@code (n * x - S1)^2 > k^2 * (n * S2 - S1^2)}. False over no
     * rows.
     *
     * @param index of a variance or standardDeviation
     * @param sigmas k, not negative
     */
    public final boolean isBeyond(int index, int sigmas) {
        return isBeyond(index, sigmas, 0);
    }

    /**
     * Like {@link #isBeyond(int, int)}, k being a decimal.
     *
     * @param sigmas digits of k, not negative
     * @param scale digits of k behind the point, 0 to 9
     */
    public abstract boolean isBeyond(int index, int sigmas, int scale);

    /** The key where the stream is keyed by a number. */
    public abstract long longKey();

    /** The key's bytes; 8 of them, little-endian, where the stream is keyed by a number. */
    public abstract DirectBuffer key();

    /** The one view of a running stage. */
    static final class Running<T extends MessageDecoderFlyweight> extends LookBackView {
        private static final int MAX_SIGMA_SCALE = 9;

        private final Rows<T> rows;
        private final Accumulator<T>[] accumulators;
        private final int[] offsets;
        private final WideNumber[] values;
        private final UnsafeBuffer keyView = new UnsafeBuffer(0, 0);
        private Event<T> event;
        private DirectBuffer eventKey;
        private int eventKeyLength;
        private long address;
        private long state;
        private long count;

        Running(Rows<T> rows, Accumulator<T>[] accumulators, int[] offsets) {
            this.rows = rows;
            this.accumulators = accumulators;
            this.offsets = offsets;
            this.values = new WideNumber[accumulators.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = new WideNumber();
            }
        }

        /**
         * Shows a key's rows to an event.
         *
         * @param key 0 if it has none
         */
        void show(Event<T> current, DirectBuffer currentKey, int keyLength, long key) {
            event = current;
            eventKey = currentKey;
            eventKeyLength = keyLength;
            address = key;
            state = key == 0 ? 0 : rows.state(key);
            count = key == 0 ? 0 : rows.count(key);
        }

        @Override
        public long rows() {
            return count;
        }

        @Override
        public int count() {
            return accumulators.length;
        }

        @Override
        public boolean isPresent(int index) {
            return accumulators[index].isPresent(stateOf(index), count);
        }

        @Override
        public WideNumber value(int index) {
            long at = stateOf(index);
            if (!accumulators[index].isPresent(at, count)) {
                throw new ArithmeticException(
                        "aggregate " + index + " has no value here: ask isPresent before");
            }
            accumulators[index].read(at, address, count, values[index]);
            return values[index];
        }

        @Override
        public boolean isBeyond(int index, int sigmas, int scale) {
            if (sigmas < 0 || scale < 0 || scale > MAX_SIGMA_SCALE) {
                throw new IllegalArgumentException(
                        "sigmas must not be negative, their scale 0 to "
                                + MAX_SIGMA_SCALE
                                + ": sigmas="
                                + sigmas
                                + " scale="
                                + scale);
            }
            return count > 0
                    && accumulators[index].isBeyond(stateOf(index), count, event, sigmas, scale);
        }

        @Override
        public long longKey() {
            return eventKey.getLong(0);
        }

        @Override
        public DirectBuffer key() {
            keyView.wrap(eventKey, 0, eventKeyLength);
            return keyView;
        }

        private long stateOf(int index) {
            return state == 0 ? 0 : state + offsets[index];
        }
    }
}
