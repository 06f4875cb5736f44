package io.penstock.testkit.crash;

/**
 * A pipeline does not come through a fault, or is not deterministic. The message names fault and
 * point, what differs, and the line that repeats it.
 */
public final class CrashFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final Fault fault;
    private final int point;

    CrashFailure(Fault fault, int point, String message, Throwable cause) {
        super(message, cause);
        this.fault = fault;
        this.point = point;
    }

    /** The fault; null where the pipeline is not deterministic without one. */
    public Fault fault() {
        return fault;
    }

    /** Number of the point; 0 where there is no fault. */
    public int point() {
        return point;
    }
}
