package io.penstock.peers;

import io.penstock.benchmarks.Answer;
import io.penstock.benchmarks.Events;
import io.penstock.benchmarks.Workload;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * One run over the common events: where sources take events from and sinks count results into.
 *
 * <p>There is one at a time in a JVM, found by {@link #current()}, because peers serialize what
 * their jobs are made of. Any thread; feeds and tallies belong to the thread that asked for them.
 */
final class Session {
    private static final long NOT_STARTED = Long.MIN_VALUE;
    private static final long NS_PER_EVENT = 10_000;

    /** Of a rate that counts as held. */
    private static final double HELD_SHARE = 0.99;

    /** Windows that close in the first seconds are not counted as results that are late. */
    private static final long SETTLING_NS = 4_500_000_000L;

    private static volatile Session current;

    private final Workload workload;
    private final Events events;
    private final boolean isPaced;
    private final Runnable onFirst;
    private final List<Tally> tallies = new ArrayList<>();

    /** Index of the event that closes each window, by number from the first window on. */
    private final int[] closing;

    private final long firstWindow;
    private volatile long startNs = NOT_STARTED;
    private volatile long endNs;
    private volatile long sentNs;

    /**
     * @param onFirst told of the first result when the workload is that; by the sink's thread
     */
    Session(Workload workload, Events events, Runnable onFirst) {
        this.workload = workload;
        this.onFirst = onFirst;
        this.events = events;
        this.isPaced = workload == Workload.RESULT_LATENCY;
        long firstMs = events.values()[Events.TIME_MS];
        firstWindow = (firstMs - Events.DISORDER_MS) / Events.WINDOW_MS;
        closing = isPaced ? closingEvents() : new int[0];
        current = this;
    }

    /** The latest session. */
    static Session current() {
        return current;
    }

    Workload workload() {
        return workload;
    }

    Events events() {
        return events;
    }

    /** Whether events are sent at their event time. */
    boolean isPaced() {
        return isPaced;
    }

    /** The common events from the first one on. One per run: it starts the clock. */
    Feed feed() {
        return new Feed(this);
    }

    /** A counter of results for one thread; to be told when there are no more. */
    synchronized Tally tally() {
        Tally tally = new Tally(this);
        tallies.add(tally);
        return tally;
    }

    /** Whether somebody waits for the first result and no other. */
    boolean isFirstOnly() {
        return workload == Workload.FIRST_RESULT;
    }

    /** The first result has come. */
    void first() {
        onFirst.run();
    }

    /** Starts the clock. */
    void start() {
        startNs = System.nanoTime();
    }

    long startNs() {
        return startNs;
    }

    /** A tally has all its results. */
    synchronized void ended(long atNs) {
        endNs = Math.max(endNs, atNs);
    }

    /** From the first event until the last result. */
    long elapsedNs() {
        return endNs - startNs;
    }

    /** The last event was taken. */
    void sent() {
        sentNs = System.nanoTime();
    }

    /** Events a second that were taken; once all are. */
    double achievedPerSecond() {
        return events.count() * 1e9 / (sentNs - startNs);
    }

    /** Whether events were taken as fast as they were to be sent. */
    boolean isRateHeld() {
        return achievedPerSecond() >= HELD_SHARE * 1e9 / NS_PER_EVENT;
    }

    /** What all tallies counted. */
    synchronized Answer answer() {
        long count = 0;
        long checksum = 0;
        for (Tally tally : tallies) {
            count += tally.count();
            checksum += tally.checksum();
        }
        return new Answer(count, checksum);
    }

    /** How late results were, ns; empty if not paced. */
    synchronized Histogram latencies() {
        Histogram all = Tally.histogram();
        tallies.forEach(tally -> all.add(tally.latencies()));
        return all;
    }

    /** When an event is to be sent. */
    long dueNs(int event) {
        return startNs + event * NS_PER_EVENT;
    }

    /** When the event was due that closes a window, or -1 if none does or it is too early. */
    long closingNs(long windowStartMs) {
        int window = (int) (windowStartMs / Events.WINDOW_MS - firstWindow);
        if (window < 0 || window >= closing.length || closing[window] < 0) {
            return -1;
        }
        long dueNs = dueNs(closing[window]);
        return dueNs - startNs < SETTLING_NS ? -1 : dueNs;
    }

    private int[] closingEvents() {
        long[] values = events.values();
        long maxMs = Long.MIN_VALUE;
        for (int at = 0; at < values.length; at += Events.LONGS) {
            maxMs = Math.max(maxMs, values[at + Events.TIME_MS]);
        }
        int[] byWindow = new int[(int) (maxMs / Events.WINDOW_MS - firstWindow) + 1];
        Arrays.fill(byWindow, -1);
        int next = 0;
        for (int i = 0, at = 0; at < values.length; i++, at += Events.LONGS) {
            long watermarkMs = values[at + Events.TIME_MS] - Events.DISORDER_MS;
            while (watermarkMs >= (firstWindow + next + 1) * Events.WINDOW_MS) {
                byWindow[next++] = i;
            }
        }
        return byWindow;
    }
}
