package io.penstock.engine.control;

import com.lmax.disruptor.Sequence;
import io.penstock.engine.core.Core;
import io.penstock.engine.egress.FrameChecksums;
import io.penstock.engine.egress.NamedSink;
import io.penstock.engine.egress.OutputLog;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.egress.OutputStage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.ring.EventRing;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.engine.stage.AcceptedRecords;
import io.penstock.engine.stage.CoreInspections;
import io.penstock.engine.stage.JournalStage;
import io.penstock.engine.stage.OperatorStage;
import io.penstock.engine.stage.PeriodicAckAgent;
import io.penstock.engine.stage.StagesInTurn;
import io.penstock.engine.stage.SyncStage;
import io.penstock.journal.Durability;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalReader;
import io.penstock.journal.RecordView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * The whole engine without its threads: recovered stages on a ring, ready to be polled.
 *
 * <pre>
 *                    +--&gt; journal stage ----journaled----+
 *  publishers -&gt; ring                                    v gate
 *                    +--&gt; operator stage -&gt; output ring -&gt; output stage -&gt; output log, sinks
 *                    |      ^       | frozen state           | what the sinks have
 *                    +--&gt; shards    +--&gt; snapshot agent &lt;----+
 * </pre>
 *
 * Engine, test kit and simulator assemble the same classes; they differ in stores and in who polls.
 * Opening recovers: restore the newest snapshot that belongs to the journal, feed the same core
 * from the journal, suppress the results that are out already.
 */
public final class Assembly implements AutoCloseable {
    private final Core core;
    private final EventRing ring;
    private final OutputRing outputs;
    private final Journal journal;
    private final OutputStage outputStage;
    private final Agent journalStage;
    private final List<Agent> operatorStages = new ArrayList<>();
    private final Agent operatorsInTurn;
    private final CoreInspections inspections;
    private final Conductor conductor;
    private final SnapshotCoordinator snapshots = new SnapshotCoordinator();
    private final SnapshotAgent snapshotAgent;
    private final RetentionAgent retention;
    private final Agent snapshotWork;
    private final Durability durability;
    private final LongSupplier acknowledged;
    private final AcceptedRecords accepted;
    private final SyncStage syncStage;
    private final Sequence journaled = new Sequence();
    private final Sequence durable = new Sequence();
    private final Sequence periodic = new Sequence();
    private final Sequence processed = new Sequence();
    private final RecoverySummary recovery;

