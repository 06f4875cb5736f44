package io.penstock.testkit.harness;

import io.penstock.codecs.SystemMessages;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One input of a pipeline: an event, a tick, or the end of a source.
 *
 * @param kind one of {@link RecordKind}
 * @param sourceId number of the source in the plan
 * @param timeNs ingress time, ns since 1970
 * @param position in its source, from 0; -1 for what no source gave
 * @param message with its SBE header
 */
public record HarnessInput(
        byte kind, int sourceId, long timeNs, long position, UnsafeBuffer message) {
    private static final int SBE_HEADER_LENGTH = 8;
    private static final UnsafeBuffer NOTHING = new UnsafeBuffer(new byte[0]);

    static HarnessInput tick(long timeNs) {
        UnsafeBuffer message = buffer(SystemMessages.TICK.blockLength());
        SystemMessages.TICK.wrapAndWriteHeader(SystemMessages.TICK.newEncoder(), message, 0);
        return new HarnessInput(RecordKind.TICK, 0, timeNs, -1, message);
    }

    static HarnessInput end(int sourceId, long timeNs, long position) {
        UnsafeBuffer message = buffer(SystemMessages.END_OF_SOURCE.blockLength());
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), message, 0);
        return new HarnessInput(RecordKind.CONTROL, sourceId, timeNs, position, message);
    }

    /** A barrier at which a snapshot is taken. */
    public static HarnessInput barrier(long timeNs) {
        UnsafeBuffer message = buffer(SystemMessages.SNAPSHOT_BARRIER.blockLength());
        SystemMessages.SNAPSHOT_BARRIER.wrapAndWriteHeader(
                SystemMessages.SNAPSHOT_BARRIER.newEncoder(), message, 0);
        return new HarnessInput(RecordKind.BARRIER, 0, timeNs, -1, message);
    }

    static HarnessInput pad(int sourceId, long timeNs) {
        return new HarnessInput(RecordKind.PAD, sourceId, timeNs, -1, NOTHING);
    }

    private static UnsafeBuffer buffer(int blockLength) {
        return new UnsafeBuffer(new byte[SBE_HEADER_LENGTH + blockLength]);
    }

    /** The checksum that the source's bytes might have up to here. */
    public int check() {
        return (int) position * 0x9E3779B9;
    }

    /** Points a view at the input, with the sequence it has. */
    public void show(RecordView view, long sequence) {
        view.header(sequence, timeNs, kind, (byte) 0, sourceId, position, check())
                .message(message, 0, message.capacity());
    }
}
