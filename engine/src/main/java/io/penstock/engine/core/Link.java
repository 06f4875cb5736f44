package io.penstock.engine.core;

import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.operator.StepContext;

/**
 * What a core is tied to: where its steps' results go, and whom it waits for.
 *
 * <p>Asked before each step, told of each place a core passes. This class is the link of a core
 * that is alone: it waits for output space only.
 */
class Link {
    private final OutputRing outputs;
    private final int maxStepOutputBytes;

    Link(OutputRing outputs, int maxStepOutputBytes) {
        this.outputs = outputs;
        this.maxStepOutputBytes = maxStepOutputBytes;
    }

    /** Whether nobody else is to be told of each record and step. */
    boolean isAlone() {
        return true;
    }

    /** Whether a record may be taken now. */
    boolean canAccept() {
        return hasOutputSpace();
    }

    /** How many of so many records may be taken now, if each is one step that gives nothing on. */
    int canTake(int most) {
        return most;
    }

    /** Whether the stage at hand may fire now. */
    boolean canFire(int cursor) {
        return hasOutputSpace();
    }

    /** Whether the record is done everywhere. */
    boolean canComplete() {
        return true;
    }

    final boolean hasOutputSpace() {
        return outputs.hasSpace(maxStepOutputBytes);
    }

    /** A record is being taken. */
    void beginAccept() {}

    /** So many records were taken, each in a step of its own that gave nothing on. */
    void taken(int records) {}

    /** What was taken so far will not be taken back by {@link #abort()}. */
    void mark() {}

    /** The record's event has been through all stages. */
    void endAccept(StepContext context) {}

    /** A stage's sweep begins. */
    void beginSweep(int cursor) {}

    /** A stage is about to fire. */
    void beginFiring(int cursor) {}

    /** Whether a stage may fire several times in one step. */
    boolean firesTogether(int cursor) {
        return true;
    }

    /** A stage is about to fire once more in the same step. */
    void nextFiring(int cursor) {}

    /** The firings of the step are taken back and will be made again. */
    void abortFirings() {
        abort();
    }

    /** A stage has fired. */
    void endFiring(int cursor) {}

    /** The step cannot fail any more. */
    void commit() {
        outputs.commitStep();
    }

    /** Nothing more is due in a stage. */
    void endSweep(int cursor) {}

    /** The record is done and state is in order. */
    void completed() {}

    /** A barrier is passed. */
    void barrier(long sequence) {
        outputs.stageMarker(sequence);
    }

    /** The step is taken back and will be made again. */
    void abort() {
        outputs.abortStep();
    }

    /** The step has failed; what the caller of the core is to be told. */
    Step fail(StepFailure failure) {
        outputs.abortStep();
        throw failure;
    }

    /** A step is asked for after a failure. */
    Step refuse(StepFailure failure) {
        throw failure;
    }
}
