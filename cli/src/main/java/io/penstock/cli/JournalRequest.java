package io.penstock.cli;

import java.nio.file.Path;

/**
 * Arguments of {@code journal}.
 *
 * @param action what to do
 * @param directory the directory of an engine, or of a journal
 * @param fromSequence first sequence to print; -1 for the first that is kept
 * @param toSequence last sequence to print, included; -1 for the end
 * @param format how to print
 * @param isHolding whether the journal is kept from being trimmed before what is still to print
 * @param isDryRun whether to say only what would be given up
 */
record JournalRequest(
        Action action,
        Path directory,
        long fromSequence,
        long toSequence,
        Format format,
        boolean isHolding,
        boolean isDryRun) {
    /** For what has only a directory. */
    static JournalRequest of(Action action, Path directory, boolean isDryRun) {
        return new JournalRequest(action, directory, -1, -1, Format.JSON, false, isDryRun);
    }

    /** What to do with a journal. */
    enum Action {
        /** Say what it consists of. */
        INFO,
        /** Read and check every byte. */
        VERIFY,
        /** Print its records. */
        CAT,
        /** Give up what nobody needs. */
        TRIM
    }

    /** How to print records. */
    enum Format {
        /** One JSON object a line. */
        JSON,
        /** Comma separated values, a header first. */
        CSV
    }
}
