package io.penstock.engine.egress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Every result in the order it left, in frames of one batch each.
 *
 * <pre>
 *   0       4        8       12               16         20       24
 *   +-------+--------+-------+----------------+----------+--------+---------------
 *   | magic | length | count | previousCrc32c | crc32c   | unused | output records
 *   +-------+--------+-------+----------------+----------+--------+---------------
 * </pre>
 *
 * The checksum covers the frame without its own field and is seeded with the journal's id. The log
 * is a function of the journal: whatever does not check is cut off with all behind it, and made
 * again by recovery. One thread.
 */
public final class OutputLog implements AutoCloseable {
    static final int MAGIC = 0x31474F4C;
    static final int HEADER_LENGTH = 24;
    static final int LENGTH = 4;
    static final int COUNT = 8;
    static final int PREVIOUS = 12;
    static final int CHECKSUM = 16;
    static final int MAX_FRAME_LENGTH = 1 << 20;

    private final LogStorage storage;
    private final byte[] seed;
    private final ByteBuffer frameBytes;
    private final UnsafeBuffer frame;
    private final ByteBuffer readBytes;
    private final UnsafeBuffer readFrame;
    private final CRC32C crc = new CRC32C();
    private final OutputRecord record = new OutputRecord();
    private long[] nextOrdinals = new long[4];
    private long lastSequence = -1;
    private long position;
    private int previous;
    private int length = HEADER_LENGTH;
    private int count;
    private final long cutBytes;

    /**
     * Opens a log: checks all of it, and cuts off what is not whole.
     *
     * @param journalId of the journal whose results these are
     * @param lastJournaled results of later sequences are cut off
     */
    public OutputLog(LogStorage storage, UUID journalId, long lastJournaled) {
        this(storage, journalId, lastJournaled, true);
    }

