package io.penstock.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * How much processor time others took while something was measured: spinning threads that have to
 * share their cores measure the scheduler. Knows Linux ({@code /proc/stat}, see proc(5)); elsewhere
 * it says that it does not know.
 */
final class Noise {
    private static final Path STAT = Path.of("/proc/stat");
    private static final Path OWN_STAT = Path.of("/proc/self/stat");

    /** Of the fields behind the program's name. */
    private static final int CHILDREN_USER = 13;

    private static final int CHILDREN_SYSTEM = 14;
    private static final long TICK_NS = 10_000_000;
    private static final int IDLE = 4;
    private static final int IO_WAIT = 5;
    private static final int STEAL = 8;
    private static final double QUIET_SHARE = 0.12;
    private static final long UNKNOWN = -1;

    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final long startNs = System.nanoTime();
    private final long startOwnNs = ownNs();
    private final long startBusyNs = busyNs();

    /** What others took since construction, in words. */
    String describe() {
        long endBusyNs = busyNs();
        if (startBusyNs == UNKNOWN || endBusyNs == UNKNOWN) {
            return "unknown (no " + STAT + ")";
        }
        long ownNs = ownNs() - startOwnNs;
        double elapsedNs = (double) (System.nanoTime() - startNs);
        double share =
                (endBusyNs - startBusyNs - ownNs) / elapsedNs / system.getAvailableProcessors();
        return String.format(
                Locale.ROOT,
                "%.0f %% of all cores (%s)",
                100 * Math.max(0, share),
                share < QUIET_SHARE ? "quiet" : "NOISY: do not quote these figures");
    }

    /** What this process took, and those that it started and that have ended. */
    private long ownNs() {
        long endedNs;
        try {
            String stat = Files.readString(OWN_STAT);
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            endedNs =
                    (Long.parseLong(fields[CHILDREN_USER])
                                    + Long.parseLong(fields[CHILDREN_SYSTEM]))
                            * TICK_NS;
        } catch (IOException | RuntimeException e) {
            // Not Linux: busyNs does not know either, and says so.
            endedNs = 0;
        }
        return system.getProcessCpuTime() + endedNs;
    }

    private static long busyNs() {
        try {
            String[] ticks = Files.readAllLines(STAT).get(0).trim().split("\\s+", -1);
            long busy = 0;
            for (int i = 1; i <= STEAL && i < ticks.length; i++) {
                if (i != IDLE && i != IO_WAIT) {
                    busy += Long.parseLong(ticks[i]);
                }
            }
            return busy * TICK_NS;
        } catch (IOException | RuntimeException e) {
            return UNKNOWN;
        }
    }
}
