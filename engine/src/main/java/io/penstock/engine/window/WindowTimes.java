package io.penstock.engine.window;

import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.time.Times;

/** When windows that are cut at times give their results, and until when they take events. */
@HotPath
final class WindowTimes {
    private final PaneLayout layout;
    private final long latenessNs;
    private final boolean isFinalOnly;

    WindowTimes(PaneLayout layout, WindowSettings settings) {
        this.layout = layout;
        this.latenessNs = settings.latenessNs();
        this.isFinalOnly = settings.trigger().isFinalOnly();
    }

    /** Whether a window that has given its result gives it anew when a late event changes it. */
    boolean updatesLate() {
        return latenessNs > 0 && !isFinalOnly;
    }

    /** When a window takes no event any more. */
    long expiryOf(long window) {
        return Times.add(layout.endOf(window), latenessNs);
    }

    /** When no window of a pane takes an event any more. */
    long expiryOf(Pane pane) {
        return expiryOf(layout.lastWindowOf(pane.number));
    }

    /** When a window gives its result. */
    long fireTimeOf(long window) {
        return isFinalOnly ? expiryOf(window) : layout.endOf(window);
    }

    /** First window that has not expired at a watermark. */
    long firstUnexpired(long watermarkNs) {
        boolean isEdge =
                watermarkNs == Operator.NO_WATERMARK || watermarkNs == Operator.END_OF_TIME;
        return layout.firstWindowEndingAfter(
                isEdge ? watermarkNs : Times.subtract(watermarkNs, latenessNs));
    }

    /** First window that has not fired at a watermark. */
    long firstUnfired(long watermarkNs) {
        return isFinalOnly
                ? firstUnexpired(watermarkNs)
                : layout.firstWindowEndingAfter(watermarkNs);
    }
}
