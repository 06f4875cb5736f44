package io.penstock.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Bytes that hot threads allocate on the heap with journal, windows, timers and snapshots on, once
 * they are warm: the publisher's, and the engine's with all its stages. That of the snapshots is no
 * hot thread; its bytes are told, not counted.
 *
 * <p>Events come in stretches. Those in which no barrier passed say what an event allocates; the
 * others say what a barrier does: freezing makes some objects for whoever writes the snapshot.
 */
final class Allocation implements RatioGroup {
    private static final String PER_EVENT = "bytes-per-event";
    private static final String PER_BARRIER = "bytes-per-barrier";
    private static final String[] NAMES = {"publisher", "penstock", "penstock-snap"};
    private static final int HOT = 2;
    private static final int EVENT_COUNT = 1_000_000;
    private static final int STRETCH = 200_000;

    /** More than two snapshots' distance, so that there are stretches of both kinds. */
    private static final int SMOKE = 2_600_000;

    private static final int QUICK = 20_000_000;
    private static final int LONG = 100_000_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** What the threads allocated in a stretch, and the newest snapshot behind it. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Stretch(long[] bytes, long snapshot) {
        long hotBytes() {
            return Arrays.stream(bytes).limit(HOT).sum();
        }
    }

    @Override
    public String name() {
        return "allocation";
    }

    @Override
    public List<Ratio> ratios() {
        return List.of(
                Ratio.atMost(0.0, "allocation-bytes-per-event", PER_EVENT),
                // No goal of its own: so little, so rarely, that it is no event's.
                Ratio.note("allocation-bytes-per-snapshot", PER_BARRIER));
    }

    @Override
    public Map<String, Double> measure(Setting setting) throws IOException {
        Events events = Events.generate(EVENT_COUNT, Setting.FEW_KEYS);
        int count = setting.size().pick(SMOKE, QUICK, LONG);
        int warmUp = setting.size().pick(STRETCH, 20 * STRETCH, 20 * STRETCH);
        Path directory = Files.createTempDirectory(setting.directory(), "everything-");
        try (EverythingRun run = new EverythingRun(events, directory)) {
            setting.log().accept(name() + ": " + count + " events behind " + warmUp);
            run.publish(warmUp);
            List<Stretch> stretches = stretches(run, count / STRETCH);
            run.end();
            return evaluate(stretches, setting.log());
        }
    }

    private static List<Stretch> stretches(EverythingRun run, int count) {
        long[] ids = {Thread.currentThread().getId(), idOf(NAMES[1]), idOf(NAMES[2])};
        List<Stretch> stretches = new ArrayList<>(count + 1);
        // Asking makes an array itself, which is none of the publisher's.
        long[] nothing = new long[ids.length];
        long[] asking = allocatedSince(ids, THREADS.getThreadAllocatedBytes(ids), nothing);
        stretches.add(new Stretch(asking, run.lastSnapshot()));
        for (int i = 0; i < count; i++) {
            long[] before = THREADS.getThreadAllocatedBytes(ids);
            run.publish(STRETCH);
            long[] bytes = allocatedSince(ids, before, asking); // before the next object is made
            stretches.add(new Stretch(bytes, run.lastSnapshot()));
        }
        return stretches;
    }

    private static long[] allocatedSince(long[] ids, long[] before, long[] asking) {
        long[] bytes = THREADS.getThreadAllocatedBytes(ids);
        for (int thread = 0; thread < bytes.length; thread++) {
            bytes[thread] -= before[thread] + asking[thread];
        }
        return bytes;
    }

    /** The first is none, and the last may have begun what the next would have told. */
    private static Map<String, Double> evaluate(List<Stretch> all, Consumer<String> log) {
        long plain = 0;
        long plainBytes = 0;
        List<Long> plainStretches = new ArrayList<>();
        long otherBytes = 0;
        long snapshotBytes = 0;
        long barriers = 0;
        for (int i = 1; i < all.size() - 1; i++) {
            Stretch stretch = all.get(i);
            barriers += stretch.snapshot() == all.get(i - 1).snapshot() ? 0 : 1;
            // What comes before a barrier, a rehearsal, may lie in the stretch before.
            if (all.get(i - 1).snapshot() == all.get(i + 1).snapshot()) {
                plain++;
                plainBytes += stretch.hotBytes();
                plainStretches.add(stretch.hotBytes());
            } else {
                otherBytes += stretch.hotBytes();
            }
            snapshotBytes += stretch.bytes()[HOT];
        }
        if (plain == 0 || barriers == 0) {
            throw new IllegalStateException("stretches without and with barriers are needed");
        }
        double perEvent = (double) plainBytes / (plain * STRETCH);
        double perBarrier = (double) otherBytes / barriers;
        log.accept(
                String.format(
                        Locale.ROOT,
                        "allocation: %d B in %d events (%.9f B/event); %d snapshots, %.0f B each on"
                                + " hot threads, %.0f B on their own",
                        plainBytes,
                        plain * STRETCH,
                        perEvent,
                        barriers,
                        perBarrier,
                        (double) snapshotBytes / barriers));
        return Map.of(PER_EVENT, median(plainStretches) / STRETCH, PER_BARRIER, perBarrier);
    }

    /** What is allocated by each event is in every stretch; a file's end, or the JIT's, is not. */
    private static double median(List<Long> bytes) {
        return bytes.stream().sorted().toList().get(bytes.size() / 2);
    }

    private static long idOf(String name) {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().equals(name))
                .mapToLong(ThreadInfo::getThreadId)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no thread " + name));
    }
}
