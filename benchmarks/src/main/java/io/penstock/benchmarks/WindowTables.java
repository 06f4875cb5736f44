package io.penstock.benchmarks;

import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * Workload W2 as one would write it by hand, with nothing else around: tumbling windows of a second
 * per account with sum, count and maximum of the amount.
 *
 * <p>Eight open-addressing tables rotate over the open windows; one probe per event, a scan when a
 * window closes. It is the bound that engines are compared with. One thread.
 */
final class WindowTables {
    private static final int TABLES = 8;
    private static final int ENTRY = 4;
    private static final int KEY = 0;
    private static final int SUM = 1;
    private static final int COUNT = 2;
    private static final int MAX = 3;

    /** More accounts than that do not occur within one window. */
    private static final int MAX_ENTRIES = 1 << 18;

    private final long[][] tables = new long[TABLES][];
    private final int[] sizes = new int[TABLES];
    private final int capacity;
    private final int shift;
    private final LongConsumer onResult;

    private long maxTimeMs;
    private long nextEndMs;
    private long results;
    private long checksum;

    WindowTables(int keys) {
        this(keys, null);
    }

    /**
     * Tables that tell of each result.
     *
     * @param onResult takes the start of its window, ms; null: nobody is told
     */
    WindowTables(int keys, LongConsumer onResult) {
        this.onResult = onResult;
        int needed = Math.max(2, Integer.highestOneBit(keys) << 2);
        capacity = Math.min(needed, MAX_ENTRIES);
        shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
        for (int i = 0; i < TABLES; i++) {
            tables[i] = new long[capacity * ENTRY];
        }
        reset();
    }

    /** Forgets everything; tables are empty already when all windows have closed. */
    void reset() {
        maxTimeMs = Long.MIN_VALUE;
        nextEndMs = Long.MIN_VALUE;
        results = 0;
        checksum = 0;
    }

    void onEvent(long account, long timeMs, long amount) {
        if (timeMs > maxTimeMs) {
            advance(timeMs);
        }
        long window = timeMs / Events.WINDOW_MS;
        int table = (int) window & (TABLES - 1);
        long[] entries = tables[table];
        int index = (int) ((account * 0x9E3779B97F4A7C15L) >>> shift);
        while (true) {
            int at = index * ENTRY;
            long count = entries[at + COUNT];
            if (count != 0 && entries[at + KEY] == account) {
                entries[at + SUM] += amount;
                entries[at + COUNT] = count + 1;
                if (amount > entries[at + MAX]) {
                    entries[at + MAX] = amount;
                }
                return;
            }
            if (count == 0) {
                entries[at + KEY] = account;
                entries[at + SUM] = amount;
                entries[at + COUNT] = 1;
                entries[at + MAX] = amount;
                added(table);
                return;
            }
            index = (index + 1) & (capacity - 1);
        }
    }

    /** Closes what is open. */
    Answer finish() {
        for (int i = 0; i < TABLES; i++) {
            close();
        }
        return new Answer(results, checksum);
    }

    private void advance(long timeMs) {
        if (maxTimeMs == Long.MIN_VALUE) {
            nextEndMs = ((timeMs - Events.DISORDER_MS) / Events.WINDOW_MS + 1) * Events.WINDOW_MS;
        }
        maxTimeMs = timeMs;
        while (timeMs - Events.DISORDER_MS >= nextEndMs) {
            close();
        }
    }

    private void close() {
        long startMs = nextEndMs - Events.WINDOW_MS;
        int table = (int) (startMs / Events.WINDOW_MS) & (TABLES - 1);
        if (sizes[table] > 0) {
            long[] entries = tables[table];
            for (int at = 0; at < entries.length; at += ENTRY) {
                if (entries[at + COUNT] != 0) {
                    checksum +=
                            Answer.mix(
                                    entries[at + KEY],
                                    startMs,
                                    entries[at + SUM],
                                    entries[at + COUNT],
                                    entries[at + MAX]);
                    if (onResult != null) {
                        onResult.accept(startMs);
                    }
                }
            }
            results += sizes[table];
            Arrays.fill(entries, 0);
            sizes[table] = 0;
        }
        nextEndMs += Events.WINDOW_MS;
    }

    private void added(int table) {
        if (++sizes[table] > capacity - capacity / 4) {
            throw new IllegalStateException("more accounts in a window than the table is for");
        }
    }
}
