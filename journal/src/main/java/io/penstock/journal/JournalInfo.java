package io.penstock.journal;

import java.util.List;
import java.util.UUID;

/**
 * What a journal consists of.
 *
 * @param id the journal's id; null when its mark cannot be read
 * @param epoch the newest writer's epoch by the mark
 * @param appendedSequence last appended record by the mark; -1 when there is none
 * @param forcedSequence last forced record by the mark; -1 when there is none
 * @param firstSequence first record that is kept
 * @param lastSequence last record that is there; by the mark when not all was read
 * @param records records that are there, as far as they were read
 * @param lengthBytes bytes of all frames, as far as they were read
 * @param segments the segments, ascending
 * @param damages what is damaged; empty when all that was read is sound
 */
public record JournalInfo(
        UUID id,
        int epoch,
        long appendedSequence,
        long forcedSequence,
        long firstSequence,
        long lastSequence,
        long records,
        long lengthBytes,
        List<Segment> segments,
        List<JournalDamage> damages) {
    /** Copies the lists. */
    public JournalInfo {
        segments = List.copyOf(segments);
        damages = List.copyOf(damages);
    }

    /** Whether nothing is damaged. */
    public boolean isSound() {
        return damages.isEmpty();
    }

    /**
     * One segment.
     *
     * @param number its number
     * @param epoch its writer's epoch
     * @param file its path below the journal's directory
     * @param fileLengthBytes length of the file, unused space included
     * @param lengthBytes up to the end of its last frame; 0 when only heads were read
     * @param firstSequence sequence of its first record
     * @param lastSequence sequence of its last record; firstSequence - 1 when it has none
     * @param frames frames of all kinds; 0 when only heads were read
     * @param isSealed whether its writer ended it; false when only heads were read
     */
    public record Segment(
            int number,
            int epoch,
            String file,
            long fileLengthBytes,
            long lengthBytes,
            long firstSequence,
            long lastSequence,
            long frames,
            boolean isSealed) {}
}
