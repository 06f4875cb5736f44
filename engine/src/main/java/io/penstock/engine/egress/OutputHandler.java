package io.penstock.engine.egress;

/** Takes output records one by one. */
@FunctionalInterface
public interface OutputHandler {
    /** Takes a record, valid during the call; false: not now, and nothing was done with it. */
    boolean onOutput(OutputRecord record);
}
