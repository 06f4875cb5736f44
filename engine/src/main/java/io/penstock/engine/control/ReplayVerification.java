package io.penstock.engine.control;

import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.fault.PenstockException;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs a directory's journal again and compares with what is recorded: every result with the output
 * log, byte by byte, and the state with every snapshot that is kept.
 *
 * <p>Works on a stopped directory and beside a running engine; writes nothing, gives nothing to
 * sinks, and takes the memory of a second core, and for a moment of a third. It starts at the
 * journal's first record, or where the journal begins later, at the oldest snapshot that is kept.
 */
public final class ReplayVerification {
    private ReplayVerification() {}

    /**
     * What was compared, and the first difference.
     *
     * @param firstSequence of the first record that was run
     * @param lastSequence of the last
     * @param stateHash behind it
     * @param results that were compared and equal, by sink
     * @param notRecorded results behind the end of the output log: an engine that runs, or was
     *     killed, has not given them yet
     * @param snapshots that were compared and equal, by name
     * @param notes what a reader should know, such as a snapshot that is not compared
     * @param damages what could not be compared because it is damaged, or not of this journal
     * @param difference the first, behind which nothing was compared
     */
    public record Result(
            long firstSequence,
            long lastSequence,
            long stateHash,
            Map<String, Long> results,
            long notRecorded,
            List<String> snapshots,
            List<String> notes,
            List<String> damages,
            Optional<Difference> difference) {
        /** Copies the lists. */
        public Result {
            results = Collections.unmodifiableMap(new LinkedHashMap<>(results));
            snapshots = List.copyOf(snapshots);
            notes = List.copyOf(notes);
            damages = List.copyOf(damages);
        }
    }

    /**
     * Where recorded and replayed first differ.
     *
     * @param sequence of the record behind which they do
     * @param stage that differs, or whose result does
     * @param what differs: a result by sink and ordinal, a state by snapshot
     * @param key of the entry; empty where there is none
     * @param recorded as people read it
     * @param replayed as people read it
     */
    public record Difference(
            long sequence,
            String stage,
            String what,
            String key,
            String recorded,
            String replayed) {
        @Override
        public String toString() {
            return "replay differs at sequence "
                    + sequence
                    + ", stage "
                    + stage
                    + ", "
                    + what
                    + (key.isEmpty() ? "" : ", key " + key)
                    + ": recorded "
                    + recorded
                    + ", replayed "
                    + replayed;
        }
    }

    /**
     * Runs all records up to a sequence, or to the journal's end, or to the first difference.
     *
     * @param pipeline the one the directory was made with
     * @param directory of an engine, running or not
     * @param to last sequence, included; negative for all
     * @param limits of the core's memory
     * @param progress told the number of records done, and the one to reach or -1
     * @throws PenstockException OTHER_PLAN; INPUT; DAMAGE of the journal or the output log, naming
     *     the place; CONFIGURATION when the journal begins behind the end of what is asked for
     */
    public static Result verify(
            Pipeline pipeline,
            Path directory,
            long to,
            CoreLimits limits,
            Assembly.RecoveryProgress progress) {
        EngineDirectory.StoredPlan stored = EngineDirectory.inspect(directory);
        EngineDirectory.requirePlan(directory, stored, pipeline);
        // The log first: what it holds by then, the journal holds when it is read to its end.
        try (RecordedResults recorded = RecordedResults.open(directory, stored, pipeline);
                JournalReader reader = Journals.read(directory.resolve("journal"))) {
            EngineDirectory.requireJournal(directory, stored, reader.id());
            RecordedStates states = RecordedStates.open(directory, stored, pipeline, limits);
            return new ReplayComparison(pipeline, stored, limits, recorded, states)
                    .run(reader, to, progress);
        }
    }
}
