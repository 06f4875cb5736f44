package io.penstock.engine.window;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/**
 * How a window stage works.
 *
 * @param windows which windows an event belongs to
 * @param latenessNs how long after its end a window still takes events
 * @param trigger when a window gives results
 * @param hasLineage whether results know their revision and the sequences that fed them
 */
public record WindowSettings(
        Windows windows, long latenessNs, Trigger trigger, boolean hasLineage) {
    /** Checks what goes together. */
    public WindowSettings {
        if (windows == null || trigger == null) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a window stage needs windows and a trigger: windows="
                            + windows
                            + " trigger="
                            + trigger);
        }
        if (latenessNs < 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "allowed lateness must not be negative: latenessNs=" + latenessNs);
        }
        if (windows instanceof Windows.Count
                && (latenessNs > 0 || trigger.isEarly() || trigger.isRetracting())) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a count window gives one result, with its last event: it has no lateness, early"
                            + " results or retractions");
        }
    }

    /** One result at each window's end; no event after it. */
    public static WindowSettings of(Windows windows) {
        return new WindowSettings(windows, 0, Trigger.onWatermark(), false);
    }

    /** What the plan says about them. */
    public String description() {
        return windows.description()
                + (latenessNs == 0 ? "" : " latenessNs=" + latenessNs)
                + trigger.description()
                + (hasLineage ? " lineage" : "");
    }
}
