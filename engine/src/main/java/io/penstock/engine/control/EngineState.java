package io.penstock.engine.control;

import java.util.concurrent.atomic.AtomicReference;

/**
 * Where an engine is in its life, and why it failed if it did.
 *
 * <p>Any thread reads; the first failure wins and is never replaced.
 */
public final class EngineState {
    /** The stages of an engine's life. */
    public enum Phase {
        /** Restoring and replaying. */
        RECOVERING(1),
        /** Taking events. */
        RUNNING(2),
        /** Stopped by a failure; the directory is as it was before the failed step. */
        FAILED(3),
        /** Closed in order. */
        CLOSED(4);

        private final int code;

        Phase(int code) {
            this.code = code;
        }

        /** How the counters file says it. */
        public int code() {
            return code;
        }
    }

    private volatile Phase phase = Phase.RECOVERING;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /** Creates the state of an engine that recovers. */
    public EngineState() {}

    /** Where the engine is. */
    public Phase phase() {
        return phase;
    }

    /** Why it failed; null if it did not. */
    public Throwable failure() {
        return failure.get();
    }

    /** Whether it failed. */
    public boolean isFailed() {
        return failure.get() != null;
    }

    /** Moves on to running. */
    public synchronized void running() {
        if (phase == Phase.RECOVERING) {
            phase = Phase.RUNNING;
        }
    }

    /** Moves on to failed, whatever it was; keeps the first cause. */
    public synchronized void failed(Throwable cause) {
        if (failure.compareAndSet(null, cause)) {
            phase = Phase.FAILED;
        }
    }

    /** Moves on to closed, unless it failed. */
    public synchronized void closed() {
        if (phase != Phase.FAILED) {
            phase = Phase.CLOSED;
        }
    }
}
