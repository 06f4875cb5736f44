package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Smallest or largest number of the rows: a list of candidates, each better than all rows behind
 * it, so the first is the answer. Of equal numbers the last is the candidate.
 *
 * <pre>
 *   state                        in a candidate's row
 *   0           8           16   0            4         8
 *   +-----------+-----------+    +------------+---------+
 *   | first + 1 | last + 1  |    | previous   | next    |
 *   +-----------+-----------+    +------------+---------+
 * </pre>
 *
 * where first and last are indexes of rows (the whole word is 0 for none), and previous and next
 * are distances in rows, 0 for none. The first one's previous may lead to a row that is gone.
 */
@HotPath
final class ExtremeAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private static final int FIRST = 0;
    private static final int LAST = 8;
    private static final int STATE_LENGTH = 16;

    private static final int PREVIOUS = 0;
    private static final int NEXT = 4;
    private static final int LINKS_LENGTH = 8;

    private static final long NONE = -1;

    private final RowLayout<T> layout;
    private final int column;
    private final int wanted;
    private Rows<T> rows;

    /**
     * Creates it.
     *
     * @param wanted 1 for the largest, -1 for the smallest
     */
    ExtremeAccumulator(RowLayout<T> layout, int column, int wanted) {
        super(STATE_LENGTH);
        this.layout = layout;
        this.column = column;
        this.wanted = wanted;
    }

    @Override
    int rowLength() {
        return LINKS_LENGTH;
    }

    @Override
    void open(Rows<T> stageRows, StepContext context) {
        rows = stageRows;
    }

    @Override
    void add(long state, long key, long index, long row) {
        long first = Memory.getLong(state + FIRST) - 1;
        long last = Memory.getLong(state + LAST) - 1;
        // Candidates from the index on have moved up by one: they are named by where they stood.
        long behind = NONE;
        long before = last;
        while (before >= index) {
            behind = before;
            before = previous(key, before, before + 1, first);
        }
        if (behind != NONE && !isBetter(row, rows.row(key, behind + 1))) {
            // It will never be the answer; the two beside it are farther apart by one.
            if (before != NONE) {
                link(key, before, behind + 1);
            }
            putEnds(state, first >= index ? first + 1 : first, last + 1);
            return;
        }
        while (before != NONE && !isBetter(rows.row(key, before), row)) {
            before = previous(key, before, before, first);
        }
        if (behind != NONE) {
            link(key, index, behind + 1);
        }
        if (before != NONE) {
            link(key, before, index);
        }
        putEnds(state, before == NONE ? index : first, behind == NONE ? index : last + 1);
    }

    @Override
    void retract(long state, long key, long index, long row) {
        long first = Memory.getLong(state + FIRST) - 1;
        if (first == index) {
            int next = Memory.getInt(inRow(row) + NEXT);
            if (next == 0) {
                putEnds(state, NONE, NONE);
            } else {
                Memory.putLong(state + FIRST, first + next + 1);
            }
        }
    }

    @Override
    void read(long state, long key, long count, WideNumber result) {
        long row = rows.row(key, Memory.getLong(state + FIRST) - 1);
        result.set(layout.mantissa(row, column), layout.scale(row, column));
    }

    private boolean isBetter(long left, long right) {
        return WideNumber.compare(
                                layout.mantissa(left, column),
                                layout.scale(left, column),
                                layout.mantissa(right, column),
                                layout.scale(right, column))
                        * wanted
                > 0;
    }

    /** The candidate before one that stands at {@code at} by now. */
    private long previous(long key, long candidate, long at, long first) {
        if (candidate == first) {
            return NONE;
        }
        return candidate - Memory.getInt(inRow(rows.row(key, at)) + PREVIOUS);
    }

    private void link(long key, long left, long right) {
        int distance = (int) (right - left);
        putLink(inRow(rows.row(key, left)) + NEXT, distance);
        putLink(inRow(rows.row(key, right)) + PREVIOUS, distance);
    }

    private void putLink(long at, int distance) {
        rows.undo().save(at & -Long.BYTES, Long.BYTES);
        Memory.putInt(at, distance);
    }

    private static void putEnds(long state, long first, long last) {
        Memory.putLong(state + FIRST, first + 1);
        Memory.putLong(state + LAST, last + 1);
    }
}
