package io.penstock.engine.egress;

import io.penstock.engine.memory.NativeMemory;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Results on their way from the operator thread to the output thread: a byte ring with one producer
 * and one consumer.
 *
 * <p>The producer stages a step's records and publishes them together, or drops them together. It
 * asks for space before the step and never waits. Records do not wrap; what is left at the end is
 * padded. Allocates nothing after construction. After Lamport's single-producer single-consumer
 * queue, with cursors of 64 bits that only grow.
 */
public final class OutputRing extends OutputRingCursors implements AutoCloseable {
    private static final VarHandle TAIL;
    private static final VarHandle HEAD;
    private static final int PADDING = -1;
    private static final int CACHE_LINE = 64;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TAIL = lookup.findVarHandle(OutputRingProducer.class, "tail", long.class);
            HEAD = lookup.findVarHandle(OutputRingConsumer.class, "head", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int capacity;
    private final int mask;
    private final long address;
    private final UnsafeBuffer buffer;
    private final OutputRecord record = new OutputRecord();

    /**
     * Allocates a ring.
     *
     * @param capacity bytes, a power of two
     */
    public OutputRing(int capacity) {
        if (Integer.bitCount(capacity) != 1 || capacity < CACHE_LINE) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "output ring must be a power of two bytes: capacity=" + capacity);
        }
        this.capacity = capacity;
        this.mask = capacity - 1;
        this.address = NativeMemory.allocate(capacity);
        this.buffer = new UnsafeBuffer(address, capacity);
    }

    /** Bytes of the ring. */
    public int capacity() {
        return capacity;
    }

    /** Producer: claims space for a step's records; without it nothing may be staged. */
    public boolean hasSpace(int maxStepBytes) {
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

    /** Producer: where results are encoded. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /**
     * Producer: starts a record of the current step.
     *
     * @return offset of the message in {@link #buffer()}
     */
    public int begin(
            int sinkId, byte kind, int revision, long sequence, long ordinal, int maxLength) {
        int length = OutputDescriptor.HEADER_LENGTH + maxLength;
        int padded = OutputDescriptor.paddedLength(length);
        if (padded > stepLimit) {
            throw new IllegalStateException(
                    "a step's outputs must stay within its claim: needs "
                            + padded
                            + " bytes more, has "
                            + stepLimit
                            + " (raise maxStepOutputBytes)");
        }
        int at = (int) staged & mask;
        if (at + padded > capacity) {
            buffer.putInt(at, PADDING);
            staged += capacity - at;
            at = 0;
        }
        buffer.putInt(at + OutputDescriptor.LENGTH, length);
        buffer.putShort(at + OutputDescriptor.SINK_ID, (short) sinkId);
        buffer.putByte(at + OutputDescriptor.KIND, kind);
        buffer.putByte(at + OutputDescriptor.KIND + 1, (byte) 0);
        buffer.putInt(at + OutputDescriptor.REVISION, revision);
        buffer.putInt(at + OutputDescriptor.FRAME_CHECKSUM, 0);
        buffer.putLong(at + OutputDescriptor.SEQUENCE, sequence);
        buffer.putLong(at + OutputDescriptor.ORDINAL, ordinal);
        return at + OutputDescriptor.HEADER_LENGTH;
    }

    /** Producer: ends the record started last with the message's actual length. */
    public void end(int messageLength) {
        int at = (int) staged & mask;
        int length = OutputDescriptor.HEADER_LENGTH + messageLength;
        int padded = OutputDescriptor.paddedLength(length);
        buffer.putInt(at + OutputDescriptor.LENGTH, length);
        staged += padded;
        stepLimit -= padded;
    }

    /** Producer: stages the mark of a snapshot barrier. */
    public void stageMarker(long sequence) {
        begin(0, OutputDescriptor.KIND_MARKER, 0, sequence, 0, 0);
        end(0);
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

    /** Consumer: hands records on until one is refused; returns how many were taken. */
    public int drain(OutputHandler handler, int limit) {
        long from = head;
        long to = (long) TAIL.getAcquire(this);
        int taken = 0;
        while (from < to && taken < limit) {
            int at = (int) from & mask;
            int length = buffer.getInt(at);
            if (length == PADDING) {
                from += capacity - at;
                continue;
            }
            if (!handler.onOutput(record.wrap(buffer, at))) {
                break;
            }
            from += OutputDescriptor.paddedLength(length);
            taken++;
        }
        if (from != head) {
            HEAD.setRelease(this, from);
        }
        return taken;
    }

    /** Whether nothing published is left; exact on the consumer's thread. */
    public boolean isEmpty() {
        return (long) HEAD.getAcquire(this) == (long) TAIL.getAcquire(this);
    }

    @Override
    public void close() {
        buffer.wrap(0, 0);
        NativeMemory.free(address);
    }
}

/**
 * The cursors of an output ring, producer's and consumer's two cache lines apart, so that neither
 * side's writes take the other's line away; a test checks the distances.
 */
class OutputRingCursors extends OutputRingConsumer {
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

class OutputRingPad0 {
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

class OutputRingProducer extends OutputRingPad0 {
    /** End of what is published. */
    long tail;

    /** End of what is staged; the producer's own. */
    long staged;

    /** The consumer's cursor as the producer saw it last. */
    long cachedHead;

    /** Bytes the current step may still stage. */
    long stepLimit;
}

class OutputRingPad1 extends OutputRingProducer {
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

class OutputRingConsumer extends OutputRingPad1 {
    /** Start of what is not consumed. */
    long head;
}
