package io.penstock.journal;

import io.penstock.journal.store.MarkRegion;
import java.io.IOException;
import java.util.UUID;

/**
 * Moves the mark on. {@link #appended} belongs to the appending thread, {@link #forced} is taken
 * under this object's lock; the two never write the same slot.
 */
final class MarkWriter implements AutoCloseable {
    private final MarkRegion region;
    private final MarkSlot appended;
    private final MarkSlot forced;

    /** Goes on from what was read; the epoch is the new writer's. */
    MarkWriter(MarkRegion region, MarkSlot appended, MarkSlot forced) {
        this.region = region;
        this.appended = appended;
        this.forced = forced;
    }

    static MarkSlot initial(int kind, UUID journalId, int bootIdHash) {
        MarkSlot slot = new MarkSlot(kind);
        slot.idHigh = journalId.getMostSignificantBits();
        slot.idLow = journalId.getLeastSignificantBits();
        slot.bootIdHash = bootIdHash;
        return slot;
    }

    void appended(long sequence, int checksum, int epoch, int segment, int bootIdHash) {
        appended.sequence = sequence;
        appended.checksum = checksum;
        appended.epoch = epoch;
        appended.segment = segment;
        appended.bootIdHash = bootIdHash;
        appended.writeNext(region.buffer());
    }

    synchronized void forced(long sequence, int checksum, int epoch, int segment, int bootIdHash)
            throws IOException {
        forced.sequence = sequence;
        forced.checksum = checksum;
        forced.epoch = epoch;
        forced.segment = segment;
        forced.bootIdHash = bootIdHash;
        forced.writeNext(region.buffer());
        region.force();
    }

    /** Brings the appended mark to the medium. */
    void force() throws IOException {
        region.force();
    }

    @Override
    public void close() {
        region.close();
    }
}
