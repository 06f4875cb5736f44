package io.penstock.engine.core;

import io.penstock.fault.PenstockException;

/** A step threw: it left no trace, and the core refuses to go on. Names record and stage. */
public final class StepFailure extends PenstockException {
    private static final long serialVersionUID = 1L;

    private final long sequence;
    private final String stage;

    StepFailure(long sequence, long sourcePosition, String stage, Throwable cause) {
        super(
                Category.FAILED,
                "stage "
                        + stage
                        + " failed at sequence "
                        + sequence
                        + " (source position "
                        + sourcePosition
                        + "): "
                        + cause,
                cause);
        this.sequence = sequence;
        this.stage = stage;
    }

    /** Sequence of the record whose step failed. */
    public long sequence() {
        return sequence;
    }

    /** Name of the stage that failed. */
    public String stage() {
        return stage;
    }
}
