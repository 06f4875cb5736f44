package io.penstock.benchmarks;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.MultiProducerSequencer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.Sequencer;
import com.lmax.disruptor.SingleProducerSequencer;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The bare baseline: a Disruptor sequencer over off-heap slots of one cache line, an event in each
 * and nothing else. Full means spinning, never {@code next()}, which parks.
 */
final class SlotRing {
    static final int CAPACITY = 1 << 16;

    private static final int SLOT_LENGTH = 64;
    private static final int MASK = CAPACITY - 1;

    private final Sequencer sequencer;
    private final Sequence consumer = new Sequence();
    private final ByteBuffer memory = ByteBuffer.allocateDirect((CAPACITY + 1) * SLOT_LENGTH);
    private final UnsafeBuffer slots;

    SlotRing(boolean isMultiProducer) {
        sequencer =
                isMultiProducer
                        ? new MultiProducerSequencer(CAPACITY, new BusySpinWaitStrategy())
                        : new SingleProducerSequencer(CAPACITY, new BusySpinWaitStrategy());
        sequencer.addGatingSequences(consumer);
        int skip = (int) (-BufferUtil.address(memory) & (SLOT_LENGTH - 1));
        slots = new UnsafeBuffer(memory, skip, CAPACITY * SLOT_LENGTH);
    }

    /** Copies a batch of events into slots and publishes them together. */
    void publish(long[] values, int firstEvent, int count, TwoThreads waiter) {
        while (!sequencer.hasAvailableCapacity(count)) {
            waiter.pause();
        }
        long high = sequencer.next(count);
        long low = high - count + 1;
        int at = firstEvent * Events.LONGS;
        for (long sequence = low; sequence <= high; sequence++, at += Events.LONGS) {
            write(slots, offset(sequence), values, at);
        }
        sequencer.publish(low, high);
    }

    /** The highest sequence that can be read; waits until the given one can. */
    long await(long sequence, TwoThreads waiter) {
        while (true) {
            long cursor = sequencer.getCursor();
            if (cursor >= sequence) {
                long published = sequencer.getHighestPublishedSequence(sequence, cursor);
                if (published >= sequence) {
                    return published;
                }
            }
            waiter.pause();
        }
    }

    UnsafeBuffer slots() {
        return slots;
    }

    int offset(long sequence) {
        return ((int) sequence & MASK) * SLOT_LENGTH;
    }

    /** Frees all slots up to and including a sequence. */
    void consumed(long sequence) {
        consumer.set(sequence);
    }

    void free() {
        slots.wrap(0, 0);
        BufferUtil.free(memory);
    }

    /** Copies the event whose values start at an index. */
    static void write(UnsafeBuffer target, int offset, long[] values, int at) {
        for (int i = 0; i < Events.LONGS; i++) {
            target.putLong(offset + i * Long.BYTES, values[at + i]);
        }
    }

    /** Sum of an event's values: what a consumer does that only looks. */
    static long sum(DirectBuffer source, int offset) {
        long sum = 0;
        for (int i = 0; i < Events.LONGS; i++) {
            sum += source.getLong(offset + i * Long.BYTES);
        }
        return sum;
    }
}
