package io.penstock.engine.window;

import io.penstock.engine.time.Times;

/**
 * How windows share panes: at most two a period, so that an event is added once however many
 * windows overlap.
 *
 * <p>With {@code size = q * every + rest}, a period is cut at {@code rest}; where windows do not
 * overlap there is one pane a window. After Krishnamurthy, Wu and Franklin, "On-the-fly sharing for
 * streamed aggregation" (SIGMOD 2006): paired windows. Starts and ends stop at the ends of time;
 * windows whose number k does not fit into 64 bits do not exist.
 */
final class PaneLayout {
    private static final long SAFE_NS = 1L << 60;

    private final long sizeNs;
    private final long everyNs;
    private final long restNs;

    /** {@code size = overlap * every + remainder}. */
    private final long overlap;

    private final long remainderNs;

    PaneLayout(Windows windows) {
        this.sizeNs = windows.sizeNs();
        this.everyNs = windows.everyNs();
        this.restNs = sizeNs > everyNs ? sizeNs % everyNs : 0;
        this.overlap = sizeNs / everyNs;
        this.remainderNs = sizeNs % everyNs;
    }

    /** Whether a window has one pane only. */
    boolean isSinglePane() {
        return sizeNs <= everyNs;
    }

    /** Whether a time lies between windows. */
    boolean isGap(long timeNs) {
        return sizeNs < everyNs && Math.floorMod(timeNs, everyNs) >= sizeNs;
    }

    /** Number of the pane that holds a time; ascending with it. */
    long paneOf(long timeNs) {
        long period = Math.floorDiv(timeNs, everyNs);
        if (restNs == 0) {
            return period;
        }
        return 2 * period + (Math.floorMod(timeNs, everyNs) >= restNs ? 1 : 0);
    }

    /**
     * A time from which on, up to the given one, all times are of its pane; the time itself near
     * the ends of time.
     */
    long paneFromNs(long timeNs) {
        if (isNearEnd(timeNs)) {
            return timeNs;
        }
        long inPeriod = Math.floorMod(timeNs, everyNs);
        return timeNs - inPeriod + (inPeriod >= restNs ? restNs : 0);
    }

    /** The time before which all times from {@link #paneFromNs} on are of the same pane. */
    long paneToNs(long timeNs) {
        if (isNearEnd(timeNs)) {
            return timeNs;
        }
        long inPeriod = Math.floorMod(timeNs, everyNs);
        long length = inPeriod < restNs ? restNs : Math.min(sizeNs, everyNs);
        return timeNs - inPeriod + length;
    }

    /** Whether sums of a time and a period might pass the ends of time. */
    private boolean isNearEnd(long timeNs) {
        return Math.abs(timeNs >> 1) >= SAFE_NS || everyNs >= SAFE_NS || timeNs == Long.MIN_VALUE;
    }

    /** Last window that a pane belongs to. */
    long lastWindowOf(long pane) {
        return restNs == 0 ? pane : pane >> 1;
    }

    /** First window that a pane belongs to. */
    long firstWindowOf(long pane) {
        if (isSinglePane()) {
            return pane;
        }
        if (restNs == 0) {
            return Times.subtract(pane, overlap - 1);
        }
        return (pane >> 1) - overlap + (pane & 1);
    }

    /** First window whose end lies after a time. */
    long firstWindowEndingAfter(long timeNs) {
        if (timeNs == Long.MIN_VALUE) {
            return Long.MIN_VALUE;
        }
        // floor((time - size) / every) + 1, without a difference that might pass the ends of time
        long window = Times.subtract(Math.floorDiv(timeNs, everyNs), overlap);
        return Math.floorMod(timeNs, everyNs) < remainderNs ? window : window + 1;
    }

    /** Start of a window, or the end of time it would pass. */
    long startOf(long window) {
        return Times.multiply(window, everyNs);
    }

    /** End of a window, or the end of time it would pass. */
    long endOf(long window) {
        long period = Times.add(window, overlap);
        if (remainderNs == 0) {
            return Times.multiply(period, everyNs);
        }
        // Cut a period at its nearer end to the epoch: the farther one may lie beyond time.
        return period < 0
                ? Times.subtract(Times.multiply(period + 1, everyNs), everyNs - remainderNs)
                : Times.add(Times.multiply(period, everyNs), remainderNs);
    }
}