    private Assembly(Builder builder) {
        AssemblyConfig config = builder.config;
        durability = config.durability();
        accepted = new AcceptedRecords(builder.pipeline.sources().size());
        journal = builder.stores.openJournal();
        List<AutoCloseable> opened = new ArrayList<>();
        opened.add(journal);
        try {
            durability.requireCarriedBy(journal.carries(), journal.name());
            long last = journal.lastSequence();
            OutputLog log = OutputLog.uncut(builder.stores.openOutputLog(), journal.id(), last);
            opened.add(log);
            outputs = new OutputRing(config.outputRingBytes());
            opened.add(outputs);
            core =
                    Core.create(
                            builder.pipeline,
                            config.limits(),
                            builder.hashSeed,
                            outputs,
                            config.shards());
            opened.add(core);
            core.rehearseFreeze(builder.rehearsals);
            SnapshotStorage storage = builder.stores.snapshots();
            FrameChecksums checksums = new FrameChecksums();
            List<Sink> sinks = new ArrayList<>();
            for (PlanSink sink : builder.pipeline.sinks()) {
                sinks.add(new NamedSink(sink.name(), builder.stores.sink(sink)));
                opened.add(sinks.get(sinks.size() - 1));
            }
            acknowledged = acknowledgedAt(durability);
            journaled.set(last);
            syncStage = openSync(builder.clock, last);
            RecoveryRates rates;
            try (JournalReader reader = journal.reader()) {
                long startNs = builder.clock.nanoTime();
                Restoration.Restored restored =
                        new Restoration(core, storage, reader, journal.id(), last, log::nextOrdinal)
                                .restore();
                // Not before it is sure that what is cut off can be made again.
                log.cut();
                long restoredNs = builder.clock.nanoTime() - startNs;
                processed.set(restored.sequence());
                outputStage =
                        new OutputStage(
                                outputs,
                                log,
                                sinks,
                                checksums,
                                acknowledged,
                                journaled::get,
                                processed::get,
                                snapshots,
                                restored.sequence());
                outputStage.openSinks(committed(restored, sinks.size()));
                new TailReplay(core, outputs, outputStage, checksums, accepted, processed)
                        .run(reader, restored.sequence(), last, builder.progress);
                long takenNs = builder.clock.nanoTime() - startNs;
                rates =
                        restored.rates()
                                .measured(
                                        restored.snapshotBytes(),
                                        restoredNs,
                                        last - restored.sequence(),
                                        takenNs - restoredNs);
                recovery =
                        new RecoverySummary(
                                last,
                                restored.sequence(),
                                last - restored.sequence(),
                                outputStage.suppressed(),
                                log.cutBytes(),
                                restored.passedOver(),
                                new RecoveryTime(
                                        restored.snapshotBytes(),
                                        restored.predictedNs(last),
                                        restoredNs,
                                        takenNs),
                                journal.recovery());
            }
            core.freezeAtBarriers();
            retention = openRetention(builder, storage);
            snapshotAgent =
                    new SnapshotAgent(
                            snapshots,
                            storage,
                            journal,
                            builder.pipeline.plan().hashHex(),
                            outputStage::force,
                            core.frozenMemories(),
                            rates,
                            retention::afterSnapshot);
            snapshotWork =
                    new StagesInTurn(snapshotAgent.roleName(), List.of(snapshotAgent, retention));
            ring = new EventRing(config.ring(), last + 1, journaled, processed);
            opened.add(ring);
            journalStage =
                    withAcks(
                            new JournalStage(
                                    ring,
                                    journal.appender(),
                                    checksums,
                                    journaled,
                                    accepted,
                                    journal.epoch(),
                                    config.batchLimit()),
                            builder.clock);
            inspections = new CoreInspections(core);
            for (int i = 0; i < core.shards().size(); i++) {
                operatorStages.add(
                        OperatorStage.ofShard(
                                i,
                                ring,
                                core.shards().get(i),
                                new Sequence(last),
                                snapshots,
                                inspections,
                                config.batchLimit()));
            }
            operatorStages.add(
                    new OperatorStage(
                            ring,
                            core,
                            processed,
                            snapshots,
                            builder.batches,
                            inspections,
                            config.batchLimit()));
            operatorsInTurn =
                    operatorStages.size() == 1
                            ? operatorStages.get(0)
                            : new StagesInTurn("operators", operatorStages);
            conductor =
                    new Conductor(
                            ring,
                            builder.clock,
                            snapshots,
                            recovery.snapshotSequence(),
                            config.snapshotEvery(),
                            config.tickEveryNs());
        } catch (Throwable t) {
            closeAll(opened, t);
            throw t;
        }
    }

    /**
     * How far records are acknowledged, which is how far outputs may leave: the one place that says
     * so, for each level.
     */
    private LongSupplier acknowledgedAt(Durability level) {
        return switch (level.kind()) {
            case NONE -> () -> Long.MAX_VALUE;
            case PROCESS -> journaled::get;
            case PERIODIC -> periodic::get;
            case POWER -> durable::get;
        };
    }

    /**
     * Forces what was recovered before a result of it can leave: an earlier process may have ended
     * between append and force, or because a force failed.
     */
    private SyncStage openSync(EpochNanoClock clock, long last) {
        durable.set(RecordView.NULL_SEQUENCE);
        SyncStage sync =
                new SyncStage(journal::force, journaled, durable, clock, durability.periodNs());
        if (durability.isForced() && last >= 0) {
            durable.set(journal.force());
        }
        periodic.set(last);
        return sync;
    }

