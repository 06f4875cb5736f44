package io.penstock.peers;

import io.penstock.benchmarks.Events;
import java.util.concurrent.locks.LockSupport;

/** The common events in order, as fast as they are taken or not before they are due. One thread. */
final class Feed {
    private static final long PAUSE_NS = 20_000;

    private final Session session;
    private final long[] values;
    private final int count;
    private int next;

    Feed(Session session) {
        this.session = session;
        this.values = session.events().values();
        this.count = session.events().count();
    }

    /** Whether all events have been taken. */
    boolean isDone() {
        return next == count;
    }

    /** How many events may be taken now, at most a limit. The first call starts the clock. */
    int due(int limit) {
        if (next == 0) {
            session.start();
        }
        int left = Math.min(limit, count - next);
        if (!session.isPaced() || left == 0) {
            return left;
        }
        long nowNs = System.nanoTime();
        int due = 0;
        while (due < left && session.dueNs(next + due) - nowNs <= 0) {
            due++;
        }
        return due;
    }

    /** As {@link #due}, but waits until there is one. */
    int await(int limit) {
        int due = due(limit);
        while (due == 0 && !isDone()) {
            LockSupport.parkNanos(PAUSE_NS);
            due = due(limit);
        }
        return due;
    }

    /** Goes on to the next event, whose values the other methods answer. */
    void advance() {
        next++;
        if (next == count) {
            session.sent();
        }
    }

    long account() {
        return values[(next - 1) * Events.LONGS + Events.ACCOUNT];
    }

    long timeMs() {
        return values[(next - 1) * Events.LONGS + Events.TIME_MS];
    }

    long amount() {
        return values[(next - 1) * Events.LONGS + Events.AMOUNT];
    }

    /** The next event as an object of its own. */
    Payment take() {
        advance();
        return new Payment(account(), timeMs(), amount());
    }
}
