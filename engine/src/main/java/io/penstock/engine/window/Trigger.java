package io.penstock.engine.window;

import io.penstock.engine.time.Times;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;

/**
 * When a window gives results.
 *
 * @param isFinalOnly one result only, when no event can change it any more: at the end plus the
 *     allowed lateness
 * @param earlyEventTimeNs also before the end, whenever the watermark passes a multiple of this; 0
 *     is never
 * @param earlyClockNs also before the end, whenever the engine's journaled clock passes a multiple
 *     of this; 0 is never
 * @param isRetracting whether a result that replaces another is preceded by a retraction of it
 */
public record Trigger(
        boolean isFinalOnly, long earlyEventTimeNs, long earlyClockNs, boolean isRetracting) {
    /** Checks what goes together. */
    public Trigger {
        if (earlyEventTimeNs < 0 || earlyClockNs < 0) {
            throw new PenstockException(
                    Category.CONFIGURATION, "a trigger's interval must be positive");
        }
        if (isFinalOnly && (earlyEventTimeNs > 0 || earlyClockNs > 0 || isRetracting)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a final result is the only one: use Trigger.onWatermark() for early results or"
                            + " retractions");
        }
    }

    /** When the watermark reaches the window's end, and again for each late event within bounds. */
    public static Trigger onWatermark() {
        return new Trigger(false, 0, 0, false);
    }

    /** Once, when no event can change the window any more. */
    public static Trigger finalOnly() {
        return new Trigger(true, 0, 0, false);
    }

    /** Also before the end, for what has changed, whenever the watermark passes a multiple. */
    public Trigger early(Duration every) {
        return new Trigger(isFinalOnly, positive(every), earlyClockNs, isRetracting);
    }

    /** Also before the end, for what has changed, whenever the engine's clock passes a multiple. */
    public Trigger earlyByClock(Duration every) {
        return new Trigger(isFinalOnly, earlyEventTimeNs, positive(every), isRetracting);
    }

    /**
     * A result that replaces another comes behind a retraction of it.
     *
     * <p>A window stage that aggregates the results has to be told how to tell a retraction, with
     * {@code retractedBy}: without, it adds retractions as it adds results.
     */
    public Trigger retracting() {
        return new Trigger(isFinalOnly, earlyEventTimeNs, earlyClockNs, true);
    }

    /** Whether there are results before a window's end. */
    public boolean isEarly() {
        return earlyEventTimeNs > 0 || earlyClockNs > 0;
    }

    /** What the plan says about it; nothing for {@link #onWatermark()}. */
    String description() {
        return (isFinalOnly ? " final" : "")
                + (earlyEventTimeNs > 0 ? " earlyNs=" + earlyEventTimeNs : "")
                + (earlyClockNs > 0 ? " earlyClockNs=" + earlyClockNs : "")
                + (isRetracting ? " retracting" : "");
    }

    private static long positive(Duration every) {
        long everyNs = Times.ns("a trigger's interval", every);
        if (everyNs <= 0) {
            throw new PenstockException(
                    Category.CONFIGURATION, "a trigger's interval must be positive: " + every);
        }
        return everyNs;
    }
}
