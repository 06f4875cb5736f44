package io.penstock.testkit;

import org.agrona.concurrent.EpochNanoClock;

/** A clock that stands still until it is set; one thread. */
public final class VirtualClock implements EpochNanoClock {
    private long nowNs;

    /** Creates a clock that shows a time, ns since 1970. */
    public VirtualClock(long nowNs) {
        this.nowNs = nowNs;
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    /** Sets the time, ns since 1970; also backwards, as the clocks of machines do. */
    public void set(long timeNs) {
        nowNs = timeNs;
    }

    /** Moves the time on. */
    public void advance(long durationNs) {
        nowNs += durationNs;
    }
}
