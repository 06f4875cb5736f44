package io.penstock.testkit.simulation;

/** A run broke a promise; the message names seed, options, step and promise. */
public final class InvariantViolation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String invariant;
    private final int step;
    private final long faults;

    InvariantViolation(String invariant, int step, long faults, String message, Throwable cause) {
        super(message, cause);
        this.invariant = invariant;
        this.step = step;
        this.faults = faults;
    }

    /** Name of the invariant that does not hold. */
    public String invariant() {
        return invariant;
    }

    /** Step of the scheduler at which it was found not to hold. */
    public int step() {
        return step;
    }

    /** Strikes of faults that were decided on before. */
    long faults() {
        return faults;
    }
}
