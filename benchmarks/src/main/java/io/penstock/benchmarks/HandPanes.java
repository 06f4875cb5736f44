package io.penstock.benchmarks;

import java.util.TreeMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Overlapping windows as one would write them by hand, with nothing else around: sum, count and
 * maximum per account and window. An event goes into one pane; panes are put together when a window
 * closes. One thread.
 */
final class HandPanes implements Contender {
    private final String name;
    private final Events events;
    private final long sizeMs;
    private final long everyMs;
    private final long paneMs;
    private TreeMap<Long, Long2ObjectHashMap<Totals>> panes;
    private Long2ObjectHashMap<Totals> latest;
    private long latestStartMs;
    private long nextEndMs;
    private long results;
    private long checksum;

    private static final class Totals {
        long sum;
        long count;
        long max;

        void add(long otherSum, long otherCount, long otherMax) {
            sum += otherSum;
            max = count == 0 ? otherMax : Math.max(max, otherMax);
            count += otherCount;
        }
    }

    HandPanes(String name, Events events, long sizeMs, long everyMs) {
        this.name = name;
        this.events = events;
        this.sizeMs = sizeMs;
        this.everyMs = everyMs;
        this.paneMs = greatestCommonDivisor(sizeMs, everyMs);
    }

    private static long greatestCommonDivisor(long a, long b) {
        return b == 0 ? a : greatestCommonDivisor(b, a % b);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long events() {
        return events.count();
    }

    @Override
    public void prepare() {
        panes = new TreeMap<>();
        latest = null;
        results = 0;
        checksum = 0;
    }

    @Override
    public void run() {
        long[] values = events.values();
        long watermarkMs = values[Events.TIME_MS] - Events.DISORDER_MS;
        nextEndMs = alignedEnd(watermarkMs);
        for (int at = 0; at < values.length; at += Events.LONGS) {
            long timeMs = values[at + Events.TIME_MS];
            add(values[at + Events.ACCOUNT], timeMs, values[at + Events.AMOUNT]);
            if (timeMs - Events.DISORDER_MS > watermarkMs) {
                watermarkMs = timeMs - Events.DISORDER_MS;
                while (watermarkMs >= nextEndMs) {
                    close();
                }
            }
        }
        while (!panes.isEmpty()) {
            close();
        }
    }

    /** The first end behind a time of the windows that start at multiples of the period. */
    private long alignedEnd(long timeMs) {
        long startMs = Math.floorDiv(timeMs - sizeMs, everyMs) * everyMs + everyMs;
        return startMs + sizeMs;
    }

    private void add(long account, long timeMs, long amount) {
        long startMs = Math.floorDiv(timeMs, paneMs) * paneMs;
        if (latest == null || startMs != latestStartMs) {
            latest = panes.computeIfAbsent(startMs, start -> new Long2ObjectHashMap<>());
            latestStartMs = startMs;
        }
        Totals totals = latest.get(account);
        if (totals == null) {
            totals = new Totals();
            latest.put(account, totals);
        }
        totals.add(amount, 1, amount);
    }

    private void close() {
        long startMs = nextEndMs - sizeMs;
        Long2ObjectHashMap<Totals> window = new Long2ObjectHashMap<>();
        for (Long2ObjectHashMap<Totals> pane : panes.subMap(startMs, nextEndMs).values()) {
            pane.forEachLong(
                    (account, totals) ->
                            window.computeIfAbsent(account, key -> new Totals())
                                    .add(totals.sum, totals.count, totals.max));
        }
        window.forEachLong(
                (account, totals) ->
                        checksum +=
                                Answer.mix(account, startMs, totals.sum, totals.count, totals.max));
        results += window.size();
        nextEndMs += everyMs;
        panes.headMap(nextEndMs - sizeMs).clear();
        latest = null;
    }

    @Override
    public Answer finish() {
        panes = null;
        latest = null;
        return new Answer(results, checksum);
    }
}
