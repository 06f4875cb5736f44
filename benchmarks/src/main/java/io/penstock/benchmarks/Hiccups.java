package io.penstock.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;

/**
 * What the machine itself takes from threads that spin: a thread per core does nothing but look at
 * the clock, and every step of more than 20 us is a stall. Needs no other class, so that it starts
 * from its source. Prints {@code clock-ns}, {@code stalls-percent} and {@code stalls-max-us}.
 */
public final class Hiccups {
    private static final long WARM_UP_NS = 200_000_000L;
    private static final long RUN_NS = 2_000_000_000L;
    private static final long STALL_NS = 20_000L;
    private static final int LOOKS = 2_000_000;

    private final CountDownLatch start;
    private long stalledNs;
    private long longestNs;

    private Hiccups(CountDownLatch start) {
        this.start = start;
    }

    /** Measures for two seconds and a little. */
    public static void main(String[] arguments) throws InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        CountDownLatch start = new CountDownLatch(cores);
        List<Hiccups> hiccups = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < cores; i++) {
            Hiccups ofCore = new Hiccups(start);
            hiccups.add(ofCore);
            Thread thread = new Thread(ofCore::run, "hiccups-" + i);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long stalledNs = 0;
        long longestNs = 0;
        for (Hiccups ofCore : hiccups) {
            stalledNs += ofCore.stalledNs;
            longestNs = Math.max(longestNs, ofCore.longestNs);
        }
        System.out.printf(Locale.ROOT, "clock-ns %.1f%n", clockNs());
        System.out.printf(Locale.ROOT, "stalls-percent %.3f%n", 100.0 * stalledNs / RUN_NS / cores);
        System.out.printf(Locale.ROOT, "stalls-max-us %.0f%n", longestNs / 1e3);
    }

    private void run() {
        start.countDown();
        try {
            start.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        spin(WARM_UP_NS);
        stalledNs = 0;
        longestNs = 0;
        spin(RUN_NS);
    }

    private void spin(long forNs) {
        long startNs = System.nanoTime();
        long beforeNs = startNs;
        while (beforeNs - startNs < forNs) {
            long nowNs = System.nanoTime();
            long stepNs = nowNs - beforeNs;
            if (stepNs > STALL_NS) {
                stalledNs += stepNs;
                longestNs = Math.max(longestNs, stepNs);
            }
            beforeNs = nowNs;
        }
    }

    /** The shortest of several means: what a look costs when nothing comes between. */
    private static double clockNs() {
        double best = Double.MAX_VALUE;
        for (int round = 0; round < 5; round++) {
            long startNs = System.nanoTime();
            long endNs = startNs;
            for (int i = 0; i < LOOKS; i++) {
                endNs = System.nanoTime();
            }
            best = Math.min(best, (endNs - startNs) / (double) LOOKS);
        }
        return best;
    }
}
