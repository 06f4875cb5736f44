package io.penstock.testkit.harness;

/** A way to drive a core that must not change what comes out. */
public enum Schedule {
    /** Record by record, with another seed of the tables' hashes. */
    ONE_BY_ONE,

    /** Saved and restored into a new core, with a new seed, between any two inputs. */
    RESTORE,

    /** Before every step the output ring is full; the step must change nothing. */
    BLOCKED,

    /** Ticks repeated, barriers, pads and (where no clock decides) ticks put in between. */
    INSERTED,

    /** Every step fails at each of its writes in turn before it succeeds. */
    FAILED_WRITES,

    /** Any of the above at any input. */
    MIXED,

    /**
     * Through the whole engine on one thread: batches of any length, journal, output log, sinks.
     */
    ENGINE_BATCHES,

    /** Through the whole engine with two to four shards, whose agents work in any order. */
    ENGINE_SHARDS,

    /**
     * Through the whole engine with snapshots and any number of shards, killed and recovered
     * between batches.
     */
    ENGINE_CRASHES
}
