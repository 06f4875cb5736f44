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
 * @param store where the bytes go; null for files in the directory
 * @param kind how the directory holds the segments; null for what is there, else Chronicle Queue
 * @param hasHelperThread whether segments of the kind SEGMENT are prepared by a thread of the
 *     journal's own; else {@link Journal#prepareAhead()} is called now and then
 * @param journalId the id the journal has, or gets when it is new; null to take what is there
 * @param segmentLengthBytes bytes after which the next segment starts; of the kind SEGMENT it is
 *     about the length of every file, and at most 1 GiB
 * @param blockLengthBytes by how much a file of Chronicle Queue grows at a time
 * @param maxFrameLengthBytes longest frame; at most a quarter of the block
 * @param touchAheadBytes how far ahead of the appending thread pages are made ready, so that a
 *     burst of as much meets no page that is not there; the next force brings them all to the
 *     medium, so that it is to be little where forces are many
 */
public record JournalConfig(
        Path directory,
        FrameStore store,
        JournalKind kind,
        boolean hasHelperThread,
        UUID journalId,
        long segmentLengthBytes,
        int blockLengthBytes,
        int maxFrameLengthBytes,
        int touchAheadBytes) {
    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    private static final long DEFAULT_SEGMENT_LENGTH = 64L * MIB;
    private static final int DEFAULT_BLOCK_LENGTH = 16 * MIB;
    private static final int DEFAULT_MAX_FRAME_LENGTH = MIB;
    private static final int DEFAULT_TOUCH_AHEAD = 4 * MIB;
    private static final int MIN_BLOCK_LENGTH = 256 * KIB;
    private static final int MIN_FRAME_LENGTH = 256;

    /** Longest segment of the kind SEGMENT, which is mapped at once. */
    static final long MAX_FILE_LENGTH = 1024L * MIB;

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
        if (kind != null && store != null) {
            faults.append("; a store that is given has no kind: ").append(kind);
        }
        if (kind == JournalKind.SEGMENT && segmentLengthBytes > MAX_FILE_LENGTH) {
            faults.append("; segmentLengthBytes of a journal of segments must be at most ")
                    .append(MAX_FILE_LENGTH + ": " + segmentLengthBytes);
        }
        if (touchAheadBytes < 0) {
            faults.append("; touchAheadBytes must not be negative: ").append(touchAheadBytes);
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
                true,
                null,
                DEFAULT_SEGMENT_LENGTH,
                DEFAULT_BLOCK_LENGTH,
                DEFAULT_MAX_FRAME_LENGTH,
                DEFAULT_TOUCH_AHEAD);
    }

    /** The defaults, on a store; the journal closes it. */
    public static JournalConfig on(FrameStore store) {
        return new JournalConfig(
                null,
                store,
                null,
                false,
                null,
                DEFAULT_SEGMENT_LENGTH,
                DEFAULT_BLOCK_LENGTH,
                DEFAULT_MAX_FRAME_LENGTH,
                DEFAULT_TOUCH_AHEAD);
    }

    /** With the kind that the journal must have, or gets when it is new. */
    public JournalConfig withKind(JournalKind newKind) {
        return new JournalConfig(
                directory,
                store,
                newKind,
                hasHelperThread,
                journalId,
                segmentLengthBytes,
                blockLengthBytes,
                maxFrameLengthBytes,
                touchAheadBytes);
    }

    /** With or without a thread of the journal's own that prepares segments. */
    public JournalConfig withHelperThread(boolean hasThread) {
        return new JournalConfig(
                directory,
                store,
                kind,
                hasThread,
                journalId,
                segmentLengthBytes,
                blockLengthBytes,
                maxFrameLengthBytes,
                touchAheadBytes);
    }

    /** With the id the journal must have, or gets when it is new. */
    public JournalConfig withJournalId(UUID id) {
        return new JournalConfig(
                directory,
                store,
                kind,
                hasHelperThread,
                id,
                segmentLengthBytes,
                blockLengthBytes,
                maxFrameLengthBytes,
                touchAheadBytes);
    }

    /** With another length of segments; a segment holds at least one frame. */
    public JournalConfig withSegmentLength(long bytes) {
        return new JournalConfig(
                directory,
                store,
                kind,
                hasHelperThread,
                journalId,
                bytes,
                blockLengthBytes,
                maxFrameLengthBytes,
                touchAheadBytes);
    }

    /** With other lengths of blocks and frames. */
    public JournalConfig withLengths(int blockBytes, int maxFrameBytes) {
        return new JournalConfig(
                directory,
                store,
                kind,
                hasHelperThread,
                journalId,
                segmentLengthBytes,
                blockBytes,
                maxFrameBytes,
                touchAheadBytes);
    }

    /** With pages made ready so far ahead of the appending thread. */
    public JournalConfig withTouchAhead(int bytes) {
        return new JournalConfig(
                directory,
                store,
                kind,
                hasHelperThread,
                journalId,
                segmentLengthBytes,
                blockLengthBytes,
                maxFrameLengthBytes,
                bytes);
    }
}
