package io.penstock.engine.window;

import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.state.KeyTable;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Tells results of windows that are cut at times, each behind a retraction of the one it replaces
 * where that is asked for.
 *
 * <p>A key is named by a value of its in a table. The core's thread.
 */
@HotPath
final class WindowTeller<R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> {
    private final Operator stage;
    private final boolean isRetracting;
    private final WindowValues<?> values;
    private final PaneMerger merger;
    private final EmittedResults emitted;
    private final WindowResults<R, E> results;
    private final WindowView view;

    /**
     * Creates the voice of a stage.
     *
     * @param emitted what was said of keys and windows; null where results have no revisions
     */
    WindowTeller(
            Operator stage,
            boolean isRetracting,
            WindowValues<?> values,
            PaneMerger merger,
            EmittedResults emitted,
            WindowResults<R, E> results) {
        this.stage = stage;
        this.isRetracting = isRetracting;
        this.values = values;
        this.merger = merger;
        this.emitted = emitted;
        this.results = results;
        this.view = new WindowView(values.accumulators());
    }

    /** Sets the window that results are told of. */
    void window(long startNs, long endNs) {
        view.window(startNs, endNs);
    }

    /**
     * Tells a key's result.
     *
     * @param row that set it off; -1 if time did
     * @param window its number
     * @param keyed a value of the key in {@code table}
     * @param value the whole result
     */
    void tell(
            FiringKind kind,
            long watermarkNs,
            long row,
            long window,
            KeyTable table,
            long keyed,
            long value) {
        view.key(table, keyed);
        if (emitted == null) {
            view.firing(kind, watermarkNs, row);
            emit(window, table, keyed, value);
            return;
        }
        long said = emitted.find(window, table, keyed);
        long revision = values.revision(said);
        if (isRetracting && revision > 0) {
            retract(watermarkNs, row, window, table, keyed, said);
        }
        view.firing(kind, watermarkNs, row);
        view.lineage(revision, value, values);
        emit(window, table, keyed, value);
        emitted.note(said, value, revision + 1);
    }

    /** Takes back what was said about a key and window that has come to nothing. */
    void withdraw(long watermarkNs, long row, long window, KeyTable table, long keyed) {
        long said = emitted.findStanding(window, table, keyed);
        if (said == 0) {
            return;
        }
        view.key(table, keyed);
        retract(watermarkNs, row, window, table, keyed, said);
        emitted.remove(window, table, keyed);
    }

    private void retract(
            long watermarkNs, long row, long window, KeyTable table, long keyed, long said) {
        view.firing(FiringKind.RETRACTION, watermarkNs, row);
        view.lineage(values.revision(said) - 1, said, values);
        emit(window, table, keyed, said);
    }

    private void emit(long window, KeyTable table, long keyed, long value) {
        try {
            view.values(value);
        } catch (ArithmeticException e) {
            throw merger.overflow(window, table, keyed, e);
        }
        results.emit(stage, view);
    }
}
