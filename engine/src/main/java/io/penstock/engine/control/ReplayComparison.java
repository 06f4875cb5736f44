package io.penstock.engine.control;

import io.penstock.engine.control.ReplayVerification.Difference;
import io.penstock.engine.control.ReplayVerification.Result;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.StepFailure;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputHandler;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One run over a journal, compared with results and states that are recorded. One use. */
final class ReplayComparison {
    private static final int OUTPUT_RING_BYTES = 4 << 20;
    private static final int PROGRESS_MASK = 0xFFFF;

    private final Pipeline pipeline;
    private final EngineDirectory.StoredPlan stored;
    private final CoreLimits limits;
    private final RecordedResults results;
    private final RecordedStates states;
    private final List<String> notes = new ArrayList<>();
    private Difference difference;

    ReplayComparison(
            Pipeline pipeline,
            EngineDirectory.StoredPlan stored,
            CoreLimits limits,
            RecordedResults results,
            RecordedStates states) {
        this.pipeline = pipeline;
        this.stored = stored;
        this.limits = limits;
        this.results = results;
        this.states = states;
    }

    Result run(JournalReader reader, long to, Assembly.RecoveryProgress progress) {
        try (OutputRing outputs = new OutputRing(OUTPUT_RING_BYTES);
                Core core = start(reader, to, outputs)) {
            long first = core.lastSequence() + 1;
            results.skipTo(core.lastSequence());
            feed(reader, to, core, outputs, progress);
            if (difference == null) {
                results.end(core.lastSequence());
                difference = results.difference();
            }
            return result(first, core);
        }
    }

    private Core start(JournalReader reader, long to, OutputRing outputs) {
        if (reader.firstSequence() == 0) {
            return new Core(pipeline, limits, stored.hashSeed(), outputs);
        }
        SnapshotCoordinator.Header header = states.oldestFrom(reader.firstSequence() - 1);
        if (header == null || (to >= 0 && to <= header.sequence())) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the journal begins at sequence "
                            + reader.firstSequence()
                            + (header == null
                                    ? ", and no snapshot at or behind it is kept"
                                    : ", and the oldest snapshot to start from is of "
                                            + header.sequence())
                            + " (verify a copy of the directory that has the journal's start)");
        }
        Core core = states.restore(header, outputs);
        states.leaveOut(header);
        return core;
    }

    private void feed(
            JournalReader reader,
            long to,
            Core core,
            OutputRing outputs,
            Assembly.RecoveryProgress progress) {
        RecordView view = new RecordView();
        OutputHandler handler =
                result -> {
                    if (results.difference() == null
                            && result.kind() != OutputDescriptor.KIND_MARKER) {
                        results.compare(result, view.frameChecksum());
                    }
                    return true;
                };
        Runnable drain = () -> outputs.drain(handler, Integer.MAX_VALUE);
        Outcome outcome = reader.seek(core.lastSequence() + 1);
        while (outcome == Outcome.OK && (to < 0 || core.lastSequence() < to)) {
            outcome = reader.next(view);
            if (outcome != Outcome.OK) {
                break;
            }
            if (!complete(core, view, drain)) {
                return;
            }
            drain.run();
            difference = results.difference();
            if (difference == null) {
                difference = states.compare(core, view.frameChecksum(), results.notRecorded());
            }
            if (difference != null) {
                return;
            }
            if ((view.sequence() & PROGRESS_MASK) == 0) {
                progress.onProgress(view.sequence(), to);
            }
        }
        if (outcome == Outcome.GAP || outcome == Outcome.CORRUPT) {
            throw reader.damage().toException();
        }
    }

    /** Makes the steps of a record; false if one fails. */
    private boolean complete(Core core, RecordView view, Runnable drain) {
        try {
            Steps.complete(core, view, drain);
            return true;
        } catch (StepFailure e) {
            drain.run();
            difference = results.difference();
            if (difference == null && results.hasFollowing()) {
                difference =
                        new Difference(
                                e.sequence(),
                                e.stage(),
                                "a step",
                                "",
                                results.following(),
                                e.getMessage());
            }
            notes.add("the replay ends here: " + e.getMessage());
            return false;
        }
    }

    private Result result(long first, Core core) {
        List<String> damages = new ArrayList<>(states.damages());
        if (!results.isThere()) {
            damages.add(
                    "outputs.log is not there: no result is compared (open the directory, and it is"
                            + " made again from the journal, unless that was trimmed)");
        }
        if (difference == null && results.tornBytes() > 0) {
            notes.add(
                    "outputs.log ends in "
                            + results.tornBytes()
                            + " bytes of a result that was being written");
        }
        notes.addAll(states.notes(core.lastSequence()));
        return new Result(
                first,
                core.lastSequence(),
                difference == null && !core.isInRecord() ? core.stateHash() : 0,
                results.compared(),
                results.notRecorded(),
                states.equal(),
                notes,
                damages,
                Optional.ofNullable(difference));
    }
}
