package io.penstock.benchmarks;

/** W0, the baseline: events from one thread to another through {@link SlotRing}. */
final class BareHandOff extends TwoThreads {
    private final Events events;
    private final int rounds;
    private final int batch;
    private final boolean isMultiProducer;
    private SlotRing ring;
    private long sum;

    BareHandOff(String name, Events events, int rounds, int batch, boolean isMultiProducer) {
        super(name, (long) events.count() * rounds);
        this.events = events;
        this.rounds = rounds;
        this.batch = batch;
        this.isMultiProducer = isMultiProducer;
    }

    @Override
    void open() {
        ring = new SlotRing(isMultiProducer);
        sum = 0;
    }

    @Override
    void produce() {
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < events.count(); i += batch) {
                int count = Math.min(batch, events.count() - i);
                ring.publish(events.values(), i, count, this);
            }
        }
    }

    @Override
    void consume() {
        long end = events();
        for (long next = 0; next < end; ) {
            next = take(next, ring.await(next, this));
        }
    }

    private long take(long from, long last) {
        long total = sum;
        for (long sequence = from; sequence <= last; sequence++) {
            total += SlotRing.sum(ring.slots(), ring.offset(sequence));
        }
        sum = total;
        ring.consumed(last);
        return last + 1;
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
