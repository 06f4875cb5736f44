package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.NativeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/**
 * Simulates many seeds: 10,000 on the oldest JDK, 2,000 on later ones. {@code
 * -Dpenstock.seeds=1000000} runs another number and tells how far it is, {@code
 * -Dpenstock.firstSeed=} starts elsewhere. One in a hundred runs twice, with the same trace. A
 * failing seed is shrunk; its line goes into {@code seeds/regressions.txt}, and {@code
 * -Dpenstock.simulation="..."} of {@link RegressionSeedsTest} repeats it.
 */
class SimulationTest {
    private static final int OLDEST_JDK = 17;
    private static final int SEEDS = 10_000;
    private static final int SEEDS_ON_LATER_JDKS = 2_000;
    private static final int CHECK_TRACE_EVERY = 100;
    private static final int PROGRESS_EVERY = 10_000;
    private static final int MAX_SHRINKING_RUNS = 1000;
    private static final int MAX_THREADS = 4;

    private final long first = Long.getLong("penstock.firstSeed", 0);
    private final long seeds =
            Long.getLong(
                    "penstock.seeds",
                    Runtime.version().feature() == OLDEST_JDK ? SEEDS : SEEDS_ON_LATER_JDKS);
    private final AtomicLong next = new AtomicLong(first);

    /** What many runs did, together. */
    private static final class Totals {
        private final Map<String, Long> faults = new TreeMap<>();
        private long twice;
        private long lives;
        private long refusals;
        private long results;

        void add(Simulator.Run run) {
            lives += run.lives();
            refusals += run.refusals();
            results += run.results();
            run.faults().forEach((fault, count) -> faults.merge(fault, (long) count, Long::sum));
        }

        void add(Totals other) {
            twice += other.twice;
            lives += other.lives;
            refusals += other.refusals;
            results += other.results;
            other.faults.forEach((fault, count) -> faults.merge(fault, count, Long::sum));
        }

        long struck() {
            return faults.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    @Test
    void shouldKeepEveryPromiseWhateverTheSeed() throws Exception {
        long nativeBytes = NativeMemory.liveBytes();
        Totals totals = new Totals();
        int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        ExecutorService workers = Executors.newFixedThreadPool(threads);
        try {
            List<Future<Totals>> parts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                parts.add(workers.submit(this::runSome));
            }
            for (Future<Totals> part : parts) {
                totals.add(part.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof AssertionError failed) {
                throw failed;
            }
            throw e;
        } finally {
            next.set(first + seeds);
            workers.shutdown();
        }
        assertEquals(nativeBytes, NativeMemory.liveBytes(), "native memory is left");
        requireFaults(totals);
        tell(totals);
    }

    private Totals runSome() {
        Simulator simulator = new Simulator();
        Totals totals = new Totals();
        for (long seed = next.getAndIncrement();
                seed < first + seeds;
                seed = next.getAndIncrement()) {
            try {
                Simulator.Run run = simulator.runBesideOthers(seed);
                totals.add(run);
                if (seed % CHECK_TRACE_EVERY == 0) {
                    assertEquals(
                            run,
                            simulator.runBesideOthers(seed),
                            "seed " + seed + " ran otherwise");
                    totals.twice++;
                }
            } catch (InvariantViolation e) {
                next.set(first + seeds);
                throw new AssertionError(
                        e.getMessage()
                                + "\nsmallest run that does: "
                                + new Shrinker(simulator, MAX_SHRINKING_RUNS).shrink(seed).line(),
                        e);
            }
            long done = seed - first + 1;
            if (seeds > SEEDS && done % PROGRESS_EVERY == 0) {
                System.out.println(done + " of " + seeds + " seeds");
            }
        }
        return totals;
    }

    /** A simulator that crashes nothing and gives nothing would keep every promise, too. */
    private void requireFaults(Totals totals) {
        if (seeds < SEEDS_ON_LATER_JDKS) {
            return;
        }
        assertTrue(totals.lives > 3 * seeds, () -> "only " + totals.lives + " lives");
        assertTrue(totals.results > 100 * seeds, () -> "only " + totals.results + " results");
        assertTrue(totals.refusals > seeds / 20, () -> "only " + totals.refusals + " refusals");
        for (Fault fault : Fault.values()) {
            long struck = totals.faults.getOrDefault(fault.word(), 0L);
            assertTrue(struck >= seeds / 1000, () -> fault + " struck only " + struck + " times");
        }
    }

    private void tell(Totals totals) {
        System.out.println(
                "GUARANTEE R1 "
                        + seeds
                        + " simulated runs, "
                        + totals.lives
                        + " lives of an engine, "
                        + totals.struck()
                        + " faults of "
                        + totals.faults.size()
                        + " kinds, "
                        + totals.refusals
                        + " damaged journals refused by name, "
                        + totals.twice
                        + " runs made twice with equal traces; 0 promises broken");
        System.out.println(
                "GUARANTEE R18 "
                        + totals.faults.getOrDefault(Fault.CLOCK_JUMP.word(), 0L)
                        + " clock jumps of a second to ten years and to the ends of time;"
                        + " nothing refused, lost or out of order, state equal to that of a replay");
        System.out.println("faults: " + totals.faults);
    }
}