    /** Where readers of other processes are, others can ask, too. */
    private RetentionAgent openRetention(Builder builder, SnapshotStorage storage) {
        Path directory = builder.stores.directory();
        Trimmer trimmer =
                new Trimmer(
                        journal.id(),
                        builder.pipeline.plan().hashHex(),
                        journal::reader,
                        journal::lastSequence,
                        journal::trimBefore,
                        storage,
                        // What a snapshot counts was forced in the log, which only grows since.
                        sink -> Long.MAX_VALUE,
                        () -> directory == null ? List.of() : ReaderHold.of(directory));
        return new RetentionAgent(
                trimmer,
                builder.config.retention(),
                snapshots,
                directory == null ? null : new TrimRequests(directory),
                journal::hasFailed,
                builder.clock);
    }

    private Agent withAcks(JournalStage stage, EpochNanoClock clock) {
        if (durability.kind() != Durability.Kind.PERIODIC) {
            return stage;
        }
        PeriodicAckAgent acks =
                new PeriodicAckAgent(
                        syncStage,
                        journaled,
                        durable,
                        periodic,
                        journal::hasFailed,
                        clock,
                        durability.periodNs());
        return new StagesInTurn(stage.roleName(), List.of(stage, acks));
    }

    /** Gives back what a failed opening had opened, the last first. */
    private static void closeAll(List<AutoCloseable> opened, Throwable cause) {
        for (int i = opened.size() - 1; i >= 0; i--) {
            try {
                opened.get(i).close();
            } catch (Exception | Error e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** What an assembly is made of. */
    public static final class Builder {
        private final Pipeline pipeline;
        private final AssemblyConfig config;
        private final Stores stores;
        private final long hashSeed;
        private final EpochNanoClock clock;
        private OperatorStage.BatchListener batches = (oldestTimeNs, records) -> {};
        private RecoveryProgress progress = (done, total) -> {};
        private int rehearsals;

        /** Names the parts that have no default. */
        public Builder(
                Pipeline pipeline,
                AssemblyConfig config,
                Stores stores,
                long hashSeed,
                EpochNanoClock clock) {
            this.pipeline = pipeline;
            this.config = config;
            this.stores = stores;
            this.hashSeed = hashSeed;
            this.clock = clock;
        }

        /** Who is told of completed records. */
        public Builder batches(OperatorStage.BatchListener value) {
            batches = value;
            return this;
        }

        /** Who is told how far recovery has come. */
        public Builder progress(RecoveryProgress value) {
            progress = value;
            return this;
        }

        /** How often taking a snapshot is rehearsed before the first; none where nobody waits. */
        public Builder rehearsals(int value) {
            rehearsals = value;
            return this;
        }

        /** Opens the stores and recovers. */
        public Assembly open() {
            return new Assembly(this);
        }
    }

    /** Told how far recovery has come. */
    @FunctionalInterface
    public interface RecoveryProgress {
        /** Called every so many records. */
        void onProgress(long done, long total);
    }

    /**
     * What opening did.
     *
     * @param lastSequence of the journal
     * @param snapshotSequence that the state was restored from; -1: from the beginning
     * @param replayed records fed from the journal
     * @param suppressed results that were out already
     * @param outputBytesCut bytes of the output log that were not whole, or ahead of the journal
     * @param passedOver snapshots that were not used, and why
     * @param time how long it was to take, and took
     * @param journal what opening the journal found
     */
    public record RecoverySummary(
            long lastSequence,
            long snapshotSequence,
            long replayed,
            long suppressed,
            long outputBytesCut,
            List<String> passedOver,
            RecoveryTime time,
            io.penstock.journal.RecoveryReport journal) {}

    private static List<Sink.Committed> committed(Restoration.Restored restored, int sinks) {
        List<Sink.Committed> all = new ArrayList<>(restored.sinks());
        while (all.size() < sinks) {
            all.add(Sink.Committed.NONE);
        }
        return all;
    }

    /** Journals what is in the ring, and acknowledges it where that waits for a clock. */
    public Agent journalStage() {
        return journalStage;
    }

    /** Forces what is journaled; to be polled where {@link Durability#isForced}. */
    public Agent syncStage() {
        return syncStage;
    }

    /** Runs the core over what is in the ring, and its shards in turn with it. */
    public Agent operatorStage() {
        return operatorsInTurn;
    }

    /** The same for a thread each: the shards in their order, and last the core behind them. */
    public List<Agent> operatorStages() {
        return List.copyOf(operatorStages);
    }

    /** Sends results out. */
    public OutputStage outputStage() {
        return outputStage;
    }

    /** Puts barriers and ticks into the ring. */
    public Agent conductor() {
        return conductor;
    }

    /** Writes snapshots, and trims the journal behind them, beside all others. */
    public Agent snapshotAgent() {
        return snapshotWork;
    }

    /** Sequence of the first record that the journal keeps; any thread. */
    public long firstSequence() {
        return journal.firstSequence();
    }

    /** Why the journal could not be trimmed when that was last tried; null if it could. */
    public String lastRetentionFailure() {
        return retention.lastFailure();
    }

    /**
     * Whether a snapshot is being made, from its barrier in the ring on, or the journal trimmed;
     * any thread.
     */
    public boolean isSnapshotInProgress() {
        return snapshots.isTaken() || snapshots.isReserved();
    }

    /** Snapshots made since opening. */
    public long snapshotsMade() {
        return snapshotAgent.madeCount();
    }

    /** Snapshots that were given up since opening; the engine went on with those it had. */
    public long snapshotsGivenUp() {
        return snapshotAgent.givenUpCount();
    }

    /** Why the latest of those that were given up was; null if none was. */
    public String lastSnapshotFailure() {
        return snapshotAgent.lastFailure();
    }

    /**
     * How long an opening would take if the process ended now, ns: from the bytes of the newest
     * snapshot and the records behind it. Any thread.
     */
    public long predictedRecoveryNs() {
        long snapshotSequence = snapshots.lastSequence();
        long bytes = snapshotAgent.lastLengthBytes();
        if (snapshotSequence < 0) {
            snapshotSequence = recovery.snapshotSequence();
            bytes = recovery.time().snapshotBytes();
        }
        return snapshotAgent.rates().predictNs(bytes, ring.cursor() - snapshotSequence);
    }

    /** Asks for a snapshot barrier as soon as there is space. */
    public void wantSnapshot() {
        conductor.wantBarrier();
    }

    /** Sequence of the newest snapshot made since opening; -1 when there is none. */
    public long lastSnapshot() {
        return snapshots.lastSequence();
    }

    /** The ring, for publishers. */
    public EventRing ring() {
        return ring;
    }

    /**
     * Asks the core, on its own thread and between two records; any thread but the stages'.
     *
     * @param whileWaiting called again and again; throws to give up
     */
    public long inspect(ToLongFunction<Core> question, Runnable whileWaiting) {
        return inspections.ask(question, whileWaiting);
    }

    /** The core; the operator thread's. */
    public Core core() {
        return core;
    }

    /** The journal. */
    public Journal journal() {
        return journal;
    }

    /** The last sequence that is journaled. */
    public long journaled() {
        return journaled.get();
    }

    /**
     * The last sequence that is known to be on the medium; -1 at levels that force nothing. Never
     * moves after a force has failed.
     */
    public long durable() {
        return durable.get();
    }

    /** The last sequence that is acknowledged at the level of this assembly. */
    public long acknowledged() {
        return Math.min(acknowledged.getAsLong(), ring.cursor());
    }

    /** When a record is acknowledged. */
    public Durability durability() {
        return durability;
    }

    /** The last record of each source that was journaled or replayed since opening. */
    public AcceptedRecords accepted() {
        return accepted;
    }

    /** The last sequence whose steps are all done. */
    public long processed() {
        return processed.get();
    }

    /** What opening did. */
    public RecoverySummary recovery() {
        return recovery;
    }

    /** Gives everything back; when no thread polls any more. */
    @Override
    public void close() {
        try {
            snapshotAgent.abandon();
        } finally {
            closeStages();
        }
    }

    private void closeStages() {
        ring.close();
        try {
            journal.close();
        } finally {
            outputs.close();
            core.close();
            outputStage.close();
        }
    }
}
