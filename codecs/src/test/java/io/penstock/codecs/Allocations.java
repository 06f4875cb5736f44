package io.penstock.codecs;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** Counts the bytes that the calling thread allocates. */
public final class Allocations {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ATTEMPTS = 5;

    private Allocations() {}

    /**
     * The least that a run allocated in a few attempts: the first ones may be charged with what the
     * compiler and class loading leave behind, what the code itself allocates is in all of them.
     */
    public static long leastBytesOf(Runnable run) {
        long least = Long.MAX_VALUE;
        long own = 0;
        for (int i = 0; i < ATTEMPTS; i++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            own = THREADS.getCurrentThreadAllocatedBytes() - before;
            before = THREADS.getCurrentThreadAllocatedBytes();
            run.run();
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return Math.max(0, least - own);
    }
}
