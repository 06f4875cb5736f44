package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.state.KeySearch;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.KeyText;
import java.util.Arrays;

/**
 * Puts a window together out of its panes: for all keys, or for one.
 *
 * <p>What it makes is scratch, good until the next call, and no part of the state.
 */
final class PaneMerger {
    private static final int TOGETHER = 128;
    private static final long MERGE_LOG_LIMIT_BYTES = 1 << 20;

    private final PaneLayout layout;
    private final Panes panes;
    private final WindowValues<?> values;
    private final Accumulators<?> accumulators;
    private final boolean longKeys;
    private final String stage;
    private final UndoLog mergeLog = new UndoLog(MERGE_LOG_LIMIT_BYTES);
    private final long scratch;
    private final PaneRuns runs;
    private KeyTable merged;

    /** The value that is being added to a table. */
    private long merging;

    // Of the numbers that are looked for together.
    private final KeySearch search = new KeySearch(TOGETHER);
    private final long[] numbers = new long[TOGETHER];
    private final long[] sources = new long[TOGETHER];
    private final long[] targets = new long[TOGETHER];

    PaneMerger(
            StepContext context,
            PaneLayout layout,
            Panes panes,
            WindowValues<?> values,
            boolean longKeys,
            String stage) {
        this.layout = layout;
        this.panes = panes;
        this.values = values;
        this.accumulators = values.accumulators();
        this.longKeys = longKeys;
        this.stage = stage;
        this.runs = new PaneRuns(layout);
        this.scratch = context.arena().allocate(accumulators.valueLength());
    }

    /** Gives back what the last merge took. */
    void release() {
        if (merged != null) {
            merged.clear();
            mergeLog.commit();
        }
        if (accumulators.isManaged()) {
            accumulators.unlogged();
            clearScratch();
            accumulators.logged();
        }
    }

    /** All keys of a window that has a pane: the pane's own table if there is one only. */
    KeyTable mergeWindow(long window) {
        release(); // a firing that failed may have left something
        KeyTable whole = null;
        int i = 0;
        while (i < panes.count() && layout.firstWindowOf(panes.at(i).number) <= window) {
            Pane pane = panes.at(i);
            int end = i + 1;
            if (layout.lastWindowOf(pane.number) >= window) {
                end = runs.isUsed() ? endOfRun(i, window) : end;
                KeyTable part = end == i + 1 ? pane.table : mergeRun(window, i, end);
                whole = whole == null ? part : mergeInto(window, whole, part);
            }
            i = end;
        }
        return whole;
    }

    /** Behind the last pane of a pane's run, if a window has all of it; else behind the pane. */
    private int endOfRun(int index, long window) {
        long run = runs.runOf(panes.at(index).number);
        int end = index + 1;
        if (layout.lastWindowOf(runs.firstPaneOf(run)) < window
                || layout.firstWindowOf(runs.lastPaneOf(run)) > window) {
            return end;
        }
        while (end < panes.count() && runs.runOf(panes.at(end).number) == run) {
            end++;
        }
        return end;
    }

    private KeyTable mergeRun(long window, int from, int to) {
        long run = runs.runOf(panes.at(from).number);
        KeyTable table = runs.find(run);
        if (table != null) {
            return table;
        }
        table = runs.spare();
        if (table == null) {
            table = panes.newTable(mergeLog);
        }
        try {
            table.expect(panes.at(from).table.size());
            for (int i = from; i < to; i++) {
                mergeAll(window, table, panes.at(i).table);
            }
        } catch (RuntimeException | Error e) {
            mergeLog.rollback();
            table.close();
            throw e;
        }
        for (int i = from; i < to; i++) {
            panes.at(i).isInRun = true;
        }
        runs.add(run, table);
        return table;
    }

    /** A pane was added, or has changed and is in a run. */
    void changed(Pane pane) {
        if (runs.isUsed()) {
            runs.changed(pane.number);
            pane.isInRun = false;
        }
    }

    /** The first panes were dropped. */
    void dropped() {
        runs.dropBefore(panes.count() == 0 ? Long.MAX_VALUE : panes.at(0).number);
    }

