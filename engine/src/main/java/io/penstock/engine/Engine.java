package io.penstock.engine;

import io.penstock.codecs.SystemMessages;
import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.CsvMapperBuilder;
import io.penstock.codecs.csv.CsvReader;
import io.penstock.engine.control.Acceptance;
import io.penstock.engine.control.Accepted;
import io.penstock.engine.control.Ack;
import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.control.EngineState;
import io.penstock.engine.control.FileStores;
import io.penstock.engine.control.Monitor;
import io.penstock.engine.control.StageAccount;
import io.penstock.engine.control.StateEntry;
import io.penstock.engine.control.StateView;
import io.penstock.engine.control.StoreMonitor;
import io.penstock.engine.control.Stores;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.ingress.CsvIngest;
import io.penstock.engine.ingress.RecordPort;
import io.penstock.engine.ingress.ResumePoint;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.RingPublisher;
import io.penstock.engine.telemetry.EngineCounters;
import io.penstock.engine.time.SourceClock;
import io.penstock.fault.JvmFlags;
import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.RecordKind;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import org.agrona.concurrent.EpochNanoClock;
import org.agrona.concurrent.OffsetEpochNanoClock;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A pipeline running on a directory.
 *
 * <p>{@link #open} recovers whatever the directory holds and starts the threads. Publishers come
 * from {@link #publisher}; results go to the pipeline's sinks. When a stage fails, the engine stops
 * as a whole: every waiting thread is freed, and {@link #failure()} names event, stage and cause.
 */
public final class Engine implements AutoCloseable {
    private static final int MANY_PRODUCERS = 2;
    private static final int INGEST_ROWS = 1024;

    /** Enough that the JIT compiler has seen what a barrier does; some ten milliseconds. */
    private static final int SNAPSHOT_REHEARSALS = 300;

    private static final long PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long STUCK_NS = TimeUnit.SECONDS.toNanos(10);

    private final Pipeline pipeline;
    private final EngineDirectory directory;
    private final EngineCounters counters;
    private final Assembly assembly;
    private final Monitor monitor;
    private final StoreMonitor storeMonitor;
    private final EngineState state = new EngineState();
    private final EpochNanoClock clock;
    private final StageThreads threads;
    private final ResumePoint[] resumePoints;
    private final Acceptance acceptance;
    private final CoreLimits limits;
    private final RecordPort port;
    private volatile boolean isClosed;
    private long stuckNs = STUCK_NS;

    private Engine(
            Pipeline pipeline,
            EngineConfig config,
            EngineDirectory directory,
            EpochNanoClock clock,
            UnaryOperator<Stores> stores,
            Assembly.RecoveryProgress progress) {
        this.pipeline = pipeline;
        this.directory = directory;
        this.clock = clock;
        this.limits = config.limits();
        this.counters =
                EngineCounters.create(
                        directory.path().resolve("counters.dat"),
                        TimeUnit.NANOSECONDS.toMillis(clock.nanoTime()));
        this.monitor = new Monitor(counters, clock);
        this.assembly = assemble(config, stores, progress);
        Core core = assembly.core();
        monitor.watch(core);
        int sources = pipeline.sources().size();
        this.resumePoints = new ResumePoint[sources];
        for (int i = 0; i < sources; i++) {
            SourceClock source = core.source(i).clock();
            resumePoints[i] =
                    new ResumePoint(
                            source.position(),
                            source.check(),
                            source.partialBytes(),
                            source.isEnded());
        }
        this.acceptance = new Acceptance(assembly, positions(resumePoints));
        this.port = new RingPort(assembly.ring(), clock, this::requireRunning);
        this.storeMonitor = new StoreMonitor(counters, assembly, clock);
        this.threads = new StageThreads(assembly, storeMonitor, config, state, this::onFailure);
    }

    private static long[] positions(ResumePoint[] points) {
        return Arrays.stream(points).mapToLong(ResumePoint::position).toArray();
    }

    private Assembly assemble(
            EngineConfig config, UnaryOperator<Stores> stores, Assembly.RecoveryProgress progress) {
        try {
            return new Assembly.Builder(
                            pipeline,
                            assemblyConfig(config),
                            stores.apply(
                                    new FileStores(
                                                    directory,
                                                    config.journal(),
                                                    config.segmentLengthBytes(),
                                                    config.sinkPaths(),
                                                    config.sinksWithoutFile())
                                            .journalAhead(
                                                    config.journalAheadBytes(),
                                                    config.durability().isForced())),
                            directory.hashSeed(),
                            clock)
                    .batches(monitor)
                    .progress(progress)
                    .rehearsals(SNAPSHOT_REHEARSALS)
                    .open();
        } catch (RuntimeException | Error e) {
            counters.close();
            throw e;
        }
    }

    private static AssemblyConfig assemblyConfig(EngineConfig config) {
        return new AssemblyConfig(
                new RingConfig(config.ringCapacity(), config.slotStride(), MANY_PRODUCERS),
                config.outputRingBytes(),
                config.batchLimit(),
                config.limits(),
                config.durability(),
                config.snapshotEvery(),
                config.tickEvery().toNanos(),
                ShardConfig.of(config.shards()),
                config.retention());
    }

    /**
     * Opens a pipeline on a directory: recovers, then runs.
     *
     * @throws PenstockException CONFIGURATION (also: missing JVM flags, with the flags), LOCKED,
     *     OTHER_PLAN, DAMAGE, STORAGE, LIMIT; FAILED when a journaled event fails a stage again
     */
    public static Engine open(Pipeline pipeline, EngineConfig config) {
        return open(pipeline, config, (done, total) -> {});
    }

    /** As {@link #open(Pipeline, EngineConfig)}, and tells how far recovery has come. */
    public static Engine open(
            Pipeline pipeline, EngineConfig config, Assembly.RecoveryProgress progress) {
        config.requireCarriedLevel();
        return open(pipeline, config, UnaryOperator.identity(), progress);
    }

    /** As above, on stores that are made of those of the directory. */
    static Engine open(
            Pipeline pipeline,
            EngineConfig config,
            UnaryOperator<Stores> stores,
            Assembly.RecoveryProgress progress) {
        JvmFlags.require();
        config.validated();
        config.requireTicksFor(pipeline);
        EngineDirectory directory = EngineDirectory.open(config.directory(), pipeline);
        try {
            MediumCheck.warn(directory.path(), config.durability());
            Engine engine =
                    new Engine(
                            pipeline,
                            config,
                            directory,
                            new OffsetEpochNanoClock(),
                            stores,
                            progress);
            engine.start();
            return engine;
        } catch (RuntimeException | Error e) {
            directory.close();
            throw e;
        }
    }

    private void start() {
        state.running();
        counters.state(state.phase().code());
        threads.start();
    }

    private void onFailure() {
        assembly.ring().fail();
        counters.state(state.phase().code());
    }

    /**
     * A publisher of a source, for one thread.
     *
     * @param source name in the pipeline
     */
    public Publisher publisher(String source) {
        requireOpen();
        int id = sourceId(source);
        RingPublisher ring =
                new RingPublisher(
                        assembly.ring(),
                        id,
                        resumePoints[id].position(),
                        clock,
                        Publisher.validator(pipeline.sources().get(id).type().validator()));
        return new Publisher(ring, resumePoints[id].position());
    }

    /** How much of a source was in the journal at opening. */
    public ResumePoint resumePoint(String source) {
        return resumePoints[sourceId(source)];
    }

    /**
     * What was taken of a source, and how safe it is by now: for a client that comes back. What
     * comes after the position has to be sent again.
     */
    public Accepted accepted(String source) {
        return acceptance.of(sourceId(source));
    }

    /** Sequence of the last record that is acknowledged at this engine's level; -1: none is. */
    public long acknowledgedSequence() {
        return assembly.acknowledged();
    }

    /** How far records are acknowledged, with the epoch and level that belong to it. */
    public Ack acknowledged() {
        return acceptance.latest();
    }

    /**
     * Sequence of the last record that is known to be on the medium; -1 at levels that force
     * nothing. Never moves after a force has failed.
     */
    public long durableSequence() {
        return assembly.durable();
    }

    /**
     * Waits until a record is acknowledged at this engine's level.
     *
     * @return false when that took longer
     * @throws PenstockException when the engine stopped before: the record was never acknowledged
     */
    public boolean awaitDurable(long sequence, Duration timeout) {
        long beganNs = System.nanoTime();
        long timeoutNs = timeout.toNanos();
        while (assembly.acknowledged() < sequence) {
            if (System.nanoTime() - beganNs >= timeoutNs) {
                return false;
            }
            requireRunning();
            LockSupport.parkNanos(PARK_NS);
        }
        return true;
    }

    /** Where a source of the engine's own puts its records. */
    public RecordPort port() {
        return port;
    }

    /**
     * Says that a source has no more events: its watermark goes to the end of time. Waits for
     * space.
     *
     * @param position of the source's end
     * @param check running checksum over all its bytes
     * @return the record's sequence
     */
    public long endSource(String source, long position, int check) {
        int id = sourceId(source);
        UnsafeBuffer message =
                new UnsafeBuffer(new byte[SystemMessages.END_OF_SOURCE.blockLength() + 8]);
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), message, 0);
        return port.publish(id, RecordKind.CONTROL, message, message.capacity(), position, check);
    }

    /**
     * Feeds a CSV input to a source, to its end. Rows that an earlier run has fed are skipped, rows
     * that cannot be read go to the source's {@code rejected()} stream; then the source has ended.
     * Waits for space, not for results: see {@link #awaitIdle}.
     *
     * @param mapper which fields are read from which columns
     * @param csv the input from its beginning; stays open
     * @param inputName what to call the input in faults
     * @throws PenstockException INPUT when the input breaks off, OTHER_INPUT when it is not the one
     *     that an earlier run was fed
     */
    public void ingestCsv(
            String source, CsvMapperBuilder mapper, InputStream csv, String inputName) {
        CsvReader reader = new CsvReader(csv, inputName);
        CsvMapper rows = mapper.build(reader.readHeader());
        CsvIngest ingest = new CsvIngest(port, sourceId(source), reader, rows, resumePoint(source));
        if (ingest.skipConsumed()) {
            while (ingest.publish(INGEST_ROWS)) {
                requireRunning();
            }
            endSource(source, ingest.lastLine(), reader.sourceCheck());
        }
    }

    /** Waits until all results of the records up to a sequence are out. */
    public void awaitDrained(long sequence) {
        while (assembly.outputStage().drained() < sequence) {
            requireRunning();
            LockSupport.parkNanos(PARK_NS);
        }
    }

    /**
     * Waits until everything claimed so far is journaled and processed, its results are out, and no
     * snapshot is being made.
     */
    public void awaitIdle() {
        long sequence = assembly.ring().cursor();
        awaitDrained(sequence);
        while (assembly.journaled() < sequence || assembly.isSnapshotInProgress()) {
            requireRunning();
            LockSupport.parkNanos(PARK_NS);
        }
    }

    /** How long opening would take if the process ended now, ns; an estimate. */
    public long predictedRecoveryNs() {
        return assembly.predictedRecoveryNs();
    }

    /** Snapshots that were given up since opening; the engine went on with those it had. */
    public long snapshotsGivenUp() {
        return assembly.snapshotsGivenUp();
    }

    /** Why the latest of the snapshots that were given up was; null if none was. */
    public String lastSnapshotFailure() {
        return assembly.lastSnapshotFailure();
    }

    /** Sequence of the first record that the journal keeps; 0 as long as nothing was given up. */
    public long firstSequence() {
        return assembly.firstSequence();
    }

    /** Why the journal could not be trimmed when that was last tried; null if it could. */
    public String lastRetentionFailure() {
        return assembly.lastRetentionFailure();
    }

    /** Asks for a snapshot as soon as there is space in the ring. */
    public void snapshot() {
        requireOpen();
        assembly.wantSnapshot();
    }

    /** Sequence of the newest snapshot made since opening; -1 when there is none. */
    public long lastSnapshot() {
        return assembly.lastSnapshot();
    }

    /**
     * One number for the whole state, taken by the operators' thread between two records: behind
     * everything published before the call, and what was published since as far as it has come.
     *
     * @throws PenstockException FAILED when the engine has stopped or is closed
     */
    public long stateHash() {
        awaitIdle();
        return assembly.inspect(Core::stateHash, this::requireRunning);
    }

    /**
     * The state behind a record of the journal, by a core of its own: this engine's threads are not
     * disturbed. Takes as long as recovery to that record, and the memory of a second state.
     *
     * @param sequence of a record that is journaled
     * @throws PenstockException CONFIGURATION when the journal does not reach so far; FAILED when
     *     an event before it fails a stage
     */
    public StateView stateAt(long sequence) {
        return StateView.open(
                pipeline,
                directory.path(),
                StateView.Position.at(sequence),
                limits,
                (done, total) -> {});
    }

    /**
     * What a stage keeps for a key behind a record of the journal: {@link #stateAt} for one
     * question.
     *
     * @param stage name in the plan
     * @param state of the stage, such as the name a handler declared; null for all it has
     * @param key as text: a number, a text, bytes as {@code 0x...}, or several parts as {@code
     *     [7,"abc"]}
     * @param sequence of a record that is journaled
     * @return nothing if the key has none
     */
    public List<StateEntry> query(String stage, String state, String key, long sequence) {
        try (StateView view = stateAt(sequence)) {
            return view.entries(stage, state, key);
        }
    }

    /** Where the engine is in its life. */
    public EngineState.Phase phase() {
        return state.phase();
    }

    /** Why the engine failed; null if it did not. */
    public Throwable failure() {
        return state.failure();
    }

    /** What opening found and did. */
    public Assembly.RecoverySummary recovery() {
        return assembly.recovery();
    }

    /**
     * Publishes the core's counts at once, as they are between two records.
     *
     * @throws PenstockException FAILED when the engine is closed
     */
    public void publishCounters() {
        try {
            assembly.inspect(this::publishCounts, this::requireRunning);
        } catch (PenstockException e) {
            synchronized (counters) {
                requireOpen();
                if (!state.isFailed()) {
                    throw e;
                }
                monitor.publish(); // the operators have stopped
            }
        }
    }

    private long publishCounts(Core core) {
        monitor.publish();
        return core.lastSequence();
    }

    /**
     * The counters as they are now, by label.
     *
     * @throws PenstockException FAILED when the engine is closed
     */
    public Map<String, Long> counters() {
        synchronized (counters) {
            requireOpen();
            return counters.values();
        }
    }

    /**
     * What became of the events that each stage took in, as published last: exact after {@link
     * #awaitIdle} and {@link #publishCounters}.
     *
     * @throws PenstockException FAILED when the engine is closed
     */
    public List<StageAccount> accounts() {
        synchronized (counters) {
            requireOpen();
            return monitor.accounts();
        }
    }

    private void requireOpen() {
        if (isClosed) {
            throw new PenstockException(Category.FAILED, "the engine is closed");
        }
    }

    private void requireRunning() {
        Throwable failure = state.failure();
        if (failure != null) {
            throw new PenstockException(
                    failure instanceof PenstockException p ? p.category() : Category.FAILED,
                    "the engine has stopped: " + failure.getMessage(),
                    failure);
        }
        if (state.phase() == EngineState.Phase.CLOSED) {
            requireOpen();
        }
    }

    private int sourceId(String source) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < pipeline.sources().size(); i++) {
            if (pipeline.sources().get(i).name().equals(source)) {
                return i;
            }
            names.add(pipeline.sources().get(i).name());
        }
        throw new PenstockException(
                Category.CONFIGURATION,
                "pipeline "
                        + pipeline.name()
                        + " has no source "
                        + source
                        + " "
                        + NearestName.hint(source, names));
    }

    /**
     * Stops in order: refuses claims, drains what is published, seals the journal. An engine that
     * failed only gives everything back.
     *
     * @throws PenstockException FAILED, with everything given back, when a record was at work
     *     without end
     */
    @Override
    public void close() {
        synchronized (counters) {
            if (isClosed) {
                return;
            }
            isClosed = true;
        }
        assembly.ring().refuseClaims();
        drain();
        long unfinished = assembly.processed() + 1;
        boolean isStuck =
                !state.isFailed() && assembly.ring().published(unfinished, 1) >= unfinished;
        threads.stop();
        state.closed();
        monitor.publish();
        storeMonitor.doWork();
        counters.state(state.phase().code());
        try {
            assembly.close();
        } finally {
            counters.close();
            directory.close();
        }
        if (isStuck && !state.isFailed()) {
            throw new PenstockException(
                    Category.FAILED,
                    "closed without an end to the record at sequence "
                            + unfinished
                            + ": its stages were at work for "
                            + TimeUnit.NANOSECONDS.toSeconds(stuckNs)
                            + " s and more (a timer that sets itself again? opening again goes on"
                            + " with it)");
        }
    }

    /** How long closing waits for work that does not get on; for tests. */
    void stuckAfterNs(long value) {
        stuckNs = value;
    }

    private void drain() {
        long progress = -1;
        long progressNs = System.nanoTime();
        long cursor = assembly.ring().cursor();
        // Outputs need not wait for the journal, but nothing published may be missing from it.
        while (!state.isFailed()
                && (assembly.outputStage().drained() < cursor || assembly.journaled() < cursor)) {
            long now =
                    assembly.outputStage().drained() + assembly.processed() + assembly.journaled();
            if (now != progress) {
                progress = now;
                progressNs = System.nanoTime();
            } else if (System.nanoTime() - progressNs > stuckNs) {
                // A claim that was neither committed nor aborted: what is behind it was never
                // given. Or a record without end, which close() tells of.
                return;
            }
            LockSupport.parkNanos(PARK_NS);
        }
        while (!state.isFailed() && assembly.isSnapshotInProgress()) {
            LockSupport.parkNanos(PARK_NS);
        }
    }
}
