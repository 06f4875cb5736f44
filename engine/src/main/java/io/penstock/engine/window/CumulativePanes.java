package io.penstock.engine.window;

import io.penstock.engine.time.Times;

/** Panes of cumulative windows: one a step; each belongs to the windows from its step's end on. */
final class CumulativePanes extends PaneLayout {
    private final AlignedPanes steps;
    private final long stepsPerPeriod;

    /** Steps from the step that is numbered 0 to the start of a period, less than a period. */
    private final long stepsBefore;

    CumulativePanes(Windows.Cumulative windows) {
        long stepNs = windows.stepNs();
        this.steps = new AlignedPanes(stepNs, stepNs, windows.offsetNs() % stepNs);
        this.stepsPerPeriod = windows.sizeNs() / stepNs;
        this.stepsBefore = windows.offsetNs() / stepNs;
    }

    /** Steps between the start of a step's period and the step. */
    private long inPeriod(long step) {
        long behind = Math.floorMod(step, stepsPerPeriod) - stepsBefore;
        return behind < 0 ? behind + stepsPerPeriod : behind;
    }

    @Override
    boolean isGap(long timeNs) {
        return false;
    }

    @Override
    long paneOf(long timeNs) {
        return steps.paneOf(timeNs);
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
        return Times.add(pane, stepsPerPeriod - 1 - inPeriod(pane));
    }

    @Override
    long firstWindowEndingAfter(long timeNs) {
        return timeNs == Long.MIN_VALUE ? timeNs : paneOf(timeNs);
    }

    @Override
    long startOf(long window) {
        return steps.startOf(Times.subtract(window, inPeriod(window)));
    }

    @Override
    long endOf(long window) {
        return steps.endOf(window);
    }
}
