package io.penstock.benchmarks;

/**
 * The common events over and over, their time going on from round to round: a load that is longer
 * than memory. Allocates nothing once it is made. One thread.
 */
final class Rounds {
    private static final int EVENTS_PER_MS = 100;

    private final Events events;
    private final long roundMs;
    private final long[] event = new long[Events.LONGS];
    private int next;
    private long shiftMs;

    /** Starts with the first of the events, which must be of a whole number of milliseconds. */
    Rounds(Events events) {
        if (events.count() % EVENTS_PER_MS != 0) {
            throw new IllegalArgumentException("not whole milliseconds: " + events.count());
        }
        this.events = events;
        this.roundMs = events.count() / EVENTS_PER_MS;
    }

    /** The next event's values, good until the next call; the caller may change them. */
    long[] next() {
        if (next == events.count()) {
            next = 0;
            shiftMs += roundMs;
        }
        System.arraycopy(events.values(), next++ * Events.LONGS, event, 0, Events.LONGS);
        event[Events.TIME_MS] += shiftMs;
        return event;
    }

    /** What one who computes W2 over the first events must answer. */
    static Answer windows(Events events, long count) {
        Rounds rounds = new Rounds(events);
        WindowTables tables = new WindowTables(events.keys());
        for (long i = 0; i < count; i++) {
            long[] event = rounds.next();
            tables.onEvent(event[Events.ACCOUNT], event[Events.TIME_MS], event[Events.AMOUNT]);
        }
        return tables.finish();
    }

    /** What one who looks at all of the first events but their ids must answer. */
    static Answer sum(Events events, long count) {
        Rounds rounds = new Rounds(events);
        long sum = 0;
        for (long i = 0; i < count; i++) {
            long[] event = rounds.next();
            for (int field = Events.ACCOUNT; field < Events.LONGS; field++) {
                sum += event[field];
            }
        }
        return new Answer(count, sum);
    }

    /** What one who adds up the amounts of the first events must answer. */
    static Answer amounts(Events events, long count) {
        Rounds rounds = new Rounds(events);
        long sum = 0;
        for (long i = 0; i < count; i++) {
            sum += rounds.next()[Events.AMOUNT];
        }
        return new Answer(count, sum);
    }
}
