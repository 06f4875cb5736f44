package io.penstock.engine.operator;

/** What a stage does when a new key comes and it holds as many as its {@link StateLimit} allows. */
public enum WhenFull {
    /** The step fails: a limit is an error. */
    STOP,

    /** The key whose state was written longest ago loses all its state and timers. */
    EVICT_OLDEST,

    /**
     * The event that brings the new key is not processed: it is dropped or goes to a side output.
     */
    REJECT_EVENT
}
