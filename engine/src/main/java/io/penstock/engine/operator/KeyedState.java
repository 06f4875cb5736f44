package io.penstock.engine.operator;

import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeySearch;
import io.penstock.engine.state.StateVisitor;

/** What a stage does with each state of its handler, whatever the form. */
abstract class KeyedState {
    /** Name, form and lengths: what a stored state must have been declared as. */
    abstract String description();

    /** Whether the current key has anything here. */
    abstract boolean holdsCurrent();

    /** Whether the state is too large for caches. */
    boolean isLarge() {
        return false;
    }

    /** Notes that the current key's will be touched. */
    void foresee() {}

    /** Reads what was foreseen. */
    long prefetch() {
        return 0;
    }

    /** Looks up the keys of a batch that are numbers; by place: {@link CurrentKey#place}. */
    void foresee(KeySearch search, long[] wanted, int count) {}

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
