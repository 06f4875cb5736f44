package io.penstock.benchmarks;

import org.agrona.concurrent.UnsafeBuffer;

/** W2 by hand on a second thread, behind the bare {@link SlotRing}: what engines are held to. */
final class HandLoopBehindDisruptor extends TwoThreads {
    private final Events events;
    private final WindowTables tables;
    private SlotRing ring;
    private Answer answer;

    HandLoopBehindDisruptor(String name, Events events) {
        super(name, events.count());
        this.events = events;
        this.tables = new WindowTables(events.keys());
    }

    @Override
    void open() {
        ring = new SlotRing(false);
        tables.reset();
    }

    @Override
    void produce() {
        for (int i = 0; i < events.count(); i++) {
            ring.publish(events.values(), i, 1, this);
        }
    }

    @Override
    void consume() {
        long end = events();
        for (long next = 0; next < end; ) {
            next = take(next, ring.await(next, this));
        }
        answer = tables.finish();
    }

    private long take(long from, long last) {
        UnsafeBuffer slots = ring.slots();
        for (long sequence = from; sequence <= last; sequence++) {
            int offset = ring.offset(sequence);
            tables.onEvent(
                    slots.getLong(offset + Events.ACCOUNT * Long.BYTES),
                    slots.getLong(offset + Events.TIME_MS * Long.BYTES),
                    slots.getLong(offset + Events.AMOUNT * Long.BYTES));
        }
        ring.consumed(last);
        return last + 1;
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
