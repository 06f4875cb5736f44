package io.penstock.journal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * The checksum of a frame: CRC32C over journal id, segment number, and all of the frame but the
 * checksum itself. One thread; allocates nothing once a buffer was seen.
 *
 * <p>Id and segment come first, so that a whole frame of another journal or segment is no frame.
 */
final class FrameChecksum {
    private static final int SEED_LENGTH = 20;
    private static final int BEHIND_CHECKSUM = FrameLayout.CHECKSUM + Integer.BYTES;

    private final CRC32C crc = new CRC32C();
    private final ByteBuffer seed = ByteBuffer.allocate(SEED_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private ByteBuffer source;
    private ByteBuffer view;

    FrameChecksum seed(UUID journalId, int segment) {
        seed.putLong(0, journalId.getMostSignificantBits());
        seed.putLong(Long.BYTES, journalId.getLeastSignificantBits());
        return segment(segment);
    }

    FrameChecksum segment(int segment) {
        seed.putInt(2 * Long.BYTES, segment);
        return this;
    }

    @SuppressWarnings("ReferenceEquality")
    int compute(DirectBuffer buffer, int offset, int length) {
        if (source != buffer.byteBuffer()) {
            source = buffer.byteBuffer();
            view = source.duplicate();
        }
        crc.reset();
        crc.update(seed.array(), 0, SEED_LENGTH);
        update(offset, FrameLayout.CHECKSUM);
        update(offset + BEHIND_CHECKSUM, length - BEHIND_CHECKSUM);
        return (int) crc.getValue();
    }

    private void update(int offset, int length) {
        view.limit(offset + length).position(offset);
        crc.update(view);
    }
}
