package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * A running aggregate: its state stands in the head of each key's rows, saved for the undo log
 * before it is called; what it writes elsewhere it saves itself.
 *
 * @param <T> the message's decoder
 */
abstract class Accumulator<T extends MessageDecoderFlyweight> {
    private final int stateLength;
    private int rowOffset;

    /**
     * Creates an accumulator.
     *
     * @param stateLength bytes per key, a multiple of 8, zero at the start
     */
    Accumulator(int stateLength) {
        this.stateLength = stateLength;
    }

    final int stateLength() {
        return stateLength;
    }

    /** Bytes it needs in each row, a multiple of 8. */
    int rowLength() {
        return 0;
    }

    final void rowOffset(int offset) {
        rowOffset = offset;
    }

    /** Where its bytes of a row lie. */
    final long inRow(long row) {
        return row + rowOffset;
    }

    /** Called once when the stage is made. */
    void open(Rows<T> rows, StepContext context) {}

    /** Writes its bytes of a row of zeros. */
    void fill(long row, Event<T> event) {}

    /**
     * Adds a row that has just come to stand at an index; the rows from there on have moved up by
     * one.
     */
    abstract void add(long state, long key, long index, long row);

    /** Takes back the first row, before it is removed. */
    abstract void retract(long state, long key, long index, long row);

    /** The look-back has become empty by {@link #retract}. */
    void emptied(long state) {
        Memory.zeroWords(state, stateLength);
    }

    /** Whether there is a value; {@code state} is 0 for a key without state. */
    boolean isPresent(long state, long rows) {
        return rows > 0;
    }

    /** Reads the value, which is present. */
    abstract void read(long state, long key, long rows, WideNumber result);

    /** Whether the event's number is farther from the mean than so many standard deviations. */
    boolean isBeyond(long state, long rows, Event<T> event, int sigmas, int scale) {
        throw new IllegalArgumentException(
                "only variance and standardDeviation know what is beyond them");
    }

    /** Puts in order what stands beside the rows, between steps. */
    void maintain() {}

    /** Makes anew what stands beside the rows, for one key that was restored. */
    void restored(long key) {}
}
