package io.penstock.benchmarks;

import java.util.SplittableRandom;

/**
 * The common events of all workloads, generated beforehand: 48 bytes each, keys after Zipf with
 * exponent 0.9, 100 events per millisecond of event time, 2 % of them late by up to 3 s.
 *
 * <p>With a watermark 3 s behind the latest event nothing is dropped, so that results do not depend
 * on how often a system moves its watermark. Immutable; any thread may read.
 */
public final class Events {
    /** Longs of one event. */
    public static final int LONGS = 6;

    /** Bytes of one event. */
    public static final int LENGTH = LONGS * Long.BYTES;

    public static final int ID = 0;
    public static final int ACCOUNT = 1;
    public static final int TIME_MS = 2;
    public static final int AMOUNT = 3;
    public static final int MERCHANT = 4;
    public static final int FLAGS = 5;

    /** How far the watermark stays behind the latest event, ms. */
    public static final long DISORDER_MS = 3000;

    /** Size of the windows of workload W2, ms. */
    public static final long WINDOW_MS = 1000;

    private static final long SEED = 20_261_101L;
    private static final double ZIPF_EXPONENT = 0.9;
    private static final int EVENTS_PER_MS = 100;
    private static final double LATE_SHARE = 0.02;

    /** Event time of the first event, ms. */
    static final long START_MS = 1_750_000_000_000L;

    private static final long MAX_AMOUNT = 100_000;
    private static final int MERCHANTS = 5000;

    private final long[] values;
    private final int count;
    private final int keys;

    private Events(long[] values, int count, int keys) {
        this.values = values;
        this.count = count;
        this.keys = keys;
    }

    /** The same events for the same arguments, always. */
    public static Events generate(int count, int keys) {
        double[] cumulated = cumulatedZipf(keys);
        SplittableRandom random = new SplittableRandom(SEED);
        long[] values = new long[Math.multiplyExact(count, LONGS)];
        for (int i = 0, at = 0; i < count; i++, at += LONGS) {
            long timeMs = START_MS + i / EVENTS_PER_MS;
            if (random.nextDouble() < LATE_SHARE) {
                timeMs -= 1 + random.nextLong(DISORDER_MS);
            }
            values[at + ID] = i;
            values[at + ACCOUNT] = Answer.finish(rank(cumulated, random.nextDouble())) >>> 1;
            values[at + TIME_MS] = timeMs;
            values[at + AMOUNT] = 1 + random.nextLong(MAX_AMOUNT);
            values[at + MERCHANT] = random.nextInt(MERCHANTS);
            values[at + FLAGS] = random.nextInt(8);
        }
        return new Events(values, count, keys);
    }

    /** All events, {@link #LONGS} values each. Not to be written. */
    public long[] values() {
        return values;
    }

    public int count() {
        return count;
    }

    /** Number of different accounts there may be. */
    public int keys() {
        return keys;
    }

    /** What a consumer that saw every event must answer after so many rounds over all of them. */
    Answer sum(int rounds) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return new Answer((long) count * rounds, sum * rounds);
    }

    private static double[] cumulatedZipf(int keys) {
        double[] cumulated = new double[keys];
        double sum = 0;
        for (int i = 0; i < keys; i++) {
            sum += 1 / Math.pow(i + 1, ZIPF_EXPONENT);
            cumulated[i] = sum;
        }
        for (int i = 0; i < keys; i++) {
            cumulated[i] /= sum;
        }
        return cumulated;
    }

    /** Ranks from 1: the key of rank 0 would be 0. */
    private static int rank(double[] cumulated, double share) {
        int low = 0;
        int high = cumulated.length - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cumulated[middle] < share) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low + 1;
    }
}
