package io.penstock.engine.core;

/** What became of a call to {@link Core#step}. */
public enum Step {
    /** A step was done; the record has more: call again with it. */
    MORE,
    /** No output space: nothing has changed; call again with the record when there is space. */
    BLOCKED,
    /** The record is done. */
    COMPLETE
}
