package io.penstock.testkit.crash;

import io.penstock.journal.Durability;

/** What the crash kit lets go wrong at a point. */
public enum Fault {
    /** The process ends, as by {@code kill -9}: what was written is there, the rest is gone. */
    KILL,

    /** The process ends, and while it recovers, or soon after, once more. */
    KILL_TWICE,

    /**
     * The power fails: of what no force has brought to the medium each sector may be there or not.
     * Only at levels that speak of it, {@code periodic} and {@code power}.
     */
    POWER_CUT,

    /** A write is done in part, or done and not noted, and the process ends. */
    TORN_WRITE,

    /**
     * The process ends, and a bit of what it left is turned over: in journal, mark, output log or a
     * snapshot. Refusing to start is right then, with the place named; going on with something else
     * than was written is not.
     */
    BIT_FLIP,

    /** From the point on there is no space, until the engine has stopped and is started again. */
    FULL_DISK,

    /**
     * A sync fails, and what it was to bring to the medium counts as brought, as with kernels.
     * Nothing may be acknowledged after it; at levels that speak of power it may fail as well.
     */
    FAILED_SYNC;

    /** As messages and reports call it. */
    public String words() {
        return switch (this) {
            case KILL -> "kill";
            case KILL_TWICE -> "kill, and kill again in the recovery,";
            case POWER_CUT -> "power cut";
            case TORN_WRITE -> "torn write";
            case BIT_FLIP -> "kill and flipped bit";
            case FULL_DISK -> "full disk";
            case FAILED_SYNC -> "failed sync";
        };
    }

    /** Whether a level says anything about it. */
    boolean isCoveredBy(Durability level) {
        return this != POWER_CUT || level.isForced();
    }

    /** Whether it can happen at a point. */
    boolean canHappenAt(CrashPoint point) {
        return switch (this) {
            case KILL, KILL_TWICE, POWER_CUT, BIT_FLIP -> true;
            case TORN_WRITE -> point.isWrite();
            case FULL_DISK -> point.needsSpace();
            case FAILED_SYNC -> point.isSync();
        };
    }
}
