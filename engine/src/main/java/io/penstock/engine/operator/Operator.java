package io.penstock.engine.operator;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.StateVisitor;
import java.util.List;

/**
 * One stage of a running plan.
 *
 * <p>Besides taking events, an operator may have work that a watermark sets free: windows to fire,
 * timers, events in order. The core sweeps the operators in plan order after each record: {@link
 * #sweepTo}, then {@link #fireOne} once per step while {@link #hasDue}, then {@link #sweepDone}.
 * Work that the engine's clock sets free takes the same way: a stage that {@link #usesClock} is
 * told by {@link #onClock} when that clock has moved, and says whether a sweep is needed; in {@link
 * #hasDue} and {@link #fireOne} the time is {@link StepContext#timeNs()}. Used by the core's thread
 * only.
 */
public abstract class Operator {
    /** The watermark before any event. */
    public static final long NO_WATERMARK = Long.MIN_VALUE;

    /** The watermark after the last event. */
    public static final long END_OF_TIME = Long.MAX_VALUE;

    private static final int MAX_COUNTS = 8 + SideOutputs.MAX_SIDES;
    private static final int[] NO_OUTCOMES = {};

    protected final StepContext context;
    private final String name;
    private final String[] countLabels;
    private final long countsAddress;

    /** Step whose undo log holds the counts as they were before it. */
    private long countsSavedIn = -1;

    private long watermark = NO_WATERMARK;
    private long target = NO_WATERMARK;

    /**
     * Creates an operator.
     *
     * @param context of the core that owns it
     * @param name unique in the plan; state is found by it
     * @param countLabels what it counts; at most 16
     */
    protected Operator(StepContext context, String name, String... countLabels) {
        if (countLabels.length > MAX_COUNTS) {
            throw new IllegalArgumentException("at most " + MAX_COUNTS + " counts: " + name);
        }
        this.context = context;
        this.name = name;
        this.countLabels = countLabels.clone();
        this.countsAddress = context.arena().allocate(MAX_COUNTS * Long.BYTES);
    }

    /** The stage's name. */
    public final String name() {
        return name;
    }

    /** The watermark that all earlier work of this stage has seen. */
    public final long watermark() {
        return watermark;
    }

    /** The watermark of the sweep in progress. */
    protected final long target() {
        return target;
    }

    /** Starts a sweep; never lower than {@link #watermark()}. */
    public final void sweepTo(long newWatermark) {
        target = Math.max(watermark, newWatermark);
    }

    /** Ends a sweep: nothing is due any more. */
    public final void sweepDone() {
        watermark = target;
        swept();
    }

    /** Called at the end of a sweep, when {@link #watermark()} has moved. */
    protected void swept() {}

    /** Whether {@link #fireOne} has something to do at the sweep's watermark. */
    public boolean hasDue() {
        return false;
    }

    /**
     * The first watermark at which {@link #hasDue} may hold, as the stage's state is between
     * records; the least there is if any move may do. Events that take the watermark no further are
     * taken without a sweep behind each, so whoever has work that a watermark sets free tells it.
     */
    public long horizonNs() {
        return END_OF_TIME;
    }

    /** One step: fires one result, timer or event in order; may push to receivers. */
    public void fireOne() {
        throw new IllegalStateException("nothing is ever due in stage " + name);
    }

    /**
     * Whether the firings that come next may share a step: all they change is in the undo log, but
     * for what {@link #takeBackFirings} puts back.
     */
    public boolean firesTogether() {
        return false;
    }

    /**
     * Fires as {@link #fireOne()} does, and goes on while something is due, firings may share a
     * step and there is room. Only where {@link #firesTogether()}.
     */
    public void fireTogether(FiringRoom room) {
        do {
            fireOne();
        } while (hasDue() && firesTogether() && room.isThereForOneMore());
    }

    /** The latest {@link #fireTogether} has failed and was rolled back. */
    public void takeBackFirings() {}

    /**
     * Whether the stage has work that the engine's clock sets free, so that {@link #onClock} is
     * called; asked once, after the plan was built.
     */
    public boolean usesClock() {
        return false;
    }

    /**
     * Called when the engine's clock has moved: in the accepting step of a record of any kind,
     * after its event was pushed through. Whether the stage has something due now, so that a sweep
     * follows although no watermark moved. Writes of state must pass the undo log; nothing may be
     * emitted.
     *
     * @param timeNs the running maximum of the records' ingress times, ns since 1970
     */
    public boolean onClock(long timeNs) {
        return false;
    }

