package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Smallest or largest number, or that of the first or last row, of rows that never leave.
 *
 * <pre>
 *   0          8        12        16
 *   +----------+--------+---------+
 *   | mantissa | scale  | present |
 *   +----------+--------+---------+
 * </pre>
 */
@HotPath
final class RunningExtremeAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private static final int MANTISSA = 0;
    private static final int SCALE = 8;
    private static final int PRESENT = 12;
    private static final int LENGTH = 16;

    private final RowLayout<T> layout;
    private final int column;
    private final Wanted wanted;

    /** Which row is the answer. */
    enum Wanted {
        SMALLEST,
        LARGEST,
        FIRST,
        LAST
    }

    RunningExtremeAccumulator(RowLayout<T> layout, int column, Wanted wanted) {
        super(LENGTH);
        this.layout = layout;
        this.column = column;
        this.wanted = wanted;
    }

    @Override
    void add(long state, long key, long index, long row) {
        long mantissa = layout.mantissa(row, column);
        int scale = layout.scale(row, column);
        if (Memory.getInt(state + PRESENT) == 0 || wins(state, mantissa, scale)) {
            Memory.putLong(state + MANTISSA, mantissa);
            Memory.putInt(state + SCALE, scale);
            Memory.putInt(state + PRESENT, 1);
        }
    }

    /** Of equal numbers the last holds, as where rows leave. */
    private boolean wins(long state, long mantissa, int scale) {
        return switch (wanted) {
            case FIRST -> false;
            case LAST -> true;
            case SMALLEST -> compare(state, mantissa, scale) <= 0;
            case LARGEST -> compare(state, mantissa, scale) >= 0;
        };
    }

    private static int compare(long state, long mantissa, int scale) {
        return WideNumber.compare(
                mantissa, scale, Memory.getLong(state + MANTISSA), Memory.getInt(state + SCALE));
    }

    @Override
    void retract(long state, long key, long index, long row) {
        throw new IllegalStateException("rows that are not kept never leave");
    }

    @Override
    void read(long state, long key, long rows, WideNumber result) {
        result.set(Memory.getLong(state + MANTISSA), Memory.getInt(state + SCALE));
    }
}
