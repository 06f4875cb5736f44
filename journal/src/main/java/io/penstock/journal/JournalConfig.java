package io.penstock.journal;

import io.penstock.fault.PenstockException;
import io.penstock.journal.store.DocumentLayout;
import io.penstock.journal.store.FrameStore;
import java.nio.file.Path;
import java.util.UUID;

/**
 * How a journal is opened for writing; immutable.
 *
 * @param directory the journal's own directory; null when a store is given
 * @param store where the bytes go; null for Chronicle Queue in the directory
 * @param journalId the id the journal has, or gets when it is new; null to take what is there
 * @param segmentLengthBytes bytes after which the next segment starts
 * @param blockLengthBytes by how much a segment's file grows at a time
 * @param maxFrameLengthBytes longest frame; at most a quarter of the block
 */
public record JournalConfig(
        Path directory,
        FrameStore store,
        UUID journalId,
        long segmentLengthBytes,
        int blockLengthBytes,
        int maxFrameLengthBytes) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    private static final long DEFAULT_SEGMENT_LENGTH = 64L * MIB;
    private static final int DEFAULT_BLOCK_LENGTH = 16 * MIB;
    private static final int DEFAULT_MAX_FRAME_LENGTH = MIB;
    private static final int MIN_BLOCK_LENGTH = 256 * KIB;
    private static final int MIN_FRAME_LENGTH = 256;

    /** Checks all values together. */
    public JournalConfig {
        StringBuilder faults = new StringBuilder();
        if ((directory == null) == (store == null)) {
            faults.append("; give a directory or a store, and not both");
        }
        if (blockLengthBytes < MIN_BLOCK_LENGTH || Integer.bitCount(blockLengthBytes) != 1) {
            faults.append("; blockLengthBytes must be a power of two of at least ")
                    .append(MIN_BLOCK_LENGTH + ": " + blockLengthBytes);
        }
        int maxFrame = Math.min(blockLengthBytes / 4, DocumentLayout.MAX_FRAME_LENGTH);
        if (maxFrameLengthBytes < MIN_FRAME_LENGTH
                || maxFrameLengthBytes > maxFrame
                || maxFrameLengthBytes % FrameLayout.ALIGNMENT != 0) {
            faults.append("; maxFrameLengthBytes must be a multiple of 8 in ")
                    .append(MIN_FRAME_LENGTH + ".." + maxFrame + ": " + maxFrameLengthBytes);
        }
        if (segmentLengthBytes < 1) {
            faults.append("; segmentLengthBytes must be positive: " + segmentLengthBytes);
        }
        if (faults.length() > 0) {
            throw new PenstockException(
                    PenstockException.Category.CONFIGURATION,
                    "journal cannot be opened: " + faults.substring(2));
        }
    }

    /** The defaults, in a directory. */
    public static JournalConfig at(Path directory) {
        return new JournalConfig(
                directory,
                null,
                null,
                DEFAULT_SEGMENT_LENGTH,
                DEFAULT_BLOCK_LENGTH,
                DEFAULT_MAX_FRAME_LENGTH);
    }

    /** The defaults, on a store; the journal closes it. */
    public static JournalConfig on(FrameStore store) {
        return new JournalConfig(
                null,
                store,
                null,
                DEFAULT_SEGMENT_LENGTH,
                DEFAULT_BLOCK_LENGTH,
                DEFAULT_MAX_FRAME_LENGTH);
    }

    /** With the id the journal must have, or gets when it is new. */
    public JournalConfig withJournalId(UUID id) {
        return new JournalConfig(
                directory, store, id, segmentLengthBytes, blockLengthBytes, maxFrameLengthBytes);
    }

    /** With another length of segments; a segment holds at least one frame. */
    public JournalConfig withSegmentLength(long bytes) {
        return new JournalConfig(
                directory, store, journalId, bytes, blockLengthBytes, maxFrameLengthBytes);
    }

    /** With other lengths of blocks and frames. */
    public JournalConfig withLengths(int blockBytes, int maxFrameBytes) {
        return new JournalConfig(
                directory, store, journalId, segmentLengthBytes, blockBytes, maxFrameBytes);
    }
}
