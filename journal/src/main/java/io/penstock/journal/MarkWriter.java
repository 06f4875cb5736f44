package io.penstock.journal;

import io.penstock.journal.store.MarkRegion;
import java.io.IOException;
import java.util.UUID;

/**
 * Moves the mark on. {@link #appended} belongs to the appending thread, {@link #forced} and {@link
 * #base} are taken under this object's lock; no two write the same slot.
 */
final class MarkWriter implements AutoCloseable {
    private final MarkRegion region;
    private final MarkSlot appended;
    private final MarkSlot forced;
    private final MarkSlot base;

    /** Goes on from what was read; the epoch is the new writer's. */
    MarkWriter(MarkRegion region, MarkReader read) {
        this.region = region;
        this.appended = read.appended;
        this.forced = read.forced;
        this.base = read.base;
        base.idHigh = appended.idHigh;
        base.idLow = appended.idLow;
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

    /**
     * Notes where the journal begins from now on: forced in both slots, so that neither a write cut
     * short nor a damaged slot takes it back to what is deleted after this.
     */
    synchronized void base(long sequence, int chain, int epoch, int segment, int bootIdHash)
            throws IOException {
        base.sequence = sequence;
        base.checksum = chain;
        base.epoch = epoch;
        base.segment = segment;
        base.bootIdHash = bootIdHash;
        base.writeNext(region.buffer());
        region.force();
        base.writeNext(region.buffer());
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