    private OutputLog(LogStorage storage, UUID journalId, long lastJournaled, boolean cutsNow) {
        this.storage = storage;
        this.seed = seed(journalId);
        this.frameBytes =
                ByteBuffer.allocateDirect(MAX_FRAME_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        this.frame = new UnsafeBuffer(frameBytes);
        this.readBytes = ByteBuffer.allocateDirect(MAX_FRAME_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        this.readFrame = new UnsafeBuffer(readBytes);
        long found = storage.size();
        scan(lastJournaled);
        this.cutBytes = found - position;
        if (cutsNow) {
            cut();
        }
    }

    /**
     * Opens and checks a log as the constructor does, but changes nothing before {@link #cut()},
     * which must come before the first append. What would be cut off can be all there is: the
     * journal may have given up what it was made of.
     */
    public static OutputLog uncut(LogStorage storage, UUID journalId, long lastJournaled) {
        return new OutputLog(storage, journalId, lastJournaled, false);
    }

    /** Cuts off what was not whole at opening. */
    public void cut() {
        if (cutBytes > 0 && storage.size() > position) {
            storage.truncate(position);
        }
    }

    /** What every frame's checksum starts with. */
    static byte[] seed(UUID journalId) {
        return ByteBuffer.allocate(16)
                .putLong(journalId.getMostSignificantBits())
                .putLong(journalId.getLeastSignificantBits())
                .array();
    }

    /** Bytes that opening cut off, or would: 0 when the log was whole. */
    public long cutBytes() {
        return cutBytes;
    }

    /** Ordinal of a sink's next result. */
    public long nextOrdinal(int sinkId) {
        return sinkId < nextOrdinals.length ? nextOrdinals[sinkId] : 0;
    }

    /** Sequence of the last result's cause; -1 when there is none. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Adds a record to the batch; false when the batch is full: append it first. */
    public boolean add(OutputRecord added) {
        int padded = OutputDescriptor.paddedLength(added.length());
        if (length + padded > MAX_FRAME_LENGTH) {
            return false;
        }
        frame.putLong(length + padded - 8, 0L);
        frame.putBytes(length, added.buffer(), added.recordOffset(), added.length());
        length += padded;
        count++;
        note(added);
        return true;
    }

    /** Writes the batch; nothing where it is empty. */
    public void append() {
        if (count == 0) {
            return;
        }
        frame.putInt(0, MAGIC);
        frame.putInt(LENGTH, length);
        frame.putInt(COUNT, count);
        frame.putInt(PREVIOUS, previous);
        frame.putInt(CHECKSUM, 0);
        frame.putInt(CHECKSUM + 4, 0);
        previous = checksum(frameBytes, length);
        frame.putInt(CHECKSUM, previous);
        frameBytes.clear().limit(length);
        storage.append(frameBytes);
        position += length;
        length = HEADER_LENGTH;
        count = 0;
    }

    /** Brings everything appended to the medium. */
    public void force() {
        storage.force();
    }

    /** Hands on all records of the log, in order; the handler takes every one. */
    public void forEach(OutputHandler handler) {
        long at = 0;
        while (at < position) {
            int frameLength = readFrame(at);
            if (frameLength < 0) {
                throw new IllegalStateException(
                        storage.name() + " changed under its owner at offset " + at);
            }
            int offset = HEADER_LENGTH;
            while (offset < frameLength) {
                record.wrap(readFrame, offset);
                int padded = OutputDescriptor.paddedLength(record.length());
                handler.onOutput(record);
                offset += padded;
            }
            at += frameLength;
        }
    }

    @Override
    public void close() {
        storage.close();
        BufferUtil.free(frameBytes);
        BufferUtil.free(readBytes);
    }

    private void scan(long lastJournaled) {
        long size = storage.size();
        while (position < size) {
            int frameLength = readFrame(position);
            if (frameLength < 0
                    || readFrame.getInt(PREVIOUS) != previous
                    || !isWithin(frameLength, lastJournaled)) {
                return;
            }
            int offset = HEADER_LENGTH;
            while (offset < frameLength) {
                note(record.wrap(readFrame, offset));
                offset += OutputDescriptor.paddedLength(record.length());
            }
            previous = readFrame.getInt(CHECKSUM);
            position += frameLength;
        }
    }

    /** Whether the records of the frame just read are whole, next in order, and journaled. */
    private boolean isWithin(int frameLength, long lastJournaled) {
        int offset = HEADER_LENGTH;
        int records = 0;
        while (offset < frameLength) {
            record.wrap(readFrame, offset);
            int recordLength = record.length();
            if (recordLength < OutputDescriptor.HEADER_LENGTH
                    || recordLength > frameLength - offset
                    || record.sequence() > lastJournaled) {
                return false;
            }
            offset += OutputDescriptor.paddedLength(recordLength);
            records++;
        }
        return records == readFrame.getInt(COUNT);
    }

    /** Reads a frame; its length, or -1 if it is not whole. */
    private int readFrame(long at) {
        long left = storage.size() - at;
        if (left < HEADER_LENGTH) {
            return -1;
        }
        storage.read(at, readBytes.clear().limit(HEADER_LENGTH));
        int frameLength = readFrame.getInt(LENGTH);
        if (readFrame.getInt(0) != MAGIC
                || frameLength <= HEADER_LENGTH
                || frameLength > Math.min(left, MAX_FRAME_LENGTH)
                || (frameLength & 7) != 0) {
            return -1;
        }
        storage.read(at, readBytes.clear().limit(frameLength));
        int stored = readFrame.getInt(CHECKSUM);
        int unused = readFrame.getInt(CHECKSUM + 4);
        readFrame.putInt(CHECKSUM, 0);
        boolean whole = checksum(readBytes, frameLength) == stored && unused == 0;
        readFrame.putInt(CHECKSUM, stored);
        return whole ? frameLength : -1;
    }

    private int checksum(ByteBuffer bytes, int frameLength) {
        crc.reset();
        crc.update(seed, 0, seed.length);
        bytes.clear().limit(frameLength);
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private void note(OutputRecord noted) {
        int sinkId = noted.sinkId();
        if (sinkId >= nextOrdinals.length) {
            nextOrdinals =
                    Arrays.copyOf(nextOrdinals, Math.max(sinkId + 1, 2 * nextOrdinals.length));
        }
        nextOrdinals[sinkId] = noted.ordinal() + 1;
        lastSequence = noted.sequence();
    }
}
