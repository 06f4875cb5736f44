package io.penstock.engine.window;

/**
 * How the windows of a stage share panes, so that an event is added once however many windows hold
 * it.
 *
 * <p>Panes have numbers that ascend with time. Windows have numbers that ascend with their ends,
 * and then with their starts. A pane belongs to consecutive windows, and no pane to an earlier one
 * than the panes before it. Starts and ends stop at the ends of time.
 */
abstract class PaneLayout {
    /** The layout of windows that are cut at times; none for sessions and counts. */
    static PaneLayout of(Windows windows) {
        if (windows instanceof Windows.Aligned aligned) {
            return new AlignedPanes(aligned.sizeNs(), aligned.everyNs(), aligned.offsetNs());
        }
        if (windows instanceof Windows.Cumulative cumulative) {
            return new CumulativePanes(cumulative);
        }
        if (windows instanceof Windows.Days days) {
            return new DayPanes(days);
        }
        if (windows instanceof Windows.Global) {
            return new GlobalPane();
        }
        throw new IllegalArgumentException("no panes in time: " + windows.description());
    }

    /** Whether a time lies between windows. */
    abstract boolean isGap(long timeNs);

    /** Number of the pane that holds a time. */
    abstract long paneOf(long timeNs);

    /**
     * A time from which on, up to the given one, all times are of its pane; at the ends of time
     * only the time itself.
     */
    abstract long paneFromNs(long timeNs);

    /** The time before which all times from {@link #paneFromNs} on are of the same pane. */
    abstract long paneToNs(long timeNs);

    /** First window that a pane belongs to. */
    abstract long firstWindowOf(long pane);

    /** Last window that a pane belongs to. */
    abstract long lastWindowOf(long pane);

    /** First window whose end lies after a time. */
    abstract long firstWindowEndingAfter(long timeNs);

    /** Start of a window, or the end of time it would pass. */
    abstract long startOf(long window);

    /** End of a window, or the end of time it would pass. */
    abstract long endOf(long window);
}
