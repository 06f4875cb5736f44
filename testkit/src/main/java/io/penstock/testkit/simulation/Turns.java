package io.penstock.testkit.simulation;

import java.util.SplittableRandom;

/** Who works next: some more often than others, and some not at all for a while. */
final class Turns {
    /** The first source's publisher; the second's comes behind it. */
    static final int PUBLISHERS = 0;

    static final int JOURNAL = Simulation.SOURCES;
    static final int OPERATORS = JOURNAL + 1;
    static final int OUTPUTS = JOURNAL + 2;
    static final int CONDUCTOR = JOURNAL + 3;
    static final int SYNC = JOURNAL + 4;
    static final int SNAPSHOTS = JOURNAL + 5;
    static final int ENVIRONMENT = JOURNAL + 6;

    private static final int COUNT = ENVIRONMENT + 1;
    private static final int STALL_ONE_IN = 150;
    private static final int MAX_STALL = 250;
    private static final int[] ON_DISK = {JOURNAL, OUTPUTS, SYNC, SNAPSHOTS};

    private final SplittableRandom random;
    private final Faults faults;
    private final int[] weights = new int[COUNT];
    private final int[] stalledUntil = new int[COUNT];
    private int total;

    Turns(SplittableRandom random, Faults faults) {
        this.random = random;
        this.faults = faults;
        for (int i = 0; i < COUNT; i++) {
            weights[i] = random.nextInt(1, 12);
            total += weights[i];
        }
    }

    /** Who has this step; {@link #ENVIRONMENT} for whoever cannot use it. */
    int next(int step) {
        if (faults.strike(Fault.STALL, STALL_ONE_IN)) {
            int who = faults.random(Fault.STALL).nextInt(ENVIRONMENT);
            stalledUntil[who] = step + faults.random(Fault.STALL).nextInt(MAX_STALL);
        }
        if (faults.strike(Fault.SLOW_DISK, STALL_ONE_IN)) {
            int until = step + faults.random(Fault.SLOW_DISK).nextInt(MAX_STALL);
            for (int who : ON_DISK) {
                stalledUntil[who] = until;
            }
        }
        int left = random.nextInt(total);
        int pick = 0;
        while (left >= weights[pick]) {
            left -= weights[pick++];
        }
        return stalledUntil[pick] > step ? ENVIRONMENT : pick;
    }
}