    /** The whole value of the key that a value in one of a window's panes belongs to. */
    long mergeKey(long window, KeyTable table, long value) {
        long whole = 0;
        for (int i = 0; i < panes.count(); i++) {
            Pane pane = panes.at(i);
            if (layout.firstWindowOf(pane.number) > window) {
                break;
            }
            if (layout.lastWindowOf(pane.number) < window) {
                continue;
            }
            long part = pane.table == table ? value : find(pane.table, table, value);
            if (part != 0) {
                whole = whole == 0 ? part : mergeParts(window, whole, pane.table, part);
            }
        }
        return whole;
    }

    private long find(KeyTable in, KeyTable table, long value) {
        return longKeys
                ? in.find(table.longKeyOf(value))
                : in.find(table.keyAddressOf(value), table.keyLengthOf(value));
    }

    private long mergeParts(long window, long first, KeyTable table, long next) {
        try {
            accumulators.unlogged();
            if (first != scratch) {
                clearScratch();
                accumulators.copy(scratch, first);
            }
            values.merge(scratch, next);
            return scratch;
        } catch (ArithmeticException e) {
            throw overflow(window, table, next, e);
        } finally {
            accumulators.logged();
        }
    }

    private void clearScratch() {
        accumulators.free(scratch);
        Memory.zeroWords(scratch, accumulators.valueLength());
    }

    private KeyTable mergeInto(long window, KeyTable first, KeyTable next) {
        if (merged == null) {
            merged = panes.newTable(mergeLog);
        }
        if (first != merged) {
            merged.expect(first.size());
            mergeAll(window, merged, first);
        }
        mergeAll(window, merged, next);
        return merged;
    }

    /** Keys of one table come once: what was not found is added without another look. */
    private void mergeAll(long window, KeyTable to, KeyTable from) {
        merging = 0;
        try {
            accumulators.unlogged();
            if (longKeys) {
                boolean isFirst = to.size() == 0;
                for (int i = 0; i < from.entryCount(); i += TOGETHER) {
                    int end = Math.min(from.entryCount(), i + TOGETHER);
                    mergeNumbers(to, from, i, end, isFirst);
                }
            } else {
                mergeBytes(to, from);
            }
        } catch (ArithmeticException e) {
            throw overflow(window, from, merging, e);
        } finally {
            accumulators.logged();
        }
    }

    private void mergeNumbers(KeyTable to, KeyTable from, int first, int end, boolean isFirst) {
        int count = 0;
        for (int i = first; i < end; i++) {
            if (from.isLive(i)) {
                long value = from.valueAddress(i);
                sources[count] = value;
                numbers[count++] = from.longKeyOf(value);
            }
        }
        if (isFirst) {
            Arrays.fill(targets, 0, count, 0);
        } else {
            search.find(to, numbers, targets, 0, count);
        }
        for (int i = 0; i < count; i++) {
            merging = sources[i];
            if (targets[i] == 0) {
                accumulators.copy(to.add(numbers[i]), merging);
                mergeLog.commit();
            } else {
                values.merge(targets[i], merging);
            }
        }
    }

    private void mergeBytes(KeyTable to, KeyTable from) {
        for (int i = 0; i < from.entryCount(); i++) {
            if (from.isLive(i)) {
                merging = from.valueAddress(i);
                long value = to.findOrAdd(from.keyAddress(i), from.keyLength(i));
                if (to.lastAdded()) {
                    accumulators.copy(value, merging);
                    mergeLog.commit();
                } else {
                    values.merge(value, merging);
                }
            }
        }
    }

    /** An overflow with the window, the stage and the key that it happened to. */
    ArithmeticException overflow(
            long window, KeyTable table, long value, ArithmeticException cause) {
        ArithmeticException named =
                new ArithmeticException(
                        "window ["
                                + layout.startOf(window)
                                + " ns, "
                                + layout.endOf(window)
                                + " ns) of stage "
                                + stage
                                + ", key "
                                + KeyText.of(table, value)
                                + ": "
                                + cause.getMessage());
        named.initCause(cause);
        return named;
    }

    void close() {
        mergeLog.close();
    }
}
