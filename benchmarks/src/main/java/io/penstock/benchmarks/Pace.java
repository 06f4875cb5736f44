package io.penstock.benchmarks;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * An open load: events are sent at planned times whether or not those before have come through, and
 * latency counts from the planned time, so that a stall is felt by all who would have come meanwhile.
 *
 * <p>The sender asks for each event in turn; whoever has finished with one records it. Events are
 * the common ones, over and over, their time going on; in place of its id each carries the planned
 * time. The first 30 % are not counted. Allocates nothing while it runs. Not thread-safe but for
 * this: one thread sends, one records events, one records results.
 */
final class Pace {
    private static final long LONGEST_NS = TimeUnit.HOURS.toNanos(1);
    private static final int DIGITS = 3;
    private static final long NS_PER_S = TimeUnit.SECONDS.toNanos(1);
    private static final long HEAD_START_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final double UNCOUNTED_SHARE = 0.3;
    private static final double HELD_SHARE = 0.99;
    private static final int EVENTS_PER_MS = 100;

    private final Events events;
    private final long ratePerSecond;
    private final long count;
    private final long roundMs;
    private final long[] event = new long[Events.LONGS];
    private final Histogram latencies = new Histogram(LONGEST_NS, DIGITS);
    private final Histogram resultLatencies = new Histogram(LONGEST_NS, DIGITS);
    private long startNs;
    private long countedFromNs;
    private long untilNs;
    private long lastSentNs;
    private int next;
    private long shiftMs;

    /**
     * A load that has not begun.
     *
     * @param events of a whole number of milliseconds, sent again from the first when they are over
     * @param ratePerSecond planned
     * @param count of events to be sent
     */
    Pace(Events events, long ratePerSecond, long count) {
        if (events.count() % EVENTS_PER_MS != 0) {
            throw new IllegalArgumentException("not whole milliseconds: " + events.count());
        }
        this.events = events;
        this.ratePerSecond = ratePerSecond;
        this.count = count;
        this.roundMs = events.count() / EVENTS_PER_MS;
    }

    Events events() {
        return events;
    }

    long count() {
        return count;
    }

    long ratePerSecond() {
        return ratePerSecond;
    }

    /** Begins; before the first {@link #await}. Sender's thread. */
    void start() {
        startNs = System.nanoTime() + HEAD_START_NS;
        countedFromNs = plannedNs((long) (count * UNCOUNTED_SHARE));
        untilNs = plannedNs(count);
        next = 0;
        shiftMs = 0;
    }

    /**
     * Waits until an event is to be sent. Sender's thread, once for each in turn.
     *
     * @return its values, good until the next call
     */
    long[] await(long index) {
        if (next == events.count()) {
            next = 0;
            shiftMs += roundMs;
        }
        copy(next++, shiftMs);
        long plannedNs = plannedNs(index);
        event[Events.ID] = plannedNs;
        while (System.nanoTime() - plannedNs < 0) {
            Thread.onSpinWait();
        }
        return event;
    }

    /** The last event has been sent. Sender's thread. */
    void sent() {
        lastSentNs = System.nanoTime();
    }

    /** An event has been processed. One thread. */
    void record(long plannedNs) {
        if (plannedNs - countedFromNs >= 0) {
            latencies.recordValue(Math.max(0, System.nanoTime() - plannedNs));
        }
    }

    /**
     * A window's result has arrived; one of a window that the load itself did not close is passed
     * over. One thread.
     */
    void recordResult(long windowStartMs) {
        long closesAfterMs =
                windowStartMs + Events.WINDOW_MS + Events.DISORDER_MS - Events.START_MS;
        long plannedNs = plannedNs(closesAfterMs * EVENTS_PER_MS);
        if (plannedNs - countedFromNs >= 0 && plannedNs - untilNs < 0) {
            resultLatencies.recordValue(Math.max(0, System.nanoTime() - plannedNs));
        }
    }

    /** Latencies of events, when all is over, ns. */
    Histogram latencies() {
        return latencies;
    }

    /** Latencies of results, when all is over, ns; empty where there are none. */
    Histogram resultLatencies() {
        return resultLatencies;
    }

    /** Events that were sent in a second. */
    double achievedPerSecond() {
        return (double) count * NS_PER_S / Math.max(1, lastSentNs - startNs);
    }

    /** Whether what was planned was sent; the latency of a load that was not says little. */
    boolean isHeld() {
        return achievedPerSecond() >= HELD_SHARE * ratePerSecond;
    }

    /** What one who looks at every event must answer. */
    Answer sum() {
        long sum = 0;
        int at = 0;
        long shift = 0;
        for (long i = 0; i < count; i++) {
            if (at == events.count()) {
                at = 0;
                shift += roundMs;
            }
            copy(at++, shift);
            sum += sumOf(event);
        }
        return new Answer(count, sum);
    }

    /** What one who computes W2 must answer. */
    Answer windows() {
        WindowTables tables = new WindowTables(events.keys());
        int at = 0;
        long shift = 0;
        for (long i = 0; i < count; i++) {
            if (at == events.count()) {
                at = 0;
                shift += roundMs;
            }
            copy(at++, shift);
            tables.onEvent(event[Events.ACCOUNT], event[Events.TIME_MS], event[Events.AMOUNT]);
        }
        return tables.finish();
    }

    /** All of an event but its id, which is the planned time. */
    static long sumOf(long[] event) {
        long sum = 0;
        for (int i = Events.ACCOUNT; i < Events.LONGS; i++) {
            sum += event[i];
        }
        return sum;
    }

    private void copy(int index, long shift) {
        System.arraycopy(events.values(), index * Events.LONGS, event, 0, Events.LONGS);
        event[Events.TIME_MS] += shift;
    }

    private long plannedNs(long index) {
        return startNs + index * NS_PER_S / ratePerSecond;
    }
}
