package io.penstock.benchmarks;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * An open load: events are sent at planned times whether or not those before have come through, and
 * latency counts from the planned time, so that a stall is felt by all who would have come
 * meanwhile.
 *
 * <p>The sender asks for each event in turn; whoever has finished with one records it. In place of
 * its id each event carries the planned time. The first 30 % are not counted. Allocates nothing
 * while it runs. Not thread-safe but for this: one thread sends, one records events, one records
 * results.
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
    private final Rounds rounds;
    private final Histogram latencies = new Histogram(LONGEST_NS, DIGITS);
    private final Histogram resultLatencies = new Histogram(LONGEST_NS, DIGITS);
    private long startNs;
    private long countedFromNs;
    private long untilNs;
    private long lastSentNs;

    /**
     * A load that has not begun.
     *
     * @param events of a whole number of milliseconds, sent again from the first when they are over
     * @param ratePerSecond planned
     * @param count of events to be sent
     */
    Pace(Events events, long ratePerSecond, long count) {
        this.events = events;
        this.rounds = new Rounds(events);
        this.ratePerSecond = ratePerSecond;
        this.count = count;
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

    /** Begins, once; before the first {@link #await}. Sender's thread. */
    void start() {
        startNs = System.nanoTime() + HEAD_START_NS;
        countedFromNs = plannedNs((long) (count * UNCOUNTED_SHARE));
        untilNs = plannedNs(count);
    }

    /**
     * Waits until an event is to be sent. Sender's thread, once for each in turn.
     *
     * @return its values, good until the next call
     */
    long[] await(long index) {
        long[] event = rounds.next();
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

    private long plannedNs(long index) {
        return startNs + index * NS_PER_S / ratePerSecond;
    }
}
