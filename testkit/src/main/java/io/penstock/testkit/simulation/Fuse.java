package io.penstock.testkit.simulation;

/**
 * Ends the process in one of the stores' calls, and keeps it ended.
 *
 * <p>Open: who plans faults of its own overrides {@link #call}, which every fused store asks before
 * it does anything. One thread.
 */
public class Fuse {
    private static final int NEVER = Integer.MAX_VALUE;

    private int callsLeft = NEVER;
    private boolean isDead;

    /** A fuse that is not lit. */
    public Fuse() {}

    /** A new process, that ends in the call after so many; negative: in none. */
    public final void light(int calls) {
        isDead = false;
        callsLeft = calls < 0 ? NEVER : calls;
    }

    /** Ends the process between two calls. */
    public final void kill() {
        isDead = true;
    }

    public final boolean isDead() {
        return isDead;
    }

    /**
     * A store is called.
     *
     * @param what it is called for, in words
     */
    public void call(String what) {
        if (isDead || callsLeft == 0) {
            isDead = true;
            throw new SimulatedCrash(what);
        }
        if (callsLeft != NEVER) {
            callsLeft--;
        }
    }
}
