package io.penstock.engine.ring;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Bytes that the current thread allocates in a run.
 *
 * <p>The compiler's own transitions may allocate a few objects once, so the smallest of several
 * runs counts; an allocation per event shows in every run.
 */
final class Allocation {
    private static final int RUNS = 6;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private Allocation() {}

    static long smallestOfRuns(Runnable run) {
        long me = Thread.currentThread().getId();
        long smallest = Long.MAX_VALUE;
        for (int i = 0; i < RUNS && smallest > 0; i++) {
            long before = THREADS.getThreadAllocatedBytes(me);
            run.run();
            smallest = Math.min(smallest, THREADS.getThreadAllocatedBytes(me) - before);
        }
        return smallest;
    }
}
