package io.penstock.engine.operator;

import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.StateVisitor;

/** What a stage does with each state of its handler, whatever the form. */
abstract class KeyedState {
    /** Name, form and lengths: what a stored state must have been declared as. */
    abstract String description();

    /** Whether the current key has anything here. */
    abstract boolean holdsCurrent();

    /** Removes all that the current key has. */
    abstract void removeCurrent();

    /** Whether entries have a lifetime. */
    abstract boolean expires();

    /** Whether {@link #expireOne} has something to look at; false if nothing has expired. */
    abstract boolean mayExpire(long timeNs);

    /**
     * Removes one entry that has expired at a time, if there is one; its key is the current one
     * then. In a step of its own.
     */
    abstract boolean expireOne(long timeNs);

    abstract void maintain();

    abstract void writeTo(SnapshotWriter writer);

    abstract void readFrom(SnapshotReader reader);

    abstract void hashInto(long[] groupHashes);

    abstract void describe(StateVisitor visitor);
}
