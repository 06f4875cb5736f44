package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.Records;
import io.penstock.engine.egress.OutputDescriptor;
import io.penstock.engine.egress.OutputHandler;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a pipeline over a journal from its first record, and gives the results to sinks of the
 * caller's: no output log, no thread. The same core as the engine's. Where the journal gave up its
 * first records, it begins at the oldest snapshot that is kept.
 */
public final class Replay {
    private static final int OUTPUT_RING_BYTES = 4 << 20;
    private static final int PROGRESS_SHIFT = 16;
    private static final int DRAIN_LIMIT = 1 << 16;

    private final Pipeline pipeline;
    private final CoreLimits limits;
    private final long hashSeed;
    private final List<Sink> sinks;
    private SnapshotStorage snapshots = new MemorySnapshotStorage();
    private ReaderHold hold;

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

    /** Where to begin if the journal gave up its first records. */
    public Replay withSnapshots(Path directory) {
        snapshots = StateView.snapshots(directory);
        return this;
    }

    /** Tells a registered reader how far it has come; null for none. */
    public Replay moving(ReaderHold value) {
        hold = value;
        return this;
    }

    /**
     * What a replay came to.
     *
     * @param snapshotSequence of the snapshot that it began behind; -1: at the first record of all
     * @param lastSequence of the last record run
     * @param stateHash of the state behind it
     * @param counts by stage and label
     * @param results by sink name
     */
    public record Result(
            long snapshotSequence,
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
            long snapshot = restore(core, reader, to);
            for (int i = 0; i < sinks.size(); i++) {
                sinks.get(i).openAt(core.nextOrdinal(i));
            }
            try {
                feed(reader, to, core, outputs, progress);
                return result(core, snapshot);
            } finally {
                sinks.forEach(Sink::close);
            }
        }
    }

    /**
     * Brings the core to where the replay begins, and the reader behind it.
     *
     * @return sequence of the snapshot that the core stands behind now; -1: at the start
     */
    private long restore(Core core, JournalReader reader, long to) {
        long snapshot = RecordView.NULL_SEQUENCE;
        if (reader.firstSequence() > 0) {
            Restoration restoration =
                    new Restoration(
                            core,
                            snapshots,
                            reader,
                            reader.id(),
                            to < 0 ? Long.MAX_VALUE : to,
                            sink -> Long.MAX_VALUE);
            snapshot = restoration.restoreOldest().sequence();
        }
        // By its sequence: the journal may be trimmed meanwhile, which must not go unseen.
        Outcome outcome = reader.seek(snapshot + 1);
        if (outcome != Outcome.END) {
            Restoration.requireOk(outcome, reader);
        }
        return snapshot;
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
        Records records = reader::view;
        Outcome outcome = Outcome.OK;
        while (to < 0 || core.lastSequence() < to) {
            int ahead = reader.ahead();
            if (ahead == 0) {
                outcome = reader.next(view);
                break;
            }
            long first = reader.nextSequence();
            long last = first + ahead - 1;
            last = to < 0 ? last : Math.min(last, to);
            Steps.complete(core, records, view, first, last, makeSpace);
            reader.pass((int) (last - first + 1));
            if (first >>> PROGRESS_SHIFT != (last + 1) >>> PROGRESS_SHIFT) {
                drain(outputs, handler);
                progress.onProgress(last, to);
                if (hold != null) {
                    hold.moveTo(last);
                }
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

    private Result result(Core core, long snapshot) {
        Map<String, Long> results = new LinkedHashMap<>();
        for (int i = 0; i < pipeline.sinks().size(); i++) {
            results.put(pipeline.sinks().get(i).name(), core.nextOrdinal(i));
        }
        return new Result(snapshot, core.lastSequence(), core.stateHash(), counts(core), results);
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
