package io.penstock.engine.rolling;

import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.window.WideNumber;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Number of the first or last row: it stands in the row. */
@HotPath
final class EdgeAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private final RowLayout<T> layout;
    private final int column;
    private final boolean isLast;
    private Rows<T> rows;

    EdgeAccumulator(RowLayout<T> layout, int column, boolean isLast) {
        super(0);
        this.layout = layout;
        this.column = column;
        this.isLast = isLast;
    }

    @Override
    void open(Rows<T> stageRows, StepContext context) {
        rows = stageRows;
    }

    @Override
    void add(long state, long key, long index, long row) {
        // read where it stands
    }

    @Override
    void retract(long state, long key, long index, long row) {
        // read where it stands
    }

    @Override
    void read(long state, long key, long count, WideNumber result) {
        long row = rows.row(key, isLast ? rows.endIndex(key) - 1 : rows.firstIndex(key));
        result.set(layout.mantissa(row, column), layout.scale(row, column));
    }
}
