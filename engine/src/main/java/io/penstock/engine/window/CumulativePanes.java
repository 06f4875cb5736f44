package io.penstock.engine.window;

import io.penstock.engine.time.Times;

/** Panes of cumulative windows: one a step; each belongs to the windows from its step's end on. */
final class CumulativePanes extends PaneLayout {
    private final AlignedPanes steps;
    private final long sizeNs;
    private final long offsetNs;
    private final long stepsPerPeriod;

    /** Steps between the step that is numbered 0 and the period that is. */
    private final long stepsBefore;

    CumulativePanes(Windows.Cumulative windows) {
        this.sizeNs = windows.sizeNs();
        this.offsetNs = windows.offsetNs();
        long stepNs = windows.stepNs();
        // The step's offset is less than the period's: steps are counted from the period's start.
        this.steps = new AlignedPanes(stepNs, stepNs, windows.offsetNs() % stepNs);
        this.stepsPerPeriod = windows.sizeNs() / stepNs;
        this.stepsBefore = windows.offsetNs() / stepNs;
    }

    @Override
    boolean isGap(long timeNs) {
        return false;
    }

    @Override
    long paneOf(long timeNs) {
        return steps.paneOf(timeNs) - stepsBefore;
    }

    @Override
    long paneFromNs(long timeNs) {
        return steps.paneFromNs(timeNs);
    }

    @Override
    long paneToNs(long timeNs) {
        return steps.paneToNs(timeNs);
    }

    @Override
    long firstWindowOf(long pane) {
        return pane;
    }

    @Override
    long lastWindowOf(long pane) {
        return Times.multiplyAdd(
                Math.floorDiv(pane, stepsPerPeriod), stepsPerPeriod, stepsPerPeriod - 1);
    }

    @Override
    long firstWindowEndingAfter(long timeNs) {
        return timeNs == Long.MIN_VALUE ? timeNs : paneOf(timeNs);
    }

    @Override
    long startOf(long window) {
        return Times.multiplyAdd(Math.floorDiv(window, stepsPerPeriod), sizeNs, offsetNs);
    }

    @Override
    long endOf(long window) {
        return steps.endOf(window + stepsBefore);
    }
}
