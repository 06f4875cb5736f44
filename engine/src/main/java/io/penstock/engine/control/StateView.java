package io.penstock.engine.control;

import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.snapshot.FileSnapshotStorage;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.engine.state.StateVisitor;
import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The state of a directory's pipeline behind one record of its journal, seen from outside: by a
 * core of its own that is restored from the newest snapshot that is not behind that record, and fed
 * from the journal. What recovery does, but that nothing is written.
 *
 * <p>Works on a stopped directory and beside a running engine, whose threads it never touches; it
 * takes the memory of a second core. Its core has no shards, so that entries stand in the order of
 * one thread: of a directory whose snapshots are of several shards it reads the journal from its
 * first record. One thread. Close it to give that memory back.
 */
public final class StateView implements AutoCloseable {
    private static final int OUTPUT_RING_BYTES = 4 << 20;
    private static final int ATTEMPTS = 3;
    private static final int PROGRESS_MASK = 0xFFFF;
    private static final int MAX_HINTS = 10_000;

    private final OutputRing outputs;
    private final Core core;
    private final long snapshotSequence;
    private boolean isClosed;

    private StateView(OutputRing outputs, Core core, long snapshotSequence) {
        this.outputs = outputs;
        this.core = core;
        this.snapshotSequence = snapshotSequence;
    }

    /**
     * Where to stand: behind a sequence, behind the last record before a time, or at the end.
     *
     * @param sequence of the last record; negative for none
     * @param timeNs records from this journaled time on are left out; {@link Long#MAX_VALUE} for
     *     none
     */
    public record Position(long sequence, long timeNs) {
        /** Behind the last record of the journal. */
        public static final Position END = new Position(-1, Long.MAX_VALUE);

        /** Behind a record. */
        public static Position at(long sequence) {
            if (sequence < 0) {
                throw new PenstockException(
                        Category.CONFIGURATION, "a sequence must be 0 or more: " + sequence);
            }
            return new Position(sequence, Long.MAX_VALUE);
        }

        /** Behind the last record that was journaled at a time or before. */
        public static Position atTime(long timeNs) {
            return new Position(-1, timeNs);
        }
    }

