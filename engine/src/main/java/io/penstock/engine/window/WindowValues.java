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
 *   0              8: only where they can be taken out; the state hash ends behind it
 *   +--------------+--------+----------------------+
 *   | firstArrival | events | lastChange, if early |
 *   +--------------+--------+----------------------+
 *   only where results have revisions
 *   +---------------+--------------+----------+--------
 *   | firstSequence | lastSequence | revision | accum...
 *   +---------------+--------------+----------+--------
 * </pre>
 *
 * Arrivals are numbers of data records, so that they are the same however records are batched;
 * sequences are not, and changes are counted by each shard for itself: neither is part of the state
 * hash. Used by the core's thread only.
 */
@HotPath
final class WindowValues<T extends MessageDecoderFlyweight> {
    private static final int FIRST_ARRIVAL = 0;
    private static final int EVENTS = 8; // only where they are counted

    private final StepContext context;
    private final boolean marksChanges;
    private final boolean countsEvents;
    private final boolean hasLineage;
    private final boolean hasRevisions;
    private final int lastChangeAt;
    private final int sequencesAt;
    private final int revisionAt;
    private final int prefixLength;
    private final Accumulators<T> accumulators;
    private long change;

    /** Lays out the values of a stage whose events stay. */
    WindowValues(StepContext context, WindowSettings settings, Aggregate<T>[] aggregates) {
        this(context, settings, aggregates, false);
    }

    /**
     * Lays out the values of a stage.
     *
     * @param countsEvents whether events are taken out again, so that it has to be known how many
     *     there are
     */
    WindowValues(
            StepContext context,
            WindowSettings settings,
            Aggregate<T>[] aggregates,
            boolean countsEvents) {
        this.context = context;
        this.marksChanges = settings.trigger().isEarly();
        this.hasLineage = settings.hasLineage();
        this.hasRevisions = hasLineage || settings.trigger().isRetracting();
        this.countsEvents = countsEvents;
        this.lastChangeAt = countsEvents ? EVENTS + Long.BYTES : EVENTS;
        this.sequencesAt = marksChanges ? lastChangeAt + Long.BYTES : lastChangeAt;
        this.revisionAt = sequencesAt + (hasLineage ? 2 * Long.BYTES : 0);
        this.prefixLength = revisionAt + (hasRevisions ? Long.BYTES : 0);
        this.accumulators = accumulators(aggregates);
    }

    private <A extends MessageDecoderFlyweight> Accumulators<A> accumulators(
            Aggregate<A>[] aggregates) {
        return new Accumulators<>(context, prefixLength, lastChangeAt, aggregates);
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

    /** Whether events of a batch may be added by {@link #begin} and {@link Accumulators#addAll}. */
    boolean takesBatches() {
        return !marksChanges && !countsEvents && !hasLineage;
    }

    /** Prepares a value of zeros for its first event, which is added next. */
    void begin(long value, long ordinal) {
        Memory.putLong(value + FIRST_ARRIVAL, ordinal);
    }

    /** Adds an event that is not the first. */
    void add(long value, Event<T> event) {
        if (countsEvents) {
            countEvent(value, event);
        }
        about(value);
        accumulators.add(value, event);
    }

    private void countEvent(long value, Event<T> event) {
        if (isEmpty(value)) {
            // All that was here was taken out: what comes now is the first.
            Memory.putLong(value + FIRST_ARRIVAL, event.ordinal());
        }
        Memory.putLong(value + EVENTS, events(value) + 1);
    }

    /** Takes out an event; where events are counted, and one is there. */
    void subtract(long value, Event<T> event) {
        Memory.putLong(value + EVENTS, events(value) - 1);
        about(value);
        accumulators.subtract(value, event);
    }

    private void about(long value) {
        if (marksChanges) {
            Memory.putLong(value + lastChangeAt, change);
        }
        if (hasLineage) {
            Memory.putLong(value + sequencesAt + Long.BYTES, context.sequence());
        }
    }

    /** Adds all that one value holds to another that is not empty. */
    void merge(long target, long source) {
        Memory.putLong(target, earlierArrival(target, source));
        if (countsEvents) {
            Memory.putLong(target + EVENTS, events(target) + events(source));
        }
        if (marksChanges) {
            long last = Math.max(lastChange(target), lastChange(source));
            Memory.putLong(target + lastChangeAt, last);
        }
        if (hasLineage) {
            long at = target + sequencesAt;
            Memory.putLong(at, Math.min(firstSequence(target), firstSequence(source)));
            Memory.putLong(at + Long.BYTES, Math.max(lastSequence(target), lastSequence(source)));
        }
        accumulators.merge(target, source);
    }

    private long earlierArrival(long value, long other) {
        if (countsEvents && isEmpty(value)) {
            return firstArrival(other);
        }
        if (countsEvents && isEmpty(other)) {
            return firstArrival(value);
        }
        return Math.min(firstArrival(value), firstArrival(other));
    }

    /** Events that are in a value; where they are counted. */
    long events(long value) {
        return Memory.getLong(value + EVENTS);
    }

    /** Whether all events of a value were taken out again. */
    boolean isEmpty(long value) {
        return countsEvents && events(value) == 0;
    }

    /** Number of the data record whose event came first. */
    long firstArrival(long value) {
        return Memory.getLong(value + FIRST_ARRIVAL);
    }

    /** Number of the stage's change that was the value's last; where early results need it. */
    long lastChange(long value) {
        return Memory.getLong(value + lastChangeAt);
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
