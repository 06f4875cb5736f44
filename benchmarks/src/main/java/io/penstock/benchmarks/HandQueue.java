package io.penstock.benchmarks;

/**
 * What loops by hand over sessions and timers have in common: straight from the generated events,
 * each taken, then what its watermark has made due. One thread.
 */
abstract class HandQueue implements Contender {
    private final String name;
    private final Events events;
    private long results;
    private long checksum;

    HandQueue(String name, Events events) {
        this.name = name;
        this.events = events;
    }

    /** Makes empty collections. */
    abstract void open();

    /** Takes an event. */
    abstract void onEvent(long account, long timeMs, long amount);

    /** Gives the results of everything due at a watermark. */
    abstract void fire(long watermarkMs);

    /** Gives the collections back. */
    abstract void close();

    /** Notes a result. */
    final void result(long account, long startMs, long sum, long count, long max) {
        results++;
        checksum += Answer.mix(account, startMs, sum, count, max);
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final long events() {
        return events.count();
    }

    @Override
    public final void prepare() {
        open();
        results = 0;
        checksum = 0;
    }

    @Override
    public final void run() {
        long[] values = events.values();
        long watermarkMs = Long.MIN_VALUE;
        for (int at = 0; at < values.length; at += Events.LONGS) {
            long timeMs = values[at + Events.TIME_MS];
            onEvent(values[at + Events.ACCOUNT], timeMs, values[at + Events.AMOUNT]);
            if (timeMs - Events.DISORDER_MS > watermarkMs) {
                watermarkMs = timeMs - Events.DISORDER_MS;
                fire(watermarkMs);
            }
        }
        fire(Long.MAX_VALUE);
    }

    @Override
    public final Answer finish() {
        close();
        return new Answer(results, checksum);
    }
}