    /**
     * The first time at which {@link #onClock} would do or say anything, as things stand; the least
     * there is where it has to hear of each move. A stage that brings it forward within a step
     * tells {@link StepContext#clockWanted}.
     */
    public long clockHorizonNs() {
        return Long.MIN_VALUE;
    }

    /** Whether the stage's state is so large that it pays to read ahead what events will touch. */
    public boolean isPrefetching() {
        return false;
    }

    /**
     * Reads all that was foreseen, so that it is near when it is needed.
     *
     * @return anything that depends on what was read
     */
    public long prefetch() {
        return 0;
    }

    /** Whether {@link #maintain} ever has something to do. */
    public boolean needsMaintenance() {
        return false;
    }

    /** Puts state in order between records, a little at a time; never changes an answer. */
    public void maintain() {}

    /** Counts something that happened to an event; undone with the step. */
    protected final void count(int index) {
        count(index, 1);
    }

    /** Counts something that happened to so many events; undone with the step. */
    protected final void count(int index, long events) {
        if (countsSavedIn != context.undo().step()) {
            saveCounts();
        }
        long address = countsAddress + (long) index * Long.BYTES;
        Memory.putLong(address, Memory.getLong(address) + events);
    }

    private void saveCounts() {
        context.undo().save(countsAddress, countLabels.length * Long.BYTES);
        countsSavedIn = context.undo().step();
    }

    /** Labels of what the stage counts. */
    public final String[] countLabels() {
        return countLabels.clone();
    }

    /** A count by its index in {@link #countLabels()}. */
    public long countOf(int index) {
        return Memory.getLong(countsAddress + (long) index * Long.BYTES);
    }

    /**
     * Indexes of the counts that say what became of the events that count 0 counts: each event is
     * in exactly one of them, or still {@link #held()}. Empty where a stage keeps no such account.
     */
    public int[] outcomes() {
        return NO_OUTCOMES;
    }

    /** Events that came and have no outcome yet. */
    public long held() {
        return 0;
    }

    /** Fails if an event was lost or counted twice; between records only. */
    public final void requireConserved() {
        int[] outcomes = outcomes();
        if (outcomes.length == 0) {
            return;
        }
        long accounted = held();
        for (int outcome : outcomes) {
            accounted += countOf(outcome);
        }
        if (accounted != countOf(0)) {
            throw new IllegalStateException(
                    "stage "
                            + name
                            + " took "
                            + countOf(0)
                            + " events and accounts for "
                            + accounted);
        }
    }

    /** Writes all state; only between records. */
    public final void writeTo(SnapshotWriter writer) {
        writer.putLong(watermark);
        writer.putInt(countLabels.length);
        for (int i = 0; i < countLabels.length; i++) {
            writer.putLong(countOf(i));
        }
        writeState(writer);
    }

    /** Reads what {@link #writeTo} wrote into an empty operator. */
    public final void readFrom(SnapshotReader reader) {
        watermark = reader.getLong();
        target = watermark;
        int counts = reader.getInt();
        if (counts != countLabels.length) {
            throw new IllegalStateException(
                    "stage " + name + " has " + countLabels.length + " counts, not " + counts);
        }
        for (int i = 0; i < counts; i++) {
            Memory.putLong(countsAddress + (long) i * Long.BYTES, reader.getLong());
        }
        readState(reader);
    }

    /** Sets the watermark that all earlier work has seen; for a stage whose state is elsewhere. */
    public final void resumeAt(long newWatermark) {
        watermark = newWatermark;
        target = newWatermark;
    }

    /** Writes the stage's own state. */
    protected void writeState(SnapshotWriter writer) {}

    /** Reads the stage's own state. */
    protected void readState(SnapshotReader reader) {}

    /**
     * Folds the stage's keyed state into one hash per key group; a keyed stage leaves groups alone
     * of which it has no key.
     */
    public void hashInto(long[] groupHashes) {}

    /**
     * What waits for time to come, the next of each kind; null for a stage that time is nothing to.
     * For tools, between records.
     */
    public List<Pending> pending() {
        return null;
    }

    /**
     * Shows the stage's own state, part by part, in an order that the state alone defines; between
     * records only. Watermark and counts are not shown here: who asks has them.
     */
    public void describeState(StateVisitor visitor) {}

    /** Gives back what the stage holds outside of the core's arena. */
    public void close() {}

    /** Identity and version of the layout of the stage's state. */
    public int stateVersion() {
        return 1;
    }
}
