package io.penstock.engine.egress;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads the results of an output log one by one, and changes nothing of it. One thread.
 *
 * <p>A frame at the end that is not all there is what a writer that was killed leaves, or one that
 * goes on: {@link #tornBytes()}. Anything else that does not check is damage.
 */
public final class OutputLogReader implements AutoCloseable {
    private final LogStorage storage;
    private final byte[] seed;
    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(OutputLog.MAX_FRAME_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final UnsafeBuffer frame = new UnsafeBuffer(bytes);
    private final CRC32C crc = new CRC32C();
    private final OutputRecord record = new OutputRecord();
    private long position;
    private int previous;
    private int frameLength;
    private int offset;
    private int left;
    private boolean isPeeked;

    /**
     * Starts at the first result.
     *
     * @param storage closed with this
     * @param journalId of the journal whose results these are
     */
    public OutputLogReader(LogStorage storage, UUID journalId) {
        this.storage = storage;
        this.seed = OutputLog.seed(journalId);
    }

    /**
     * The next result, which stays the next one until {@link #skip()}; null at the end.
     *
     * @throws PenstockException DAMAGE, naming the place
     */
    public OutputRecord peek() {
        if (isPeeked) {
            return record;
        }
        while (left == 0) {
            position += frameLength;
            frameLength = 0;
            if (!readFrame()) {
                return null;
            }
        }
        record.wrap(frame, offset);
        int room = frameLength - offset;
        if (room < OutputDescriptor.HEADER_LENGTH
                || record.length() < OutputDescriptor.HEADER_LENGTH
                || record.length() > room) {
            throw damaged("a result passes the end of its frame");
        }
        isPeeked = true;
        return record;
    }

    /** Goes on behind the result that {@link #peek()} gave. */
    public void skip() {
        if (!isPeeked) {
            throw new IllegalStateException("there is no result to skip");
        }
        isPeeked = false;
        offset += OutputDescriptor.paddedLength(record.length());
        left--;
        if (left == 0 && offset != frameLength) {
            throw damaged("a frame holds more than it says");
        }
    }

    /** Bytes at the end that are no whole frame; once the end was met. */
    public long tornBytes() {
        return storage.size() - position;
    }

    @Override
    public void close() {
        storage.close();
        BufferUtil.free(bytes);
    }

    private boolean readFrame() {
        long rest = storage.size() - position;
        if (rest < OutputLog.HEADER_LENGTH) {
            return false;
        }
        storage.read(position, bytes.clear().limit(OutputLog.HEADER_LENGTH));
        int length = frame.getInt(OutputLog.LENGTH);
        if (frame.getInt(0) != OutputLog.MAGIC
                || length <= OutputLog.HEADER_LENGTH
                || length > OutputLog.MAX_FRAME_LENGTH
                || (length & 7) != 0) {
            throw damaged("no frame starts here");
        }
        if (length > rest) {
            return false;
        }
        storage.read(position, bytes.clear().limit(length));
        int stored = frame.getInt(OutputLog.CHECKSUM);
        frame.putInt(OutputLog.CHECKSUM, 0);
        crc.reset();
        crc.update(seed, 0, seed.length);
        crc.update(bytes.clear().limit(length));
        if ((int) crc.getValue() != stored) {
            throw damaged("a frame's checksum is wrong");
        }
        if (frame.getInt(OutputLog.PREVIOUS) != previous) {
            throw damaged("a frame does not continue the one before");
        }
        left = frame.getInt(OutputLog.COUNT);
        if (left <= 0) {
            throw damaged("a frame without results");
        }
        previous = stored;
        frameLength = length;
        offset = OutputLog.HEADER_LENGTH;
        return true;
    }

    private PenstockException damaged(String what) {
        return new PenstockException(
                Category.DAMAGE,
                "damage in "
                        + storage.name()
                        + " at offset "
                        + position
                        + ": "
                        + what
                        + "; opening the directory cuts the log there and makes the rest again from"
                        + " the journal");
    }
}
