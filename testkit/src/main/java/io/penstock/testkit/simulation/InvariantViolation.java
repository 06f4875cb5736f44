package io.penstock.testkit.simulation;

/** A run broke a promise; the message names seed, options, step and promise. */
public final class InvariantViolation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    InvariantViolation(String invariant, String message, Throwable cause) {
        super(message, cause);
        this.invariant = invariant;
    }

    /** Name of the invariant that does not hold. */
    public String invariant() {
        return invariant;
    }
}
