package io.penstock.engine.window;

/** The one pane of the one window that holds all times; it ends with time itself. */
final class GlobalPane extends PaneLayout {
    @Override
    boolean isGap(long timeNs) {
        return false;
    }

    @Override
    long paneOf(long timeNs) {
        return 0;
    }

    @Override
    long paneFromNs(long timeNs) {
        return Long.MIN_VALUE;
    }

    @Override
    long paneToNs(long timeNs) {
        return Long.MAX_VALUE;
    }

    @Override
    long firstWindowOf(long pane) {
        return 0;
    }

    @Override
    long lastWindowOf(long pane) {
        return 0;
    }

    @Override
    long firstWindowEndingAfter(long timeNs) {
        return timeNs == Long.MAX_VALUE ? 1 : 0;
    }

    @Override
    long startOf(long window) {
        return Long.MIN_VALUE;
    }

    @Override
    long endOf(long window) {
        return Long.MAX_VALUE;
    }
}
