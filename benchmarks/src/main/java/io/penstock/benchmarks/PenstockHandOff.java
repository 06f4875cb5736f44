package io.penstock.benchmarks;

import com.lmax.disruptor.Sequence;
import io.penstock.engine.ring.EventRing;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.SlotLayout;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import org.agrona.concurrent.UnsafeBuffer;

/** W0, ours: events with their record headers through {@link EventRing}, read by a view. */
final class PenstockHandOff extends TwoThreads {
    private static final long TIME_NS = 1_750_000_000_000_000_000L;

    private final Events events;
    private final int rounds;
    private final int batch;
    private final int producers;
    private final Sequence consumer = new Sequence();
    private EventRing ring;
    private long sum;
    private long count;

    PenstockHandOff(String name, Events events, int rounds, int batch, int producers) {
        super(name, (long) events.count() * rounds);
        this.events = events;
        this.rounds = rounds;
        this.batch = batch;
        this.producers = producers;
    }

    @Override
    void open() {
        int stride = SlotLayout.strideFor(Events.LENGTH);
        ring = new EventRing(new RingConfig(SlotRing.CAPACITY, stride, producers), 0, consumer);
        sum = 0;
        count = 0;
    }

    @Override
    void produce() {
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < events.count(); i += batch) {
                publish(i, Math.min(batch, events.count() - i));
            }
        }
    }

    private void publish(int firstEvent, int batchCount) {
        long low = ring.tryClaim(batchCount);
        while (low < 0) {
            pause();
            low = ring.tryClaim(batchCount);
        }
        long high = low + batchCount - 1;
        UnsafeBuffer slots = ring.buffer();
        int at = firstEvent * Events.LONGS;
        for (long sequence = low; sequence <= high; sequence++, at += Events.LONGS) {
            SlotRing.write(slots, ring.messageOffset(sequence), events.values(), at);
            ring.header(
                    sequence, Events.LENGTH, RecordKind.DATA, (byte) 0, 1, TIME_NS, sequence, 0);
        }
        ring.publish(low, high);
    }

    @Override
    void consume() {
        RecordView view = new RecordView();
        long end = events();
        for (long next = 0; next < end; ) {
            long last = ring.published(next);
            if (last < next) {
                pause();
            } else {
                next = take(next, last, view);
            }
        }
    }

    private long take(long from, long last, RecordView view) {
        long total = sum;
        long taken = count;
        for (long sequence = from; sequence <= last; sequence++) {
            ring.view(sequence, view);
            if (view.kind() == RecordKind.DATA && view.sourcePosition() == sequence) {
                total += SlotRing.sum(view.buffer(), view.offset());
                taken++;
            }
        }
        sum = total;
        count = taken;
        consumer.set(last);
        return last + 1;
    }

    @Override
    Answer answer() {
        return new Answer(count, sum);
    }

    @Override
    void close() {
        ring.close();
    }
}
