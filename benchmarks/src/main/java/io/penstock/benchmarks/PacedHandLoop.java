package io.penstock.benchmarks;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * W2 by hand under an open load, on a second thread behind the bare {@link SlotRing}: an event is
 * recorded when its window has it, a result when it is computed.
 */
final class PacedHandLoop extends TwoThreads {
    private final Pace pace;
    private final WindowTables tables;
    private SlotRing ring;
    private Answer answer;

    PacedHandLoop(Pace pace) {
        super("hand-loop", pace.count());
        this.pace = pace;
        this.tables = new WindowTables(pace.events().keys(), pace::recordResult);
    }

    @Override
    void open() {
        ring = new SlotRing(false);
        tables.reset();
    }

    @Override
    void produce() {
        pace.start();
        long end = events();
        for (long i = 0; i < end; i++) {
            ring.publish(pace.await(i), 0, 1, this);
        }
        pace.sent();
    }

    @Override
    void consume() {
        UnsafeBuffer slots = ring.slots();
        long end = events();
        for (long next = 0; next < end; ) {
            long last = ring.await(next, this);
            for (; next <= last; next++) {
                int offset = ring.offset(next);
                tables.onEvent(
                        slots.getLong(offset + Events.ACCOUNT * Long.BYTES),
                        slots.getLong(offset + Events.TIME_MS * Long.BYTES),
                        slots.getLong(offset + Events.AMOUNT * Long.BYTES));
                pace.record(slots.getLong(offset + Events.ID * Long.BYTES));
            }
            ring.consumed(last);
        }
        answer = tables.finish();
    }

    @Override
    Answer answer() {
        return answer;
    }

    @Override
    void close() {
        ring.free();
    }
}
