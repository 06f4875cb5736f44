package io.penstock.testkit.simulation;

import java.util.Locale;

/**
 * A number that a seed decides. Names stand in the lines that repeat a run: they are never changed.
 */
enum Option {
    /** Messages of each source. */
    EVENTS(1),
    /** Steps of the scheduler while faults are on. */
    STEPS(1),
    /** Faults that strike at most. */
    BUDGET(0),
    /** Crashes between two steps at most. */
    CRASHES(0),
    /** How many different keys there are. */
    KEYS(1),
    /** Slots of the ring. */
    RING(64),
    /** Bytes of results in flight. */
    OUTPUTS(1 << 14),
    /** Bytes of the journal's segments. */
    SEGMENT(8192),
    /** Bytes of the journal's longest frame. */
    FRAME(4096),
    /** Records between barriers; 0 for none. */
    SNAPSHOTS(0),
    /** Time between ticks, ns; 0 for none. */
    TICKS(0),
    /** When records are acknowledged: 0 none, 1 process, 2 periodic, 3 power. */
    LEVEL(1),
    /** The period of that, ns, where it has one. */
    PERIOD(1_000_000),
    /** Most cores that share keyed stages; each life draws how many. */
    SHARDS(1),
    /** Bytes of what a shard has made and nobody has taken. */
    EXCHANGE(1 << 13),
    /** Bytes of state that are copied aside together. */
    WINDOW(1 << 16);

    private final String word = name().toLowerCase(Locale.ROOT);
    private final long simplest;

    Option(long simplest) {
        this.simplest = simplest;
    }

    /** Its name in the line that repeats a run. */
    String word() {
        return word;
    }

    /** What it is where it does not matter. */
    long simplest() {
        return simplest;
    }
}
