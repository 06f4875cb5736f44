package io.penstock.testkit.simulation;

/** The process ends here: thrown by a store in the middle of a call. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    /**
     * Ends the process.
     *
     * @param during what a store was called for
     */
    public SimulatedCrash(String during) {
        super("the process ended in " + during, null, false, false);
    }
}
