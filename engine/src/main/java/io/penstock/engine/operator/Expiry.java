package io.penstock.engine.operator;

import io.penstock.engine.time.Times;
import java.time.Duration;

/**
 * When an entry of a handler's state is gone: when the stage's watermark reaches the time of its
 * last use plus a lifetime.
 *
 * <p>A use is a write, or also a read where that was asked for. Its time is that of the event or
 * timer the handler is called for, or the watermark if that is later. What expires at the time of a
 * timer is gone before the timer fires.
 *
 * @param lifetimeNs 0 for never
 * @param byReads whether a read is a use
 */
public record Expiry(long lifetimeNs, boolean byReads) {
    private static final Expiry NEVER = new Expiry(0, false);

    /** Refuses a negative lifetime. */
    public Expiry {
        if (lifetimeNs < 0) {
            throw new IllegalArgumentException(
                    "a lifetime must not be negative: lifetimeNs=" + lifetimeNs);
        }
    }

    /** Entries stay until they are removed. */
    public static Expiry never() {
        return NEVER;
    }

    /** Entries are gone when they were not written for this long. */
    public static Expiry after(Duration lifetime) {
        long lifetimeNs = Times.ns("a lifetime", lifetime);
        if (lifetimeNs == 0) {
            throw new IllegalArgumentException("a lifetime must be positive: " + lifetime);
        }
        return new Expiry(lifetimeNs, false);
    }

    /** The same, where a read too keeps an entry alive. */
    public Expiry renewedByReads() {
        return new Expiry(lifetimeNs, true);
    }
}
