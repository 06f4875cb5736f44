package io.penstock.testkit.simulation;

import io.penstock.testkit.TestEngine;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Where clocks of machines jump to: a second to ten years away, or to the ends of time. */
final class ClockJumps {
    private static final long[] DISTANCES_NS = {
        TimeUnit.SECONDS.toNanos(1),
        TimeUnit.MINUTES.toNanos(1),
        TimeUnit.HOURS.toNanos(1),
        TimeUnit.DAYS.toNanos(1),
        TimeUnit.DAYS.toNanos(365),
        TimeUnit.DAYS.toNanos(3650)
    };
    private static final long[] ENDS_NS = {Long.MIN_VALUE, 0, Long.MAX_VALUE};

    private ClockJumps() {}

    static long next(SplittableRandom random) {
        if (random.nextInt(12) == 0) {
            return ENDS_NS[random.nextInt(ENDS_NS.length)];
        }
        long distanceNs = DISTANCES_NS[random.nextInt(DISTANCES_NS.length)];
        return TestEngine.START_NS + (random.nextBoolean() ? distanceNs : -distanceNs);
    }
}
