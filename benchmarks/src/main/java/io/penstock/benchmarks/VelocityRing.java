package io.penstock.benchmarks;

/**
 * The fraud rule of workload W4, the same for every system: an account's payments come too fast and
 * add up to too much.
 *
 * <p>Of each account the last {@link #ENTRIES} payments in order of arrival are kept. An arriving
 * payment of event time t is kept, and then raises an alert if at least {@link #MIN_PAYMENTS} of
 * the kept ones, itself included, have an event time in (t - {@link #WINDOW_MS}, t], and the
 * amounts of these sum to more than {@link #LIMIT_CENTS}.
 *
 * <p>Works on longs that the caller keeps: the number of payments seen, then times, then amounts.
 */
public final class VelocityRing {
    /** Payments that are kept of an account; a power of two. */
    public static final int ENTRIES = 16;

    /** How far back payments count, ms. */
    public static final long WINDOW_MS = 60_000;

    /** Fewer payments raise no alert. */
    public static final int MIN_PAYMENTS = 5;

    /** A sum that is not above raises no alert. */
    public static final long LIMIT_CENTS = 1_100_000;

    /** Index of the number of payments that were seen. */
    public static final int SEEN = 0;

    /** Index of the first event time; entry i is at {@code TIMES + i}. */
    public static final int TIMES = 1;

    /** Index of the first amount; entry i is at {@code AMOUNTS + i}. */
    public static final int AMOUNTS = TIMES + ENTRIES;

    /** Longs of one account, all zero before its first payment. */
    public static final int LONGS = AMOUNTS + ENTRIES;

    /** What {@link #add} answers when there is none. */
    public static final long NO_ALERT = 0;

    private static final int COUNT_BITS = 8;

    private VelocityRing() {}

    /**
     * Keeps a payment of an account whose longs start at an index.
     *
     * @return {@link #NO_ALERT}, or an alert to take apart with {@link #sum} and {@link #count}
     */
    public static long add(long[] ring, int at, long timeMs, long amount) {
        long seen = ring[at + SEEN];
        int newest = (int) seen & (ENTRIES - 1);
        ring[at + SEEN] = seen + 1;
        ring[at + TIMES + newest] = timeMs;
        ring[at + AMOUNTS + newest] = amount;
        int kept = (int) Math.min(seen + 1, ENTRIES);
        long sum = 0;
        int count = 0;
        for (int i = 0; i < kept; i++) {
            long entryMs = ring[at + TIMES + i];
            if (entryMs > timeMs - WINDOW_MS && entryMs <= timeMs) {
                sum += ring[at + AMOUNTS + i];
                count++;
            }
        }
        return verdict(sum, count);
    }

    /** The alert of so many payments of such a sum, or {@link #NO_ALERT}. */
    public static long verdict(long sum, int count) {
        return count >= MIN_PAYMENTS && sum > LIMIT_CENTS ? sum << COUNT_BITS | count : NO_ALERT;
    }

    /** Sum of the payments behind an alert, cents. */
    public static long sum(long alert) {
        return alert >>> COUNT_BITS;
    }

    /** Number of the payments behind an alert. */
    public static int count(long alert) {
        return (int) alert & ((1 << COUNT_BITS) - 1);
    }

    /** Share of an alert in a checksum. */
    public static long mix(long account, long timeMs, long alert, long amount) {
        return Answer.mix(account, timeMs, sum(alert), count(alert), amount);
    }
}
