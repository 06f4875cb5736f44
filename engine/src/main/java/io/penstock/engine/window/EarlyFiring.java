package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;

/**
 * When open windows give early results, and which of them have changed since the last time.
 *
 * <pre>
 *   0            8            16
 *   +------------+------------+
 *   | lastChange | clockRound |
 *   +------------+------------+
 * </pre>
 *
 * Changes are counted by the stage itself. An event's arrival says nothing here: it may have waited
 * in a stage before this one, or be the result of an earlier one.
 */
final class EarlyFiring {
    private static final int LAST_CHANGE = 0;
    private static final int CLOCK_ROUND = 8;
    private static final int LENGTH = 16;
    private static final long NONE = Long.MIN_VALUE;

    private final StepContext context;
    private final long eventTimeNs;
    private final long clockNs;
    private final long address;
    private boolean isDone;
    private boolean hasFiredLast;
    private long next = NONE;

    EarlyFiring(StepContext context, Trigger trigger) {
        this.context = context;
        this.eventTimeNs = trigger.earlyEventTimeNs();
        this.clockNs = trigger.earlyClockNs();
        this.address = context.arena().allocate(LENGTH);
        Memory.putLong(address + LAST_CHANGE, 0);
        Memory.putLong(address + CLOCK_ROUND, NONE);
    }

    /** Whether a multiple of an interval was passed that has not been answered yet. */
    boolean isDue(long watermarkNs, long targetNs) {
        if (isDone || targetNs == Operator.END_OF_TIME) {
            return false;
        }
        boolean byEvents =
                eventTimeNs > 0
                        && watermarkNs != Operator.NO_WATERMARK
                        && Math.floorDiv(targetNs, eventTimeNs)
                                > Math.floorDiv(watermarkNs, eventTimeNs);
        return byEvents || isClockDue();
    }

    /** Whether the engine's clock sets results off. */
    boolean usesClock() {
        return clockNs > 0;
    }

    /** Whether the engine's clock has passed a multiple of its interval; rounds begin with it. */
    boolean onClock(long timeNs) {
        if (Memory.getLong(address + CLOCK_ROUND) == NONE) {
            context.undo().save(address, LENGTH);
            Memory.putLong(address + CLOCK_ROUND, Math.floorDiv(timeNs, clockNs));
        }
        return isClockDue();
    }

    private boolean isClockDue() {
        long round = Memory.getLong(address + CLOCK_ROUND);
        return clockNs > 0 && round != NONE && Math.floorDiv(context.timeNs(), clockNs) > round;
    }

    /** First window to look at, from a number on. */
    long nextWindow(long from) {
        return Math.max(from, next);
    }

    /** Goes on behind a window. */
    void fired(long window) {
        hasFiredLast = window == Long.MAX_VALUE;
        next = hasFiredLast ? window : window + 1;
    }

    /** Whether no window has a larger number than the one that fired last. */
    boolean hasFiredLast() {
        return hasFiredLast;
    }

    /** Ends the round: all changes so far, which are so many, have been told. */
    void done(long changes) {
        context.undo().save(address, LENGTH);
        Memory.putLong(address + LAST_CHANGE, changes);
        if (clockNs > 0) {
            Memory.putLong(address + CLOCK_ROUND, Math.floorDiv(context.timeNs(), clockNs));
        }
        next = NONE;
        hasFiredLast = false;
        isDone = true;
    }

    /** Makes ready for the next sweep. */
    void swept() {
        isDone = false;
    }

    /** Whether a value has changed since the last round. */
    boolean isChanged(WindowValues<?> values, long value) {
        return values.lastChange(value) > Memory.getLong(address + LAST_CHANGE);
    }

    void writeTo(SnapshotWriter writer) {
        writer.putBytes(address, LENGTH);
    }

    void readFrom(SnapshotReader reader) {
        reader.getBytes(address, LENGTH);
    }
}
