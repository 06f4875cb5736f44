package io.penstock.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Bytes that hot threads allocate on the heap with journal, windows, timers and snapshots on, once
 * they are warm: the publisher's, and the engine's with all its stages. That of the snapshots is no
 * hot thread; its bytes are told, not counted.
 */
final class Allocation implements RatioGroup {
    private static final String PER_EVENT = "allocation";
    private static final String STAGES = "penstock";
    private static final String SNAPSHOTS = "penstock-snap";
    private static final int EVENT_COUNT = 1_000_000;
    private static final long WARM_UP = 5_000_000;
    private static final long QUICK = 20_000_000;
    private static final long LONG = 100_000_000;
    private static final double DIGITS = 1000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Override
    public String name() {
        return "allocation";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(Ratio.atMost(0.0, "allocation-bytes-per-event", PER_EVENT));
    }

    @Override
    public Map<String, Double> measure(Setting setting) throws IOException {
        Events events = Events.generate(EVENT_COUNT, Setting.FEW_KEYS);
        long count = setting.isQuick() ? QUICK : LONG;
        Path directory = Files.createTempDirectory(setting.directory(), "everything-");
        try (EverythingRun run = new EverythingRun(events, directory)) {
            setting.log().accept(name() + ": " + count + " events behind " + WARM_UP);
            double bytes = bytesPerEvent(run, count, setting.log());
            run.end();
            // As many digits as are printed, so that what is printed is what is judged.
            return Map.of(PER_EVENT, Math.round(bytes * DIGITS) / DIGITS);
        }
    }

    private static double bytesPerEvent(EverythingRun run, long count, Consumer<String> log) {
        run.publish(WARM_UP);
        Map<String, Long> threads = new LinkedHashMap<>();
        threads.put("publisher", Thread.currentThread().getId());
        threads.put(STAGES, idOf(STAGES));
        threads.put(SNAPSHOTS, idOf(SNAPSHOTS));
        long[] ids = threads.values().stream().mapToLong(Long::longValue).toArray();
        long[] before = THREADS.getThreadAllocatedBytes(ids);
        long startNs = System.nanoTime();
        run.publish(count);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        long[] after = THREADS.getThreadAllocatedBytes(ids);
        long hot = 0;
        int at = 0;
        for (String name : threads.keySet()) {
            long bytes = after[at] - before[at];
            at++;
            hot += name.equals(SNAPSHOTS) ? 0 : bytes;
            log.accept(
                    String.format(
                            Locale.ROOT,
                            "%-16s %12d B  %.9f B/event%s",
                            name,
                            bytes,
                            (double) bytes / count,
                            name.equals(SNAPSHOTS) ? "  (no hot thread)" : ""));
        }
        log.accept(String.format(Locale.ROOT, "allocation: %.3f Mev/s", count / seconds / 1e6));
        return (double) hot / count;
    }

    private static long idOf(String name) {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals(name))
                .mapToLong(ThreadInfo::getThreadId)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no thread " + name));
    }
}
