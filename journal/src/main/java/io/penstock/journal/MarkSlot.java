package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.agrona.MutableDirectBuffer;

/** The values of one slot of the mark, with the way in and out of it. One thread. */
final class MarkSlot {
    final int kind;
    long generation;
    long idHigh;
    long idLow;
    long sequence = RecordView.NULL_SEQUENCE;
    int checksum;
    int epoch;
    int segment;
    int bootIdHash;

    private final CRC32C crc = new CRC32C();
    private final byte[] scratch = new byte[MarkLayout.SLOT_LENGTH];
    private final ByteBuffer bytes = ByteBuffer.wrap(scratch).order(ORDER);

    MarkSlot(int kind) {
        this.kind = kind;
    }

    /** Writes the next generation over the older of the kind's two slots. */
    void writeNext(MutableDirectBuffer mark) {
        generation++;
        bytes.putInt(MarkLayout.MAGIC, MarkLayout.MAGIC_VALUE);
        bytes.putInt(MarkLayout.KIND, kind);
        bytes.putLong(MarkLayout.GENERATION, generation);
        bytes.putLong(MarkLayout.ID_HIGH, idHigh);
        bytes.putLong(MarkLayout.ID_LOW, idLow);
        bytes.putLong(MarkLayout.SEQUENCE, sequence);
        bytes.putInt(MarkLayout.CHECKSUM, checksum);
        bytes.putInt(MarkLayout.EPOCH, epoch);
        bytes.putInt(MarkLayout.SEGMENT, segment);
        bytes.putInt(MarkLayout.BOOT_ID_HASH, bootIdHash);
        bytes.putInt(MarkLayout.SLOT_CHECKSUM, scratchChecksum());
        int slot = MarkLayout.slots(kind) + (int) (generation & 1) * MarkLayout.SLOT_LENGTH;
        mark.putBytes(slot, scratch);
    }

    /** Takes the newer valid slot of the kind; false when there is none. */
    boolean readNewest(ByteBuffer mark) {
        int first = MarkLayout.slots(kind);
        boolean hasFirst = readSlot(mark, first, Long.MIN_VALUE);
        boolean hasSecond =
                readSlot(
                        mark,
                        first + MarkLayout.SLOT_LENGTH,
                        hasFirst ? generation : Long.MIN_VALUE);
        return hasFirst || hasSecond;
    }

    /**
     * Whether both slots of the kind are zeros, or one is and the other was being written first.
     */
    boolean isNeverWritten(ByteBuffer mark) {
        int first = MarkLayout.slots(kind);
        return isZero(mark, first) || isZero(mark, first + MarkLayout.SLOT_LENGTH);
    }

    private static boolean isZero(ByteBuffer mark, int offset) {
        int end = Math.min(offset + MarkLayout.SLOT_LENGTH, mark.limit());
        for (int i = offset; i < end; i++) {
            if (mark.get(i) != 0) {
                return false;
            }
        }
        return true;
    }

    private boolean readSlot(ByteBuffer mark, int offset, long above) {
        if (mark.limit() < offset + MarkLayout.SLOT_LENGTH) {
            return false;
        }
        for (int i = 0; i < MarkLayout.SLOT_LENGTH; i++) {
            scratch[i] = mark.get(offset + i);
        }
        if (bytes.getInt(MarkLayout.MAGIC) != MarkLayout.MAGIC_VALUE
                || bytes.getInt(MarkLayout.KIND) != kind
                || bytes.getInt(MarkLayout.SLOT_CHECKSUM) != scratchChecksum()
                || bytes.getLong(MarkLayout.GENERATION) <= above) {
            return false;
        }
        generation = bytes.getLong(MarkLayout.GENERATION);
        idHigh = bytes.getLong(MarkLayout.ID_HIGH);
        idLow = bytes.getLong(MarkLayout.ID_LOW);
        sequence = bytes.getLong(MarkLayout.SEQUENCE);
        checksum = bytes.getInt(MarkLayout.CHECKSUM);
        epoch = bytes.getInt(MarkLayout.EPOCH);
        segment = bytes.getInt(MarkLayout.SEGMENT);
        bootIdHash = bytes.getInt(MarkLayout.BOOT_ID_HASH);
        return true;
    }

    private int scratchChecksum() {
        crc.reset();
        crc.update(scratch, 0, MarkLayout.SLOT_CHECKSUM);
        return (int) crc.getValue();
    }
}
