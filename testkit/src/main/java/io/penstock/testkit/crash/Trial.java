package io.penstock.testkit.crash;

import java.util.SplittableRandom;

/**
 * One fault at one point.
 *
 * @param fault what happens
 * @param point number of the point
 * @param dropsSnapshots whether recovery has to do without them, which tells why a run differs
 */
record Trial(Fault fault, int point, boolean dropsSnapshots) {
    Trial(Fault fault, int point) {
        this(fault, point, false);
    }

    Trial withoutSnapshots() {
        return new Trial(fault, point, true);
    }

    /** Chooses what of a fault is left to choose; the same for the same seed and trial. */
    SplittableRandom random(long seed) {
        return new SplittableRandom((seed * 31 + fault.name().hashCode()) * 31 + point);
    }
}
