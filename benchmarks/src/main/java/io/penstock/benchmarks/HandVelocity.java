package io.penstock.benchmarks;

/**
 * W4 by hand on one thread, straight from the generated events: one open-addressing table of
 * accounts, the {@link VelocityRing} of each beside its key.
 */
final class HandVelocity implements Contender {
    private static final int KEY = 0;
    private static final int RING = 1;
    private static final int ENTRY = RING + VelocityRing.LONGS;

    private final String name;
    private final Events events;
    private final int mask;
    private final int shift;
    private long[] entries;
    private long results;
    private long checksum;

    HandVelocity(String name, Events events) {
        this.name = name;
        this.events = events;
        int capacity = Math.max(2, Integer.highestOneBit(events.keys()) << 1);
        this.mask = capacity - 1;
        this.shift = Long.SIZE - Integer.numberOfTrailingZeros(capacity);
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
        entries = new long[(mask + 1) * ENTRY];
        results = 0;
        checksum = 0;
    }

    @Override
    public void run() {
        long[] values = events.values();
        for (int at = 0; at < values.length; at += Events.LONGS) {
            onEvent(
                    values[at + Events.ACCOUNT],
                    values[at + Events.TIME_MS],
                    values[at + Events.AMOUNT]);
        }
    }

    private void onEvent(long account, long timeMs, long amount) {
        long alert = VelocityRing.add(entries, find(account) + RING, timeMs, amount);
        if (alert != VelocityRing.NO_ALERT) {
            results++;
            checksum += VelocityRing.mix(account, timeMs, alert, amount);
        }
    }

    /** Index of an account's entry, which is made if it is not there; no account is 0. */
    private int find(long account) {
        int index = (int) ((account * 0x9E3779B97F4A7C15L) >>> shift);
        while (true) {
            int at = index * ENTRY;
            if (entries[at + KEY] == account) {
                return at;
            }
            if (entries[at + KEY] == 0) {
                entries[at + KEY] = account;
                return at;
            }
            index = (index + 1) & mask;
        }
    }

    @Override
    public Answer finish() {
        entries = null;
        return new Answer(results, checksum);
    }
}
