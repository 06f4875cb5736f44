package io.penstock.engine.window;

import io.penstock.engine.time.Times;

/**
 * Panes of windows of one size and distance: at most two a period.
 *
 * <p>With {@code size = q * every + rest}, a period is cut at {@code rest}; where windows do not
 * overlap there is one pane a window. After Krishnamurthy, Wu and Franklin, "On-the-fly sharing for
 * streamed aggregation" (SIGMOD 2006): paired windows. Windows whose number does not fit into 64
 * bits do not exist.
 */
final class AlignedPanes extends PaneLayout {
    private static final long SAFE_NS = 1L << 60;

    private final long sizeNs;
    private final long everyNs;
    private final long offsetNs;
    private final long restNs;

    /** {@code size = overlap * every + remainder}. */
    private final long overlap;

    private final long remainderNs;

    AlignedPanes(long sizeNs, long everyNs, long offsetNs) {
        this.sizeNs = sizeNs;
        this.everyNs = everyNs;
        this.offsetNs = offsetNs;
        this.restNs = sizeNs > everyNs ? sizeNs % everyNs : 0;
        this.overlap = sizeNs / everyNs;
        this.remainderNs = sizeNs % everyNs;
    }

    /** Number of the period that holds a time, without a difference that might pass time's end. */
    private long periodOf(long timeNs) {
        long period = Math.floorDiv(timeNs, everyNs);
        return timeNs - period * everyNs < offsetNs ? period - 1 : period;
    }

    private long inPeriod(long timeNs) {
        long behind = Math.floorMod(timeNs, everyNs) - offsetNs;
        return behind < 0 ? behind + everyNs : behind;
    }

    @Override
    boolean isGap(long timeNs) {
        return sizeNs < everyNs && inPeriod(timeNs) >= sizeNs;
    }

    @Override
    long paneOf(long timeNs) {
        long period = periodOf(timeNs);
        if (restNs == 0) {
            return period;
        }
        return 2 * period + (inPeriod(timeNs) >= restNs ? 1 : 0);
    }

    @Override
    long paneFromNs(long timeNs) {
        if (isNearEnd(timeNs)) {
            return timeNs;
        }
        long inPeriod = inPeriod(timeNs);
        return timeNs - inPeriod + (inPeriod >= restNs ? restNs : 0);
    }

    @Override
    long paneToNs(long timeNs) {
        if (isNearEnd(timeNs)) {
            return timeNs;
        }
        long inPeriod = inPeriod(timeNs);
        long length = inPeriod < restNs ? restNs : Math.min(sizeNs, everyNs);
        return timeNs - inPeriod + length;
    }

    /** Whether sums of a time and a period might pass the ends of time. */
    private boolean isNearEnd(long timeNs) {
        return Math.abs(timeNs >> 1) >= SAFE_NS || everyNs >= SAFE_NS || timeNs == Long.MIN_VALUE;
    }

    @Override
    long lastWindowOf(long pane) {
        return restNs == 0 ? pane : pane >> 1;
    }

    @Override
    long firstWindowOf(long pane) {
        if (sizeNs <= everyNs) {
            return pane;
        }
        if (restNs == 0) {
            return Times.subtract(pane, overlap - 1);
        }
        return (pane >> 1) - overlap + (pane & 1);
    }

    @Override
    long firstWindowEndingAfter(long timeNs) {
        if (timeNs == Long.MIN_VALUE) {
            return Long.MIN_VALUE;
        }
        // floor((time - offset - size) / every) + 1
        return Times.subtract(
                periodOf(timeNs), inPeriod(timeNs) < remainderNs ? overlap : overlap - 1);
    }

    @Override
    long startOf(long window) {
        return Times.multiplyAdd(window, everyNs, offsetNs);
    }

    @Override
    long endOf(long window) {
        long period = Times.add(window, overlap);
        long toPeriodEnd = everyNs - offsetNs;
        return remainderNs >= toPeriodEnd
                ? Times.multiplyAdd(Times.add(period, 1), everyNs, remainderNs - toPeriodEnd)
                : Times.multiplyAdd(period, everyNs, remainderNs + offsetNs);
    }
}
