package io.penstock.engine.ring;

import com.lmax.disruptor.BusySpinWaitStrategy;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.MultiProducerSequencer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.Sequencer;
import com.lmax.disruptor.SingleProducerSequencer;
import io.penstock.journal.JournalAppender;
import io.penstock.journal.RecordView;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The one order of all records: the LMAX Disruptor's sequencer over off-heap slots.
 *
 * <p>Producers claim, write their slots and publish; consumers poll {@link #published} and move the
 * {@link Sequence} with which they were registered, which frees slots. Ring sequences are journal
 * sequences: a ring made for a journal that ends at s starts at s + 1, and consumers' sequences
 * start at s.
 *
 * <p>Claims and polls may come from any thread (with one configured producer: claims from one
 * thread only); a slot belongs to its claimer until it is published. Nothing here blocks, locks,
 * allocates after construction, or waits.
 */
public final class EventRing implements AutoCloseable {
    private static final int OPEN = 0;
    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(EventRing.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private final int mask;
    private final int strideBytes;
    private final long initialSequence;
    private final Sequencer sequencer;
    private final UnsafeBuffer buffer;
    private final AtomicInteger openPublishers = new AtomicInteger();
    private ByteBuffer memory;

    /** {@link #OPEN}, or the status that claims answer. */
    private volatile int state = OPEN;

    /**
     * Allocates a ring, touches its memory and puts it and its consumers at their start.
     *
     * @param config size and sharing; refused with every violation named
     * @param initialSequence sequence of the first record: the journal's end + 1
     * @param consumers cursors of all consumers, at least one; set here to initialSequence - 1
     */
    public EventRing(RingConfig config, long initialSequence, Sequence... consumers) {
        config.validated();
        if (initialSequence < 0) {
            throw new IllegalArgumentException("negative sequence: " + initialSequence);
        }
        if (consumers.length == 0) {
            // Without a gate the sequencer overwrites what nobody has read.
            throw new IllegalArgumentException("a ring needs at least one consumer");
        }
        this.capacity = config.capacity();
        this.mask = capacity - 1;
        this.strideBytes = config.strideBytes();
        this.initialSequence = initialSequence;
        this.sequencer = sequencer(config, initialSequence);
        sequencer.addGatingSequences(consumers);

        int bytes = (int) config.totalBytes();
        memory = ByteBuffer.allocateDirect(bytes + BitUtil.CACHE_LINE_LENGTH);
        int skip = (int) (-BufferUtil.address(memory) & (BitUtil.CACHE_LINE_LENGTH - 1));
        buffer = new UnsafeBuffer(memory, skip, bytes);
    }

    private static Sequencer sequencer(RingConfig config, long initialSequence) {
        // No consumer waits inside the sequencer: agents poll and bring their own idle strategy.
        BusySpinWaitStrategy noSignal = new BusySpinWaitStrategy();
        Sequencer sequencer =
                config.producers() == 1
                        ? new SingleProducerSequencer(config.capacity(), noSignal)
                        : new MultiProducerSequencer(config.capacity(), noSignal);
        if (initialSequence > 0) {
            sequencer.claim(initialSequence - 1);
            // As if the lap before had been run: the marks "published in lap n" of a fresh
            // sequencer would be those of a far lap.
            long lapStart = Math.max(0, initialSequence - config.capacity());
            sequencer.publish(lapStart, initialSequence - 1);
        }
        return sequencer;
    }

    /** Slots. */
    public int capacity() {
        return capacity;
    }

    /** The longest message a slot holds, SBE header included, bytes. */
    public int maxMessageLength() {
        return strideBytes - SlotLayout.HEADER_LENGTH;
    }

    /** Sequence of the first record that this ring can carry. */
    public long initialSequence() {
        return initialSequence;
    }

    /**
     * Claims consecutive slots; each must be written with {@link #header} and published.
     *
     * @param count slots, from 1 to the capacity
     * @return the first sequence, or a negative {@link ClaimStatus}
     */
    public long tryClaim(int count) {
        int refusal = state;
        if (refusal != OPEN) {
            return refusal;
        }
        // Asked first, because a throw that is not inlined costs microseconds under pressure.
        if (!sequencer.hasAvailableCapacity(count)) {
            return noCapacity(count);
        }
        try {
            return sequencer.tryNext(count) - count + 1;
        } catch (InsufficientCapacityException lostToAnotherProducer) {
            return ClaimStatus.BACK_PRESSURED;
        }
    }

    private long noCapacity(int count) {
        if (count > capacity) {
            throw new IllegalArgumentException(
                    "a claim of " + count + " slots never fits: capacity=" + capacity);
        }
        return ClaimStatus.BACK_PRESSURED;
    }

    /** Memory of all slots. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** Where the message of a sequence lies in {@link #buffer()}. */
    public int messageOffset(long sequence) {
        return slotOffset(sequence) + SlotLayout.HEADER_LENGTH;
    }

    /**
     * Writes a claimed slot's header.
     *
     * @param length bytes of the message, SBE header included; at most {@link #maxMessageLength()}
     */
    public void header(
            long sequence,
            int length,
            byte kind,
            byte flags,
            int sourceId,
            long timeNs,
            long sourcePosition,
            int sourceCheck) {
        SlotLayout.write(
                buffer,
                slotOffset(sequence),
                length,
                kind,
                flags,
                sourceId,
                timeNs,
                sourcePosition,
                sourceCheck);
    }

    /** Makes claimed slots visible to consumers, from low to high, both included. */
    public void publish(long low, long high) {
        sequencer.publish(low, high);
    }

    /** The highest published sequence without a hole since {@code from}, or {@code from - 1}. */
    public long published(long from) {
        return published(from, capacity);
    }

    /**
     * As {@link #published(long)}, but looks at {@code limit} slots at most: with several producers
     * every slot has to be looked at, so a consumer asks for no more than it will take.
     */
    public long published(long from, int limit) {
        long last = Math.min(sequencer.getCursor(), from + limit - 1);
        return last < from ? from - 1 : sequencer.getHighestPublishedSequence(from, last);
    }

    /**
     * The highest sequence claimed (several producers) or published (one producer); {@code
     * initialSequence - 1} before the first.
     */
    public long cursor() {
        return sequencer.getCursor();
    }

    /** Slots that are free now; a hint, since it is old when it arrives. */
    public long remainingCapacity() {
        return sequencer.remainingCapacity();
    }

    /** Points a view at a published record; valid until the caller's cursor passes it. */
    public RecordView view(long sequence, RecordView view) {
        SlotLayout.read(buffer, slotOffset(sequence), sequence, view);
        return view;
    }

    /** Kind of a published record. */
    public byte kind(long sequence) {
        return SlotLayout.kind(SlotLayout.word(buffer, slotOffset(sequence)));
    }

    /** Source of a published record. */
    public int sourceId(long sequence) {
        return SlotLayout.sourceId(SlotLayout.word(buffer, slotOffset(sequence)));
    }

    /** Position of a published record in its source. */
    public long sourcePosition(long sequence) {
        return SlotLayout.sourcePosition(buffer, slotOffset(sequence));
    }

    /**
     * Copies a published record from its slot into the frame that an appender has begun; the caller
     * sees to it that it is the next one.
     *
     * @return false when the frame does not take it: commit, begin another
     */
    public boolean append(long sequence, JournalAppender appender) {
        return SlotLayout.append(buffer, slotOffset(sequence), appender);
    }

    /** From now on claims answer CLOSED; what is claimed may still be published and consumed. */
    public void refuseClaims() {
        STATE.compareAndSet(this, OPEN, (int) ClaimStatus.CLOSED);
    }

    /** From now on claims answer FAILED; frees every producer that waits for a slot. */
    public void fail() {
        state = (int) ClaimStatus.FAILED;
    }

    void publisherOpened() {
        openPublishers.incrementAndGet();
    }

    void publisherClosed() {
        openPublishers.decrementAndGet();
    }

    /**
     * Refuses claims and frees the memory. To be called when the consumers, and the threads that
     * claim without a publisher, have ended. While a {@link RingPublisher} is open its thread may
     * be writing a slot: the memory then stays until the last such publisher is unreachable.
     */
    @Override
    public void close() {
        refuseClaims();
        ByteBuffer toFree = memory;
        memory = null;
        if (toFree != null && openPublishers.get() == 0) {
            buffer.wrap(0, 0);
            BufferUtil.free(toFree);
        }
    }

    private int slotOffset(long sequence) {
        return ((int) sequence & mask) * strideBytes;
    }
}
