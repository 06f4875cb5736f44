package io.penstock.engine.egress;

import io.penstock.engine.memory.StagedRing;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Results on their way from the operator thread to the output thread: a {@link StagedRing} of
 * {@link OutputDescriptor output records}.
 */
public final class OutputRing extends StagedRing {
    private static final int MOST_WORD_BYTES = 128;

    private final OutputRecord record = new OutputRecord();

    /**
     * Allocates a ring.
     *
     * @param capacity bytes, a power of two
     */
    public OutputRing(int capacity) {
        super("output ring", capacity);
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
        if (padded > stepLimit()) {
            throw new IllegalStateException(
                    "a step's outputs must stay within its claim: needs "
                            + padded
                            + " bytes more, has "
                            + stepLimit()
                            + " (raise maxStepOutputBytes)");
        }
        int at = stage(padded);
        UnsafeBuffer buffer = buffer();
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

    /** Producer: writes a message; short ones in words, which take less than a call to copy. */
    public void put(int offset, DirectBuffer message, int messageOffset, int length) {
        UnsafeBuffer buffer = buffer();
        if (length > MOST_WORD_BYTES) {
            buffer.putBytes(offset, message, messageOffset, length);
            return;
        }
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            buffer.putLong(offset + at, message.getLong(messageOffset + at));
        }
        for (; at < length; at++) {
            buffer.putByte(offset + at, message.getByte(messageOffset + at));
        }
    }

    /** Producer: ends the record started last with the message's actual length. */
    public void end(int messageLength) {
        int length = OutputDescriptor.HEADER_LENGTH + messageLength;
        buffer().putInt(stagedOffset() + OutputDescriptor.LENGTH, length);
        staged(OutputDescriptor.paddedLength(length));
    }

    /** Producer: stages the mark of a snapshot barrier. */
    public void stageMarker(long sequence) {
        begin(0, OutputDescriptor.KIND_MARKER, 0, sequence, 0, 0);
        end(0);
    }

    /** Consumer: hands records on until one is refused; returns how many were taken. */
    public int drain(OutputHandler handler, int limit) {
        rewind();
        int taken = 0;
        while (taken < limit) {
            int at = peek();
            if (at == NOTHING || !handler.onOutput(record.wrap(buffer(), at))) {
                break;
            }
            skip(OutputDescriptor.paddedLength(buffer().getInt(at)));
            taken++;
        }
        release();
        return taken;
    }
}
