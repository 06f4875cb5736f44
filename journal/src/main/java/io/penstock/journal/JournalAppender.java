package io.penstock.journal;

import io.penstock.fault.PenstockException;
import io.penstock.journal.store.SegmentWriter;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Puts records into frames and frames into the journal. One thread; allocates nothing per record or
 * frame once warm.
 *
 * <p>A frame is begun, filled until it takes no more, and committed: then all its records are
 * stored, or the journal has failed. A frame that was begun and not committed leaves no trace.
 */
public final class JournalAppender {
    /** What a claim answers when the frame takes no such record: commit, and begin another. */
    public static final int NO_ROOM = -1;

    private static final int NO_FRAME = -1;
    private static final long NO_RECORD = 0;

    private final Journal journal;
    private final int maxFrameLength;
    private final ByteBuffer bytes;

    /** Where a frame is put together that cannot be where it will stand. */
    private final UnsafeBuffer scratch;

    private UnsafeBuffer frame;
    private int frameOffset;
    private long frameAddress;
    private long firstSequence;
    private long baseTimeNs;
    private long maxDeltaNs;
    private int count;

    /** Where in the frame the next record starts. */
    private int end = NO_FRAME;

    JournalAppender(Journal journal, int maxFrameLength) {
        this.journal = journal;
        this.maxFrameLength = maxFrameLength;
        this.bytes = ByteBuffer.allocateDirect(maxFrameLength);
        this.scratch = new UnsafeBuffer(bytes);
        this.frame = scratch;
    }

    /**
     * Does now what the first commit would do: starts this opening's first segment, which loads
     * classes and creates files. Optional.
     */
    public void prepare() {
        journal.prepare();
    }

    /** Longest message that a record can have. */
    public int maxMessageLengthBytes() {
        return maxFrameLength - FrameLayout.HEADER_LENGTH - RecordLayout.HEADER_LENGTH;
    }

    /**
     * Starts a frame; one that was begun before and not committed is dropped.
     *
     * @param firstSequence must be the journal's last sequence + 1
     * @param baseTimeNs no record of the frame may be older
     */
    public void begin(long firstSequence, long baseTimeNs) {
        journal.checkUsable();
        if (firstSequence != journal.lastSequencePlain() + 1) {
            throw new IllegalStateException(
                    "sequences in a journal have no holes: expected="
                            + (journal.lastSequencePlain() + 1)
                            + " given="
                            + firstSequence);
        }
        this.firstSequence = firstSequence;
        this.baseTimeNs = baseTimeNs;
        maxDeltaNs = 0;
        count = 0;
        int claim = journal.claim(maxFrameLength);
        frame = claim == SegmentWriter.NO_CLAIM ? scratch : journal.claimed();
        frameOffset = Math.max(claim, 0);
        frameAddress = frame.addressOffset() + frameOffset;
        end = FrameLayout.HEADER_LENGTH;
    }

    /**
     * Adds the next record to the frame.
     *
     * @return false when the frame has no room for it, or its time is before the frame's base or
     *     more than 2^32 - 1 ns after it: commit, begin another frame, add it there
     * @throws PenstockException LIMIT when no frame has room for it
     */
    public boolean tryAdd(
            long timeNs,
            byte kind,
            byte flags,
            int sourceId,
            long sourcePosition,
            int sourceCheck,
            DirectBuffer message,
            int messageOffset,
            int messageLength) {
        if (messageLength > 0) {
            // Before anything is written, and once.
            message.boundsCheck(messageOffset, messageLength);
        }
        long record =
                add(timeNs, kind, flags, sourceId, sourcePosition, sourceCheck, messageLength);
        if (record == NO_RECORD) {
            return false;
        }
        if (messageLength > 0) {
            RecordLayout.writeMessage(record, message, messageOffset, messageLength);
        }
        return true;
    }

