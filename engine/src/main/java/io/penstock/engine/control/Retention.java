package io.penstock.engine.control;

/** What an engine does by itself with records of the journal that nobody needs any more. */
public enum Retention {
    /** Keeps them all: every answer can be computed again from the first record on. */
    ALL,
    /**
     * Behind each snapshot, gives up the whole segments that neither a snapshot that is kept nor a
     * registered reader needs. Never before there are two whole snapshots.
     */
    SNAPSHOTS
}
