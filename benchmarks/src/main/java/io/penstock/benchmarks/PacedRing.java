package io.penstock.benchmarks;

import com.lmax.disruptor.Sequence;
import io.penstock.engine.ring.EventRing;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.SlotLayout;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;

/**
 * Under an open load, our hand-off: events with their record headers through {@link EventRing} to a
 * thread that looks at them.
 */
final class PacedRing extends TwoThreads {
    private static final long TIME_NS = 1_750_000_000_000_000_000L;

    private final Pace pace;
    private final Sequence consumer = new Sequence();
    private EventRing ring;
    private long sum;

    PacedRing(Pace pace) {
        super("penstock-ring", pace.count());
        this.pace = pace;
    }

    @Override
    void open() {
        int stride = SlotLayout.strideFor(Events.LENGTH);
        ring = new EventRing(new RingConfig(SlotRing.CAPACITY, stride, 1), 0, consumer);
        sum = 0;
    }

    @Override
    void produce() {
        pace.start();
        long end = events();
        for (long i = 0; i < end; i++) {
            publish(pace.await(i));
        }
        pace.sent();
    }

    private void publish(long[] event) {
        long sequence = ring.tryClaim(1);
        while (sequence < 0) {
            pause();
            sequence = ring.tryClaim(1);
        }
        SlotRing.write(ring.buffer(), ring.messageOffset(sequence), event, 0);
        ring.header(sequence, Events.LENGTH, RecordKind.DATA, (byte) 0, 1, TIME_NS, sequence, 0);
        ring.publish(sequence, sequence);
    }

    @Override
    void consume() {
        RecordView view = new RecordView();
        long end = events();
        for (long next = 0; next < end; ) {
            long last = ring.published(next);
            if (last < next) {
                pause();
                continue;
            }
            for (; next <= last; next++) {
                ring.view(next, view);
                long plannedNs = view.buffer().getLong(view.offset());
                sum += SlotRing.sum(view.buffer(), view.offset()) - plannedNs;
                pace.record(plannedNs);
            }
            consumer.set(last);
        }
    }

    @Override
    Answer answer() {
        return new Answer(events(), sum);
    }

    @Override
    void close() {
        ring.close();
    }
}
