package io.penstock.engine.window;

import io.penstock.engine.state.KeyTable;
import java.util.Arrays;

/**
 * Panes put together in runs of consecutive numbers, so that a window of many panes takes few
 * merges: about twice the square root of their number.
 *
 * <p>A run holds what its panes held when it was made, and is dropped when one of them changes or
 * expires. Nothing here is state: runs are made again from panes, and a restored stage has none.
 */
final class PaneRuns {
    private static final int MAX_SHIFT = 12;

    private final int shift;
    private long[] numbers = new long[4];
    private KeyTable[] tables = new KeyTable[4];
    private int count;

    /** Runs for a layout; none where windows have few panes. */
    PaneRuns(PaneLayout layout) {
        long pane = layout.paneOf(0);
        long windows = layout.lastWindowOf(pane) - layout.firstWindowOf(pane) + 1;
        int length = 0;
        while (windows > 4L << (2 * length) && length < MAX_SHIFT) {
            length++;
        }
        this.shift = length;
    }

    /** Whether there are any. */
    boolean isUsed() {
        return shift > 0;
    }

    /** Number of the run that a pane belongs to. */
    long runOf(long pane) {
        return pane >> shift;
    }

    /** Number of a run's first pane. */
    long firstPaneOf(long run) {
        return run << shift;
    }

    /** Number of a run's last pane. */
    long lastPaneOf(long run) {
        return (run << shift) | ((1L << shift) - 1);
    }

    /** The merged panes of a run; null if it has not been made. */
    KeyTable find(long run) {
        int index = indexOf(run);
        return index < 0 ? null : tables[index];
    }

    /** A table to merge a run's panes into: empty, perhaps one that was used before. */
    KeyTable spare() {
        return count < tables.length ? tables[count] : null;
    }

    /** Keeps a run in the table that {@link #spare()} gave, or a new one. */
    void add(long run, KeyTable table) {
        if (count == tables.length) {
            tables = Arrays.copyOf(tables, count * 2);
            numbers = Arrays.copyOf(numbers, count * 2);
        }
        numbers[count] = run;
        tables[count++] = table;
    }

    /** Drops the run of a pane that has changed, if there is one. */
    void changed(long pane) {
        int index = indexOf(runOf(pane));
        if (index >= 0) {
            drop(index);
        }
    }

    /** Drops the runs that have panes before a number. */
    void dropBefore(long pane) {
        for (int i = count - 1; i >= 0; i--) {
            if (firstPaneOf(numbers[i]) < pane) {
                drop(i);
            }
        }
    }

    private void drop(int index) {
        KeyTable table = tables[index];
        table.close();
        count--;
        numbers[index] = numbers[count];
        tables[index] = tables[count];
        tables[count] = table;
    }

    private int indexOf(long run) {
        for (int i = 0; i < count; i++) {
            if (numbers[i] == run) {
                return i;
            }
        }
        return -1;
    }
}
