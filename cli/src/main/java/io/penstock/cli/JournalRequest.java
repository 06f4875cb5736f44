package io.penstock.cli;

import java.nio.file.Path;

/**
 * Arguments of {@code journal}.
 *
 * @param action what to do
 * @param directory the directory of an engine, or of a journal
 * @param fromSequence first sequence to print
 * @param toSequence last sequence to print, included; -1 for the end
 * @param format how to print
 */
record JournalRequest(
        Action action, Path directory, long fromSequence, long toSequence, Format format) {
    /** What to do with a journal. */
    enum Action {
        /** Say what it consists of. */
        INFO,
        /** Read and check every byte. */
        VERIFY,
        /** Print its records. */
        CAT
    }

    /** How to print records. */
    enum Format {
        /** One JSON object a line. */
        JSON,
        /** Comma separated values, a header first. */
        CSV
    }
}
