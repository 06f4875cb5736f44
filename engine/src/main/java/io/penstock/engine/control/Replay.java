package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputHandler;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a pipeline over a journal from its first record, and gives the results to sinks of the
 * caller's: no snapshot, no output log, no thread. The same core as the engine's.
 */
public final class Replay {
    private static final int OUTPUT_RING_BYTES = 4 << 20;
    private static final int PROGRESS_MASK = 0xFFFF;
    private static final int DRAIN_LIMIT = 1 << 16;

    private final Pipeline pipeline;
    private final CoreLimits limits;
    private final long hashSeed;
    private final List<Sink> sinks;

    /**
     * Names the parts.
     *
     * @param hashSeed of the tables' indexes; never decides an answer
     * @param sinks by sink id; opened and closed here
     */
    public Replay(Pipeline pipeline, CoreLimits limits, long hashSeed, List<Sink> sinks) {
        this.pipeline = pipeline;
        this.limits = limits;
        this.hashSeed = hashSeed;
        this.sinks = List.copyOf(sinks);
    }

    /**
     * What a replay came to.
     *
     * @param lastSequence of the last record run
     * @param stateHash of the state behind it
     * @param counts by stage and label
     * @param results by sink name
     */
    public record Result(
            long lastSequence,
            long stateHash,
            Map<String, Long> counts,
            Map<String, Long> results) {}

    /**
     * Runs all records up to a sequence, or to the journal's end.
     *
     * @param to last sequence, included; negative for all
     * @param progress told the number of records done, and the one to reach or -1
     * @throws io.penstock.fault.PenstockException DAMAGE, naming the place
     */
    public Result run(JournalReader reader, long to, Assembly.RecoveryProgress progress) {
        try (OutputRing outputs = new OutputRing(OUTPUT_RING_BYTES);
                Core core = new Core(pipeline, limits, hashSeed, outputs)) {
            sinks.forEach(sink -> sink.open(Sink.Committed.NONE));
            try {
                feed(reader, to, core, outputs, progress);
                return result(core);
            } finally {
                sinks.forEach(Sink::close);
            }
        }
    }

    private void feed(
            JournalReader reader,
            long to,
            Core core,
            OutputRing outputs,
            Assembly.RecoveryProgress progress) {
        OutputHandler handler =
                record -> {
                    if (record.kind() != OutputDescriptor.KIND_MARKER) {
                        sinks.get(record.sinkId()).write(record);
                    }
                    return true;
                };
        Runnable makeSpace = () -> drain(outputs, handler);
        RecordView view = new RecordView();
        Outcome outcome = Outcome.OK;
        while (to < 0 || core.lastSequence() < to) {
            outcome = reader.next(view);
            if (outcome != Outcome.OK) {
                break;
            }
            Steps.complete(core, view, makeSpace);
            if ((view.sequence() & PROGRESS_MASK) == 0) {
                drain(outputs, handler);
                progress.onProgress(view.sequence(), to);
            }
        }
        if (outcome == Outcome.GAP || outcome == Outcome.CORRUPT) {
            throw reader.damage().toException();
        }
        drain(outputs, handler);
    }

    private void drain(OutputRing outputs, OutputHandler handler) {
        while (outputs.drain(handler, DRAIN_LIMIT) > 0) {
            sinks.forEach(Sink::flush);
        }
    }

    private Result result(Core core) {
        Map<String, Long> results = new LinkedHashMap<>();
        for (int i = 0; i < pipeline.sinks().size(); i++) {
            results.put(pipeline.sinks().get(i).name(), core.nextOrdinal(i));
        }
        return new Result(core.lastSequence(), core.stateHash(), counts(core), results);
    }

    /** What a core's stages have counted, as {@code stage.label}. */
    static Map<String, Long> counts(Core core) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Operator operator : core.operators()) {
            String[] labels = operator.countLabels();
            for (int i = 0; i < labels.length; i++) {
                counts.put(operator.name() + "." + labels[i], operator.countOf(i));
            }
        }
        return counts;
    }
}
