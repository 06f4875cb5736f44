package io.penstock.testkit.simulation;

/** Ends the process in one of the stores' calls, and keeps it ended. */
final class Fuse {
    private static final int NEVER = Integer.MAX_VALUE;

    private int callsLeft = NEVER;
    private boolean isDead;

    /** A new process, that ends in the call after so many; negative: in none. */
    void light(int calls) {
        isDead = false;
        callsLeft = calls < 0 ? NEVER : calls;
    }

    /** Ends the process between two calls. */
    void kill() {
        isDead = true;
    }

    boolean isDead() {
        return isDead;
    }

    /** A store is called. */
    void call(String what) {
        if (isDead || callsLeft == 0) {
            isDead = true;
            throw new SimulatedCrash(what);
        }
        if (callsLeft != NEVER) {
            callsLeft--;
        }
    }
}
