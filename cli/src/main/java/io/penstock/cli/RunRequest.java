package io.penstock.cli;

import io.penstock.cli.pipelines.PipelineSettings;
import io.penstock.engine.control.Retention;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.nio.file.Path;

/**
 * Arguments of {@code run}.
 *
 * @param settings the pipeline with its parameters
 * @param input the CSV file; null for standard input
 * @param directory where journal, state and results are kept
 * @param output where the results go; null for output.csv in the directory
 * @param late where late events go; null when they are only counted
 * @param durability when an event is acknowledged, and so what it survives
 * @param journal how the journal is held; null for what is there, else Chronicle Queue
 * @param layout how stages share threads; null for what fits the cores
 * @param shards threads that share the keys
 * @param retention what becomes of records that nobody needs
 * @param counts whether what became of the events is printed
 */
record RunRequest(
        PipelineSettings settings,
        Path input,
        Path directory,
        Path output,
        Path late,
        Durability durability,
        JournalKind journal,
        Layout layout,
        int shards,
        Retention retention,
        boolean counts) {
    /** How stages share threads. */
    enum Layout {
        /** All on one. */
        SHARED,
        /** One each. */
        DEDICATED
    }
}
