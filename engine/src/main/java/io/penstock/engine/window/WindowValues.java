package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.state.StateVisitor;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The values that a window stage keeps per key: who came first, what results say about their making
 * where that is asked for, and the accumulators of the aggregates.
 *
 * <pre>
 *   0              8                      8 or 16: only where results have revisions
 *   +--------------+----------------------+---------------+--------------+----------+--------
 *   | firstArrival | lastChange, if early | firstSequence | lastSequence | revision | accum...
 *   +--------------+----------------------+---------------+--------------+----------+--------
 * </pre>
 *
 * Arrivals are numbers of data records, so that they are the same however records are batched;
 * sequences are not, and changes are counted by each shard for itself: neither is part of the state
 * hash. Used by the core's thread only.
 */
@HotPath
final class WindowValues<T extends MessageDecoderFlyweight> {
    private static final int FIRST_ARRIVAL = 0;
    private static final int LAST_CHANGE = 8;

    private final StepContext context;
    private final boolean marksChanges;
    private final boolean hasLineage;
    private final boolean hasRevisions;
    private final int sequencesAt;
    private final int revisionAt;
    private final int prefixLength;
    private final Accumulators<T> accumulators;
    private long change;

    /** Lays out the values of a stage. */
    WindowValues(StepContext context, WindowSettings settings, Aggregate<T>[] aggregates) {
        this.context = context;
        this.marksChanges = settings.trigger().isEarly();
        this.hasLineage = settings.hasLineage();
        this.hasRevisions = hasLineage || settings.trigger().isRetracting();
        this.sequencesAt = marksChanges ? LAST_CHANGE + Long.BYTES : LAST_CHANGE;
        this.revisionAt = sequencesAt + (hasLineage ? 2 * Long.BYTES : 0);
        this.prefixLength = revisionAt + (hasRevisions ? Long.BYTES : 0);
        this.accumulators = accumulators(aggregates);
    }

    private <A extends MessageDecoderFlyweight> Accumulators<A> accumulators(
            Aggregate<A>[] aggregates) {
        return new Accumulators<>(context, prefixLength, LAST_CHANGE, aggregates);
    }

    /** The values as one block each, this prefix included. */
    Accumulators<T> accumulators() {
        return accumulators;
    }

    /** Blocks that have the prefix only. */
    @SuppressWarnings({"unchecked", "rawtypes"}) // an array of none has no type to speak of
    Accumulators<T> prefixOnly() {
        return accumulators((Aggregate<T>[]) new Aggregate[0]);
    }

    /** Sets the number of the change that is about to be made; only where early results need it. */
    void change(long number) {
        change = number;
    }

    /** Adds the first event to a value of zeros. */
    void start(long value, Event<T> event) {
        Memory.putLong(value + FIRST_ARRIVAL, event.ordinal());
        if (hasLineage) {
            Memory.putLong(value + sequencesAt, context.sequence());
        }
        add(value, event);
    }

    /** Adds an event that is not the first. */
    void add(long value, Event<T> event) {
        if (marksChanges) {
            Memory.putLong(value + LAST_CHANGE, change);
        }
        if (hasLineage) {
            Memory.putLong(value + sequencesAt + Long.BYTES, context.sequence());
        }
        accumulators.add(value, event);
    }

    /** Adds all that one value holds to another that is not empty. */
    void merge(long target, long source) {
        Memory.putLong(target, Math.min(firstArrival(target), firstArrival(source)));
        if (marksChanges) {
            long last = Math.max(lastChange(target), lastChange(source));
            Memory.putLong(target + LAST_CHANGE, last);
        }
        if (hasLineage) {
            long at = target + sequencesAt;
            Memory.putLong(at, Math.min(firstSequence(target), firstSequence(source)));
            Memory.putLong(at + Long.BYTES, Math.max(lastSequence(target), lastSequence(source)));
        }
        accumulators.merge(target, source);
    }

    /** Number of the data record whose event came first. */
    long firstArrival(long value) {
        return Memory.getLong(value + FIRST_ARRIVAL);
    }

    /** Number of the stage's change that was the value's last; where early results need it. */
    long lastChange(long value) {
        return Memory.getLong(value + LAST_CHANGE);
    }

    /** Sequence of the first record; with lineage. */
    long firstSequence(long value) {
        return Memory.getLong(value + sequencesAt);
    }

    /** Sequence of the last record; with lineage. */
    long lastSequence(long value) {
        return Memory.getLong(value + sequencesAt + Long.BYTES);
    }

    /** How many results there were; where they have revisions. */
    long revision(long value) {
        return Memory.getLong(value + revisionAt);
    }

    /** Sets how many results there were; the value was saved, or added in this step. */
    void revision(long value, long count) {
        Memory.putLong(value + revisionAt, count);
    }

    /** Shows a value: what each aggregate says of it now. */
    void describe(long value, StateVisitor visitor) {
        visitor.number("first-arrival", firstArrival(value));
        WideNumber result = new WideNumber();
        for (int i = 0; i < accumulators.count(); i++) {
            accumulators.read(i, value, result);
            visitor.text(
                    accumulators.aggregate(i).description(), result.toBigDecimal().toPlainString());
        }
    }

    /** Whether sequences are kept. */
    boolean hasLineage() {
        return hasLineage;
    }

    /** Whether it is known how many results a key and window had. */
    boolean hasRevisions() {
        return hasRevisions;
    }
}
