package io.penstock.testkit.simulation;

import java.util.Locale;

/**
 * A kind of thing that goes wrong. Each is switched off in part of the seeds, so that none hides
 * another. Names stand in the lines that repeat a run: they are never changed.
 */
enum Fault {
    /** The process ends between two steps. */
    CRASH,
    /** The process ends in a call of a store. */
    CRASH_IN_CALL,
    /** The process ends in a call of a store while it recovers, perhaps several times in a row. */
    CRASH_IN_RECOVERY,
    /** Power goes with the process: of each sector not forced, what was written is there or not. */
    POWER_CUT,
    /** A file whose directory was not forced is gone after a power cut. */
    LOST_ENTRY,
    /** A force fails: what it should have brought is taken for clean, and is lost. */
    FAILED_FORCE,
    /** A write fails: nothing, a part or all of it is there. */
    FAILED_WRITE,
    /** The disk is full for some allocations, then space comes back. */
    FULL_DISK,
    /** A write to the journal was reported done, and never reached the medium. */
    LOST_WRITE,
    /** A write to the journal landed elsewhere in it. */
    MISDIRECTED_WRITE,
    /** A bit of the journal turns over. */
    BIT_ROT,
    /** A file of the journal is gone. */
    LOST_FILE,
    /** The output log loses its end. */
    LOG_TAIL,
    /** Bytes of the output log are wrong. */
    LOG_DAMAGE,
    /** Sinks lose what they had not forced. */
    SINK_TAIL,
    /** A sink loses all it had. */
    SINK_FILE,
    /** A sink refuses a result, before or after it has taken it. */
    FAILED_SINK,
    /** A snapshot is flipped, cut, or has another one's bytes. */
    SNAPSHOT_DAMAGE,
    /** A stage makes no progress for a while. */
    STALL,
    /** No stage that uses the disk makes progress for a while, and forces take long. */
    SLOW_DISK,
    /** The clock jumps, also backwards, also to the ends of time. */
    CLOCK_JUMP,
    /** A publisher gives a claim up. */
    ABORTED_CLAIM;

    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    /** Its name in the line that repeats a run. */
    String word() {
        return word;
    }
}
