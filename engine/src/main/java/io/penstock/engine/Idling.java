package io.penstock.engine;

import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.BusySpinIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SleepingIdleStrategy;
import org.agrona.concurrent.YieldingIdleStrategy;

/** What a stage's thread does while it has no work; never decides an answer. */
public enum Idling {
    /** Spins: the shortest reaction, a core per thread. */
    BUSY_SPIN,
    /** Yields to whoever wants to run. */
    YIELD,
    /** Spins, yields, then parks for growing times up to 1 ms. */
    BACKOFF,
    /** Parks for 50 microseconds at a time. */
    PARK;

    private static final int SPINS = 100;
    private static final int YIELDS = 100;
    private static final long MIN_PARK_NS = TimeUnit.MICROSECONDS.toNanos(1);
    private static final long MAX_PARK_NS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(50);

    /** A strategy for one thread. */
    IdleStrategy newStrategy() {
        return switch (this) {
            case BUSY_SPIN -> BusySpinIdleStrategy.INSTANCE;
            case YIELD -> YieldingIdleStrategy.INSTANCE;
            case BACKOFF -> new BackoffIdleStrategy(SPINS, YIELDS, MIN_PARK_NS, MAX_PARK_NS);
            case PARK -> new SleepingIdleStrategy(PARK_NS);
        };
    }
}
