package io.penstock.journal;

import io.penstock.fault.PenstockException;

/**
 * Stored bytes that are not what was written.
 *
 * @param kind what a reader answers at it
 * @param file path below the journal's directory
 * @param offset where in the file, in bytes
 * @param sequence first record that cannot be read
 * @param reason what is wrong
 * @param remedy what to do
 */
public record JournalDamage(
        Kind kind, String file, long offset, long sequence, String reason, String remedy) {
    static final String RESTORE =
            "restore the file from a copy, or process the input again in a new directory";
    static final String NEWER = "use the release that wrote it, or a newer one";
    static final String MOVE = "move the file that does not belong here out of the directory";

    static final String LATER = "start from there, with a snapshot at or behind it";

    /** The two ways in which records can be unreadable. */
    public enum Kind {
        /** Whole segments are not there. */
        GAP,
        /** Bytes are there and wrong, or fewer than were written. */
        CORRUPT
    }

    /** Whether nothing is damaged: the record was given up, because nobody needed it any more. */
    public boolean isGivenUp() {
        return remedy.equals(LATER);
    }

    /** The damage as the fault that commands report. */
    public PenstockException toException() {
        if (isGivenUp()) {
            return new PenstockException(
                    PenstockException.Category.INPUT,
                    "journal record at sequence "
                            + sequence
                            + " is not kept any more: "
                            + reason
                            + " ("
                            + remedy
                            + ")");
        }
        return new PenstockException(PenstockException.Category.DAMAGE, toString());
    }

    @Override
    public String toString() {
        return "journal damaged: file="
                + file
                + " offset="
                + offset
                + " sequence="
                + sequence
                + ": "
                + reason
                + " ("
                + remedy
                + ")";
    }
}