    /**
     * Restores and feeds a core.
     *
     * @param pipeline the one the directory was made with
     * @param directory of an engine, running or not
     * @param limits of the core's memory
     * @param progress told how many records were read, and the last one or -1
     * @throws PenstockException OTHER_PLAN, DAMAGE, INPUT; CONFIGURATION when the position is not
     *     in the journal; FAILED when an event before it fails a stage
     */
    public static StateView open(
            Pipeline pipeline,
            Path directory,
            Position position,
            CoreLimits limits,
            Assembly.RecoveryProgress progress) {
        EngineDirectory.StoredPlan stored = EngineDirectory.inspect(directory);
        EngineDirectory.requirePlan(directory, stored, pipeline);
        for (int attempt = 1; ; attempt++) {
            try (JournalReader reader = Journals.read(directory.resolve("journal"))) {
                long last = resolve(reader, position);
                return read(pipeline, directory, stored, reader, last, limits, progress);
            } catch (PenstockException e) {
                // A running engine drops old snapshots: one may go between its name and its bytes.
                // Or its journal is trimmed between two looks at it.
                boolean mayHaveGone =
                        e.category() == Category.STORAGE || e.category() == Category.INPUT;
                if (!mayHaveGone || attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The sequence of the last record to read; {@link Long#MAX_VALUE} for all. */
    private static long resolve(JournalReader reader, Position position) {
        if (position.sequence() >= 0) {
            requireThere(reader, position.sequence());
            return position.sequence();
        }
        if (position.timeNs() == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        Outcome outcome = reader.seekTime(position.timeNs() + 1);
        if (outcome == Outcome.END) {
            return Long.MAX_VALUE;
        }
        Restoration.requireOk(outcome, reader);
        RecordView first = new RecordView();
        Restoration.requireOk(reader.next(first), reader);
        if (first.sequence() == reader.firstSequence()) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the journal begins later than that: its first record is of "
                            + TimeText.time(first.timeNs())
                            + ", asked for "
                            + TimeText.time(position.timeNs()));
        }
        return first.sequence() - 1;
    }

    private static void requireThere(JournalReader reader, long sequence) {
        Outcome outcome = reader.seek(sequence);
        if (outcome == Outcome.GAP && reader.damage().isGivenUp()) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the journal does not reach so far back: it begins at sequence "
                            + reader.firstSequence()
                            + " now, asked for "
                            + sequence);
        }
        if (outcome == Outcome.END) {
            long last = -1;
            RecordView view = new RecordView();
            Outcome next = reader.seek(reader.firstSequence());
            while (next == Outcome.OK) {
                next = reader.next(view);
                last = next == Outcome.OK ? view.sequence() : last;
            }
            if (last >= sequence) {
                return; // a running engine has written on since
            }
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the journal does not reach so far: its last sequence is "
                            + last
                            + ", asked for "
                            + sequence);
        }
        Restoration.requireOk(outcome, reader);
    }

    private static StateView read(
            Pipeline pipeline,
            Path directory,
            EngineDirectory.StoredPlan stored,
            JournalReader reader,
            long last,
            CoreLimits limits,
            Assembly.RecoveryProgress progress) {
        OutputRing outputs = new OutputRing(OUTPUT_RING_BYTES);
        Core core = null;
        try {
            core = new Core(pipeline, limits, stored.hashSeed(), outputs);
            Restoration.Restored restored =
                    new Restoration(
                                    core,
                                    snapshots(directory),
                                    reader,
                                    stored.journalId(),
                                    last,
                                    sink -> Long.MAX_VALUE)
                            .restore();
            feed(core, outputs, reader, last, progress);
            return new StateView(outputs, core, restored.sequence());
        } catch (RuntimeException | Error e) {
            if (core != null) {
                core.close();
            }
            outputs.close();
            throw e;
        }
    }

    /** The directory's snapshots; none, and nothing made, if there is no place for them. */
    static SnapshotStorage snapshots(Path directory) {
        Path path = directory.resolve("snapshots");
        return Files.isDirectory(path)
                ? new FileSnapshotStorage(path)
                : new MemorySnapshotStorage();
    }

    private static void feed(
            Core core,
            OutputRing outputs,
            JournalReader reader,
            long last,
            Assembly.RecoveryProgress progress) {
        Runnable makeSpace = () -> outputs.drain(record -> true, Integer.MAX_VALUE);
        RecordView view = new RecordView();
        Outcome outcome = reader.seek(core.lastSequence() + 1);
        while (outcome == Outcome.OK && core.lastSequence() < last) {
            outcome = reader.next(view);
            if (outcome == Outcome.OK) {
                Steps.complete(core, view, makeSpace);
                if ((view.sequence() & PROGRESS_MASK) == 0) {
                    progress.onProgress(view.sequence(), last == Long.MAX_VALUE ? -1 : last);
                }
            }
        }
        if (outcome == Outcome.GAP || outcome == Outcome.CORRUPT) {
            throw reader.damage().toException();
        }
    }

    /** Sequence of the last record in it; -1 if the journal is empty. */
    public long sequence() {
        return core().lastSequence();
    }

    /** The engine's clock behind that record, ns since 1970. */
    public long timeNs() {
        return core().timeNs();
    }

    /** Sequence of the snapshot it was made from; -1 if from the journal alone. */
    public long snapshotSequence() {
        return snapshotSequence;
    }

    /** The hash of the whole state. */
    public long stateHash() {
        return core().stateHash();
    }

    /** The stages' names in plan order. */
    public List<String> stages() {
        return core().operators().stream().map(Operator::name).toList();
    }

    /** The watermark that a stage has seen, ns since 1970. */
    public long watermarkNs(String stage) {
        return operator(stage).watermark();
    }

    /** What a stage has counted, by label. */
    public Map<String, Long> counts(String stage) {
        Operator operator = operator(stage);
        Map<String, Long> counts = new LinkedHashMap<>();
        String[] labels = operator.countLabels();
        for (int i = 0; i < labels.length; i++) {
            counts.put(labels[i], operator.countOf(i));
        }
        return counts;
    }

    /** Shows a stage's state. */
    public void visit(String stage, StateVisitor visitor) {
        operator(stage).describeState(visitor);
    }

    /**
     * What a stage keeps for a key.
     *
     * @param stage name in the plan
     * @param state of the stage; null for all it has
     * @param key as {@link StateEntry#key()} gives it; null for all
     * @throws PenstockException CONFIGURATION when there is no such stage or state, with the
     *     nearest name
     */
    public List<StateEntry> entries(String stage, String state, String key) {
        return collect(stage, state, key, Long.MAX_VALUE).entries();
    }

    /** Entries up to a limit, and how many there are. */
    public Page page(String stage, String state, String key, long limit) {
        StateCollector collector = collect(stage, state, key, limit);
        return new Page(collector.entries(), collector.matches());
    }

    /**
     * Some of a stage's entries.
     *
     * @param entries the first ones
     * @param total how many there are
     */
    public record Page(List<StateEntry> entries, long total) {}

    /** A hint at the key of a stage that is nearest to one it does not have. */
    public String nearestKey(String stage, String key) {
        List<String> keys =
                collect(stage, null, null, MAX_HINTS).entries().stream()
                        .map(StateEntry::key)
                        .filter(text -> !text.isEmpty())
                        .distinct()
                        .toList();
        return keys.isEmpty() ? "(it has no keys now)" : NearestName.hint(key, keys);
    }

    private StateCollector collect(String stage, String state, String key, long limit) {
        StateCollector collector =
                new StateCollector(
                        stage, state, key, core().pipeline().isKeyedByParts(stage), limit);
        operator(stage).describeState(collector);
        if (state != null && !collector.states().contains(state)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "stage "
                            + stage
                            + " has no state "
                            + state
                            + " "
                            + NearestName.hint(state, collector.states()));
        }
        return collector;
    }

    private Operator operator(String stage) {
        List<String> names = new ArrayList<>();
        for (Operator operator : core().operators()) {
            if (operator.name().equals(stage)) {
                return operator;
            }
            names.add(operator.name());
        }
        throw new PenstockException(
                Category.CONFIGURATION,
                "pipeline "
                        + core().pipeline().name()
                        + " has no stage "
                        + stage
                        + " "
                        + NearestName.hint(stage, names));
    }

    /** Why nothing comes out, stage by stage, in words. */
    public List<String> why() {
        return new Diagnosis(core()).lines();
    }

    private Core core() {
        if (isClosed) {
            throw new IllegalStateException("the view is closed: look at it before close()");
        }
        return core;
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        core.close();
        outputs.close();
    }
}