    /**
     * Adds the next record to the frame, as {@link #tryAdd} does, and leaves it to the caller to
     * encode its message in place: before another is added or the frame is committed.
     *
     * @return offset of the message in {@link #buffer()}, or {@link #NO_ROOM}
     */
    public int claim(
            long timeNs,
            byte kind,
            byte flags,
            int sourceId,
            long sourcePosition,
            int sourceCheck,
            int messageLength) {
        int offset = frameOffset + end + RecordLayout.HEADER_LENGTH;
        long record =
                add(timeNs, kind, flags, sourceId, sourcePosition, sourceCheck, messageLength);
        if (record == NO_RECORD) {
            return NO_ROOM;
        }
        RecordLayout.writePadding(record, messageLength);
        return offset;
    }

    /** Where claimed messages are encoded; another with each frame. */
    public UnsafeBuffer buffer() {
        return frame;
    }

    private long add(
            long timeNs,
            byte kind,
            byte flags,
            int sourceId,
            long sourcePosition,
            int sourceCheck,
            int messageLength) {
        int start = end;
        if (start == NO_FRAME) {
            throw new IllegalStateException("no frame was begun");
        }
        long deltaNs = timeNs - baseTimeNs;
        // The second test is for a difference that has passed the end of 64 bits.
        if (deltaNs < 0 || timeNs < baseTimeNs || deltaNs > RecordLayout.MAX_TIME_DELTA_NS) {
            return NO_RECORD;
        }
        if (messageLength > maxMessageLengthBytes()) {
            throw tooLong(messageLength);
        }
        int next = start + RecordLayout.recordLength(messageLength);
        if (next > maxFrameLength) {
            return NO_RECORD;
        }
        long record = frameAddress + start;
        RecordLayout.writeHeader(
                record,
                kind,
                flags,
                sourceId,
                (int) deltaNs,
                sourceCheck,
                sourcePosition,
                messageLength);
        end = next;
        maxDeltaNs = Math.max(maxDeltaNs, deltaNs);
        count++;
        return record;
    }

    /** Adds the record that a view shows; its sequence must be the next one. */
    public boolean tryAdd(RecordView record) {
        if (record.sequence() != firstSequence + count) {
            throw new IllegalStateException(
                    "sequences in a journal have no holes: expected="
                            + (firstSequence + count)
                            + " given="
                            + record.sequence());
        }
        return tryAdd(
                record.timeNs(),
                record.kind(),
                record.flags(),
                record.sourceId(),
                record.sourcePosition(),
                record.sourceCheck(),
                record.buffer(),
                record.offset(),
                record.length());
    }

    /** Records in the frame that was begun. */
    public int count() {
        return count;
    }

    /**
     * Appends the frame: when this returns, all its records survive the end of the process. A frame
     * without records is dropped.
     *
     * @return the frame's checksum; the journal's last one when there was no record
     * @throws PenstockException STORAGE when it may not be stored; final
     */
    public int commit() {
        if (end == NO_FRAME) {
            throw new IllegalStateException("no frame was begun");
        }
        int length = end;
        end = NO_FRAME;
        if (count == 0) {
            return journal.lastChecksum();
        }
        return journal.append(
                frame, frameOffset, length, firstSequence, count, baseTimeNs, maxDeltaNs);
    }

    /** Drops the frame that was begun, if any. */
    public void abort() {
        end = NO_FRAME;
        count = 0;
    }

    void release() {
        // No frame, because what is added is written unchecked, to memory that is given back.
        end = NO_FRAME;
        frame = scratch;
        scratch.wrap(0, 0);
        BufferUtil.free(bytes);
    }

    private PenstockException tooLong(int messageLength) {
        return new PenstockException(
                PenstockException.Category.LIMIT,
                "message is longer than a journal frame takes: length="
                        + messageLength
                        + " limit="
                        + maxMessageLengthBytes()
                        + " (raise maxFrameLengthBytes)");
    }
}
