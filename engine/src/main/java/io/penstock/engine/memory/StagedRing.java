package io.penstock.engine.memory;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A byte ring with one producer and one consumer, whose records become visible step by step.
 *
 * <p>The producer stages a step's records and publishes them together, or drops them together. It
 * asks for space before the step and never waits. Records do not wrap; what is left at the end is
 * padded. A record starts with its length, four bytes. Allocates nothing after construction. After
 * Lamport's single-producer single-consumer queue, with cursors of 64 bits that only grow.
 */
public abstract class StagedRing extends StagedRingCursors implements AutoCloseable {
    private static final VarHandle TAIL;
    private static final VarHandle HEAD;
    private static final int PADDING = -1;
    private static final int CACHE_LINE = 64;

    /** What {@link #peek()} answers when there is nothing. */
    protected static final int NOTHING = -1;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(StagedRingProducer.class, "tail", long.class);
            HEAD = lookup.findVarHandle(StagedRingConsumer.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private final int mask;
    private final long address;
    private final UnsafeBuffer buffer;

    /**
     * Allocates a ring.
     *
     * @param name what the ring is, for a refusal
     * @param capacity bytes, a power of two
     */
    protected StagedRing(String name, int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < CACHE_LINE) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    name + " must be a power of two bytes: capacity=" + capacity);
        }
        this.capacity = capacity;
        this.mask = capacity - 1;
        this.address = NativeMemory.allocate(capacity);
        this.buffer = new UnsafeBuffer(address, capacity);
    }

    /** Bytes of the ring. */
    public final int capacity() {
        return capacity;
    }

    /** Producer: claims space for a step's records; without it nothing may be staged. */
    public final boolean hasSpace(int maxStepBytes) {
        // A record may leave a hole as long as itself at the end of the ring.
        long needed = 2L * maxStepBytes;
        if (staged - cachedHead > capacity - needed) {
            cachedHead = (long) HEAD.getAcquire(this);
            if (staged - cachedHead > capacity - needed) {
                return false;
            }
        }
        stepLimit = maxStepBytes;
        return true;
    }

    /** Where records lie. */
    public final UnsafeBuffer buffer() {
        return buffer;
    }

    /** Producer: bytes that the step may still stage. */
    protected final long stepLimit() {
        return stepLimit;
    }

    /** Producer: where a record of at most so many bytes, within the step's limit, is to lie. */
    protected final int stage(int paddedBytes) {
        int at = (int) staged & mask;
        if (at + paddedBytes > capacity) {
            buffer.putInt(at, PADDING);
            staged += capacity - at;
            at = 0;
        }
        return at;
    }

    /** Producer: offset of the record that is being staged. */
    protected final int stagedOffset() {
        return (int) staged & mask;
    }

    /** Producer: ends the record being staged; its real length is known now. */
    protected final void staged(int paddedBytes) {
        staged += paddedBytes;
        stepLimit -= paddedBytes;
    }

    /** Producer: publishes what the step has staged. */
    public void commitStep() {
        if (staged != tail) {
            TAIL.setRelease(this, staged);
        }
    }

    /** Producer: drops what the step has staged. */
    public void abortStep() {
        staged = tail;
    }

    /** Consumer: offset of the next record, or {@link #NOTHING}. */
    protected final int peek() {
        while (true) {
            if (read == cachedTail) {
                cachedTail = (long) TAIL.getAcquire(this);
                if (read == cachedTail) {
                    return NOTHING;
                }
            }
            int at = (int) read & mask;
            if (buffer.getInt(at) != PADDING) {
                return at;
            }
            read += capacity - at;
        }
    }

    /** Consumer: goes on behind the record that {@link #peek()} gave. */
    protected final void skip(int paddedBytes) {
        read += paddedBytes;
    }

    /** Consumer: goes back to what was not released. */
    protected final void rewind() {
        read = head;
    }

    /** Consumer: gives the space of all that was read back. */
    public void release() {
        if (read != head) {
            HEAD.setRelease(this, read);
        }
    }

    /** Whether nothing published is left; exact on the consumer's thread. */
    public final boolean isEmpty() {
        return (long) HEAD.getAcquire(this) == (long) TAIL.getAcquire(this);
    }

    @Override
    public void close() {
        buffer.wrap(0, 0);
        NativeMemory.free(address);
    }
}

/**
 * The cursors of a staged ring, producer's and consumer's two cache lines apart, so that neither
 * side's writes take the other's line away; a test checks the distances.
 */
class StagedRingCursors extends StagedRingConsumer {
    long c0;
    long c1;
    long c2;
    long c3;
    long c4;
    long c5;
    long c6;
    long c7;
    long c8;
    long c9;
    long c10;
    long c11;
    long c12;
    long c13;
    long c14;
}

class StagedRingPad0 {
    long a0;
    long a1;
    long a2;
    long a3;
    long a4;
    long a5;
    long a6;
    long a7;
    long a8;
    long a9;
    long a10;
    long a11;
    long a12;
    long a13;
    long a14;
}

class StagedRingProducer extends StagedRingPad0 {
    /** End of what is published. */
    long tail;

    /** End of what is staged; the producer's own. */
    long staged;

    /** The consumer's cursor as the producer saw it last. */
    long cachedHead;

    /** Bytes the current step may still stage. */
    long stepLimit;
}

class StagedRingPad1 extends StagedRingProducer {
    long b0;
    long b1;
    long b2;
    long b3;
    long b4;
    long b5;
    long b6;
    long b7;
    long b8;
    long b9;
    long b10;
    long b11;
    long b12;
    long b13;
    long b14;
}

class StagedRingConsumer extends StagedRingPad1 {
    /** Start of what is not consumed. */
    long head;

    /** How far the consumer has read; its own. */
    long read;

    /** The producer's cursor as the consumer saw it last. */
    long cachedTail;
}
