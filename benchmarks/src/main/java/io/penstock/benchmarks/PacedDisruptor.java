package io.penstock.benchmarks;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * Under an open load, the baseline: events through the bare {@link SlotRing} to a thread that looks
 * at them.
 */
final class PacedDisruptor extends TwoThreads {
    private final Pace pace;
    private SlotRing ring;
    private long sum;

    PacedDisruptor(Pace pace) {
        super("disruptor", pace.count());
        this.pace = pace;
    }

    @Override
    void open() {
        ring = new SlotRing(false);
        sum = 0;
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
                long plannedNs = slots.getLong(offset);
                sum += SlotRing.sum(slots, offset) - plannedNs;
                pace.record(plannedNs);
            }
            ring.consumed(last);
        }
    }

    @Override
    Answer answer() {
        return new Answer(events(), sum);
    }

    @Override
    void close() {
        ring.free();
    }
}
