package io.penstock.engine.core;

import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.FrozenMemory;
import io.penstock.engine.memory.Hash;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.SinkOperator;
import io.penstock.engine.operator.SourceOperator;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.operator.StepPath;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanPart;
import io.penstock.engine.pipeline.RunningPlan;
import io.penstock.engine.pipeline.RunningPlan.OperatorNode;
import io.penstock.engine.shard.RemoteOperator;
import io.penstock.engine.shard.ShardFailure;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotRecording;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyGroups;
import io.penstock.engine.state.KeyTable;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Runs a pipeline's stages over records, step by step.
 *
 * <p>A record is first accepted (one step: its event is pushed through the stages), then the stages
 * are swept in plan order with the new watermark, each window result, timer or event in order being
 * a step of its own. What is behind a stage that puts events in order is swept up to each event's
 * time before the event comes: {@link Releases}. Before a step, space for its outputs is claimed;
 * without space nothing happens and the same call is made again later. A step that throws is rolled
 * back and stops the core.
 *
 * <p>One thread at a time; allocates nothing per record after warm-up.
 */
@HotPath
public final class Core implements AutoCloseable {
    /** Version of the state hash's algorithm: part of every place that stores or compares one. */
    public static final int STATE_HASH_VERSION = 2;

    private static final int NO_SHARD = -1;

    /** Type of a snapshot's section that tells how many shards made it; without it, none did. */
    public static final int SECTION_SHARDS = StateSections.SECTION_SHARDS;

    private static final long UNDO_LIMIT_BYTES = 64L << 20;

    private final Pipeline pipeline;
    private final Arena arena;
    private final UndoLog undo;
    private final Link link;
    private final StepContext context;
    private final Operator[] operators;
    private final Operator[] maintained;
    private final Operator[] clocked;
    private final int[][] operatorSources;

    /** By source: the stages that wait for its watermark. */
    private final Operator[][] stagesBehind;

    private final Sources sources;
    private final List<SinkOperator<?>> sinks;
    private final RunningPlan plan;

    /** Null for a core that is alone, and for a shard. */
    private final Shards shards;

    private final StateSections sections;
    private final Releases releases;

    /** Number of the shard; {@link #NO_SHARD} for a core that is none. */
    private final int shard;

    private boolean freezesAtBarriers;

    /** Stages that have rehearsed what they do at the next barrier. */
    private int rehearsed;

    /** A shard's: what it was like behind the latest barrier; read behind its progress. */
    private Map<Integer, SnapshotRecording> frozen = Map.of();

    private boolean sweeping;
    private int cursor;
    private boolean cursorEntered;

    /** Where each stage's sweep ends if no order stage holds it back. */
    private final long[] watermarks;

    private final EventRuns runs;
    private final FiringRuns firings;

    long timeNs = Long.MIN_VALUE;
    long ordinal;
    private long lastSequence = RecordView.NULL_SEQUENCE;
    private StepFailure failure;

    private long prefetched;

    /**
     * Creates a core with empty state.
     *
     * @param pipeline what to run
     * @param limits of state and output of one step
     * @param hashSeed seed of the tables' indexes; never decides an answer
     * @param outputs where results are staged
     */
    public Core(Pipeline pipeline, CoreLimits limits, long hashSeed, OutputRing outputs) {
        this(pipeline, new PlanPart.Whole(), null, limits, hashSeed, outputs);
    }

    /** Creates a shard; its results go into its exchange. */
    Core(Pipeline pipeline, PlanPart.Shard part, CoreLimits limits, long hashSeed) {
        this(pipeline, part, null, limits, hashSeed, null);
    }

    private Core(
            Pipeline pipeline,
            Shards shards,
            CoreLimits limits,
            long hashSeed,
            OutputRing outputs) {
        this(pipeline, shards.behind(), shards, limits, hashSeed, outputs);
    }

    private Core(
            Pipeline pipeline,
            PlanPart part,
            Shards shards,
            CoreLimits limits,
            long hashSeed,
            OutputRing outputs) {
        this.pipeline = pipeline;
        this.shards = shards;
        this.arena =
                new Arena(pipeline.name(), limits.stateLimitBytes(), limits.frozenWindowBytes());
        this.undo = new UndoLog(UNDO_LIMIT_BYTES, arena);
        StepPath path = part instanceof PlanPart.Whole ? null : new StepPath(pipeline.stages());
        this.context = new StepContext(arena, undo, outputs, hashSeed, path);
        this.plan = running(part);
        int stages = plan.operators().size();
        this.operators = new Operator[stages];
        this.operatorSources = new int[stages][];
        this.watermarks = new long[stages];
        for (int i = 0; i < stages; i++) {
            operators[i] = plan.operators().get(i).operator();
            operatorSources[i] = plan.operators().get(i).sources().stream().toArray();
        }
        this.stagesBehind = stagesBehind(plan);
        this.maintained =
                Arrays.stream(operators)
                        .filter(Operator::needsMaintenance)
                        .toArray(Operator[]::new);
        this.clocked =
                Arrays.stream(operators).filter(Operator::usesClock).toArray(Operator[]::new);
        this.sources = new Sources(context, plan.sources());
        this.sinks = List.copyOf(plan.sinks());
        this.sections = new StateSections(plan.operators(), shards);
        this.shard = part instanceof PlanPart.Shard own ? own.assignment().shard() : NO_SHARD;
        this.releases = new Releases(plan.operators());
        this.link = link(part, outputs, limits.maxStepOutputBytes());
        this.runs = new EventRuns(this, sources, context, undo, link);
        this.firings = new FiringRuns(undo, link);
    }

    private RunningPlan running(PlanPart part) {
        try {
            return pipeline.run(context, part);
        } catch (RuntimeException | Error e) {
            arena.close();
            undo.close();
            throw e;
        }
    }

    /**
     * Creates a core with empty state, and the shards in front of it: as many as are wanted, none
     * where that is one or the pipeline has no stage to split.
     *
     * <p>Each core of them has limits of its own. The shards are closed with the core.
     */
    public static Core create(
            Pipeline pipeline,
            CoreLimits limits,
            long hashSeed,
            OutputRing outputs,
            ShardConfig config) {
        if (config.shards() == 1 || !pipeline.isSplittable()) {
            return new Core(pipeline, limits, hashSeed, outputs);
        }
        Shards shards = new Shards(pipeline, limits, hashSeed, config);
        try {
            return new Core(pipeline, shards, limits, hashSeed, outputs);
        } catch (RuntimeException | Error e) {
            shards.close();
            throw e;
        }
    }

    private Link link(PlanPart part, OutputRing outputs, int maxStepOutputBytes) {
        if (part instanceof PlanPart.Shard shard) {
            return new ShardLink(shard.exchange(), context.path(), plan.operators());
        }
        if (part instanceof PlanPart.BehindShards behind) {
            return new BehindLink(
                    outputs,
                    maxStepOutputBytes,
                    behind.exchanges(),
                    context.path(),
                    plan.operators());
        }
        return new Link(outputs, maxStepOutputBytes);
    }

    private static Operator[][] stagesBehind(RunningPlan plan) {
        Operator[][] behind = new Operator[plan.sources().size()][];
        for (int i = 0; i < behind.length; i++) {
            int source = i;
            behind[i] =
                    plan.operators().stream()
                            .filter(node -> node.sources().get(source))
                            .map(OperatorNode::operator)
                            .filter(operator -> !(operator instanceof SourceOperator<?>))
                            .toArray(Operator[]::new);
        }
        return behind;
    }

    static boolean[] flags(List<OperatorNode> nodes, Predicate<OperatorNode> predicate) {
        boolean[] flags = new boolean[nodes.size()];
        for (int i = 0; i < flags.length; i++) {
            flags[i] = predicate.test(nodes.get(i));
        }
        return flags;
    }

    /**
     * Makes one step of a record; call again with the same record until it is complete.
     *
     * @throws StepFailure when a step threw; state is as it was before that step
     */
    public Step step(RecordView record) {
        if (failure != null) {
            return link.refuse(failure);
        }
        try {
            return sweeping ? sweep(record) : accept(record);
        } catch (Throwable t) {
            return fail(record, t);
        }
    }

    /**
     * As {@link #step}, and before it lets the shards go on with the record on the same thread. For
     * hosts that give each core a thread, {@link #step} is all they may call.
     */
    public Step stepInTurn(RecordView record) {
        if (shards == null) {
            return step(record);
        }
        shards.stepAll(record);
        Step step = step(record);
        if (step == Step.COMPLETE) {
            shards.completeAll();
        }
        return step;
    }

    /**
     * Whether state is so large that hosts should call {@link #prefetch} for the records that
     * follow.
     */
    public boolean isPrefetching() {
        for (int i = 0; i < operators.length; i++) {
            if (operators[i].isPrefetching()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Notes what a record will touch, for {@link #prefetch()}; changes nothing that any answer
     * depends on. Between records only.
     */
    public void foresee(RecordView record) {
        if (record.kind() != RecordKind.DATA || !sources.has(record.sourceId())) {
            return;
        }
        try {
            sources.get(record.sourceId()).foresee(record);
        } catch (RuntimeException e) {
            // A key that cannot be read fails in its record's own step, where it is told.
            prefetched++;
        }
    }

    /** Reads what the records that were foreseen will touch: their misses overlap. */
    public void prefetch() {
        for (int i = 0; i < operators.length; i++) {
            prefetched += operators[i].prefetch();
        }
    }

    /** Depends on all that was read ahead, so that it has to be read. */
    long prefetched() {
        return prefetched;
    }

    /**
     * Takes events that follow each other, as many as may be taken by {@link #step}'s rules, with
     * one undo log for all of them up to the next move of a watermark: what {@code step} would do,
     * in fewer words. An event whose step fails is taken back with those before it of the same log;
     * they are then made step by step, so that it fails there.
     *
     * <p>Between records only. Ends where a record is something else than an event, where there is
     * no space for output, or where something is due: then {@link #isInRecord()}, and {@code step}
     * goes on with the record that {@code view} was left at.
     *
     * @param first sequence of the record that follows the last complete one
     * @param last sequence of the last record to take
     * @return sequence of the last record that is complete; {@code first - 1} if none is
     * @throws StepFailure when a step threw an error, or behind an event
     */
    public long run(Records records, RecordView view, long first, long last) {
        return failure == null ? runs.run(records, view, first, last) : first - 1;
    }

    /** How many events {@link #run} took in batches. */
    long together() {
        return runs.together();
    }

    /** How many events {@link #run} took in rows. */
    long inRows() {
        return runs.inRows();
    }

    /** Makes each firing a step of its own from here on: for tests that compare. */
    void fireOneByOne() {
        firings.turnOff();
    }

    /** How many firings shared a step with others. */
    long firedTogether() {
        return firings.together();
    }

    /** Firings of the latest step that was one of a sweep; for hosts that bound what they do. */
    public int firings() {
        return firings.firings();
    }

    /** Sweeps behind a record whose event is through all stages. */
    Step sweepBehind(RecordView record) {
        try {
            return beginSweep(record);
        } catch (Throwable t) {
            return fail(record, t);
        }
    }

    /** Records up to one are complete; no sweep was needed. */
    void completed(long sequence) {
        lastSequence = sequence;
        maintain();
    }

    private Step accept(RecordView record) {
        if (!link.canAccept()) {
            return Step.BLOCKED;
        }
        long newOrdinal = record.kind() == RecordKind.DATA ? ordinal + 1 : ordinal;
        long newTimeNs = movesClock(record.kind()) ? Math.max(timeNs, record.timeNs()) : timeNs;
        context.record(record.sequence(), newTimeNs, record.sourcePosition(), newOrdinal);
        sources.begin();
        link.beginAccept();
        apply(record, newTimeNs);
        if (newTimeNs != timeNs) {
            clockMoved(newTimeNs);
        }
        link.endAccept(context);
        commit();
        ordinal = newOrdinal;
        timeNs = newTimeNs;
        if (!sources.haveMoved() && !context.isDue()) {
            return complete(record);
        }
        return beginSweep(record);
    }

    private Step beginSweep(RecordView record) {
        sweeping = true;
        cursor = 0;
        cursorEntered = false;
        releases.beginSweep();
        return sweepOn(record);
    }

    /** Barriers and aborted claims say nothing to a pipeline, so they do not move its clock. */
    private static boolean movesClock(byte kind) {
        return kind != RecordKind.BARRIER && kind != RecordKind.PAD;
    }

    private void apply(RecordView record, long newTimeNs) {
        switch (record.kind()) {
            case RecordKind.DATA -> sources.onData(record);
            case RecordKind.REJECT -> sources.onReject(record);
            case RecordKind.CONTROL -> sources.onControl(record);
            case RecordKind.TICK -> sources.onTick(newTimeNs);
            case RecordKind.BARRIER -> link.barrier(record.sequence());
            case RecordKind.PAD, RecordKind.SHED -> {
                // A pad is nothing; what was shed never was an event.
            }
            default ->
                    throw new IllegalArgumentException(
                            "record kind " + RecordKind.name(record.kind()));
        }
    }

    /** The first watermark of a source that may set something free in a stage behind it. */
    long horizonNs(int sourceId) {
        Operator[] behind = stagesBehind[sourceId];
        long horizonNs = Long.MAX_VALUE;
        for (int i = 0; i < behind.length; i++) {
            horizonNs = Math.min(horizonNs, behind[i].horizonNs());
        }
        return horizonNs;
    }

    /** Whether a stage has to hear of each move of the clock. */
    boolean usesClock() {
        return clocked.length > 0;
    }

    /** The first time at which a stage has something to do with the clock, as things stand. */
    long clockHorizonNs() {
        long first = Long.MAX_VALUE;
        for (int i = 0; i < clocked.length; i++) {
            first = Math.min(first, clocked[i].clockHorizonNs());
        }
        return first;
    }

    /** Tells the stages, of which one may have work that the clock has set free. */
    void clockMoved(long newTimeNs) {
        boolean due = false;
        for (int i = 0; i < clocked.length; i++) {
            due |= clocked[i].onClock(newTimeNs);
        }
        if (due) {
            context.due();
        }
    }

    private Step sweep(RecordView record) {
        boolean isRelease = cursor == operators.length && releases.hasNext();
        int stage = isRelease ? releases.next() : cursor;
        if (stage == operators.length) {
            return link.canComplete() ? complete(record) : Step.BLOCKED;
        }
        if (!link.canFire(stage)) {
            return Step.BLOCKED;
        }
        Operator operator = operators[stage];
        link.beginFiring(stage);
        if (isRelease) {
            firings.single();
            operator.fireOne();
        } else if (!firings.fire(stage, operator)) {
            operator.fireOne();
            firings.firedAlone();
        }
        link.endFiring(stage);
        commit();
        if (isRelease) {
            cursor = releases.released();
        }
        return sweepOn(record);
    }

    /** Moves on to the next stage that has something due; ends the record if there is none. */
    private Step sweepOn(RecordView record) {
        while (cursor < operators.length) {
            if (releases.skips(cursor)) {
                cursor++;
                continue;
            }
            Operator operator = operators[cursor];
            if (!cursorEntered) {
                if (releases.isFirstSweep()) {
                    watermarks[cursor] = sources.minimumWatermark(operatorSources[cursor]);
                }
                operator.sweepTo(releases.watermark(cursor, watermarks[cursor]));
                link.beginSweep(cursor);
                cursorEntered = true;
            }
            if (operator.hasDue() && !releases.isOrder(cursor)) {
                return Step.MORE;
            }
            operator.sweepDone();
            link.endSweep(cursor);
            cursor++;
            cursorEntered = false;
        }
        return releases.findNext() ? Step.MORE : complete(record);
    }

    private Step complete(RecordView record) {
        if (!link.canComplete()) {
            sweeping = true;
            cursor = operators.length;
            return Step.MORE;
        }
        sweeping = false;
        lastSequence = record.sequence();
        if (record.kind() == RecordKind.BARRIER || record.kind() == RecordKind.CONTROL) {
            requireConserved();
        }
        maintain();
        if (freezesAtBarriers && record.kind() == RecordKind.BARRIER) {
            freezeShard();
        }
        link.completed();
        return Step.COMPLETE;
    }

    private void maintain() {
        for (int i = 0; i < maintained.length; i++) {
            maintained[i].maintain();
        }
    }

    private void requireConserved() {
        for (int i = 0; i < operators.length; i++) {
            if (!(operators[i] instanceof RemoteOperator<?>)) {
                operators[i].requireConserved(); // a shard's stages by the shard itself
            }
        }
    }

    void commit() {
        undo.commit();
        link.commit();
    }

    Step fail(RecordView record, Throwable thrown) {
        undo.rollback();
        Operator current = context.current();
        String stage = current == null ? "ingress" : current.name();
        Throwable cause = thrown;
        if (thrown instanceof ShardFailure onShard) {
            stage = onShard.stage();
            cause = onShard.getCause();
        }
        failure = new StepFailure(record.sequence(), record.sourcePosition(), stage, cause);
        return link.fail(failure);
    }

    /**
     * Limits what the steps that follow may change, bytes of undo log: with it, any change of any
     * step can be the one that fails. For tests; the limit an engine has is that of its start.
     */
    public void limitStepChanges(long bytes) {
        undo.limit(bytes);
    }

    /**
     * Makes the failed step again when the record is given again; for hosts that mended a cause.
     */
    public void forgetFailure() {
        failure = null;
    }

    /** Sequence of the last record that is complete. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Whether a record is between its steps. */
    public boolean isInRecord() {
        return sweeping;
    }

    /** Running maximum of the ingress times of all records but barriers, ns since 1970. */
    public long timeNs() {
        return timeNs;
    }

    /** The pipeline it runs. */
    public Pipeline pipeline() {
        return pipeline;
    }

    /** A source's progress and counts. */
    public SourceOperator<?> source(int sourceId) {
        return sources.get(sourceId);
    }

    /** How many results a sink was given. */
    public long nextOrdinal(int sinkId) {
        return sinks.get(sinkId).nextOrdinal();
    }

    /** All stages in plan order, for counters. */
    public List<Operator> operators() {
        return Arrays.asList(operators);
    }

    /** Ids of the sources that a stage waits for, by its place in {@link #operators()}. */
    public int[] sourcesOf(int stage) {
        return operatorSources[stage].clone();
    }

    /** Bytes of state in use, that of the shards included. */
    public long stateBytes() {
        return arena.usedBytes() + (shards == null ? 0 : shards.stateBytes());
    }

    /** The shards in front of this core, for hosts that give each a thread; none if it is alone. */
    public List<Core> shards() {
        return shards == null ? List.of() : shards.cores();
    }

    /** The plan as it runs here. */
    RunningPlan plan() {
        return plan;
    }

    /**
     * One number for the whole state: per stage the hashes of its key groups, in group order.
     *
     * <p>Equal for equal histories of data, whatever the batches, barriers, ticks and crashes.
     * Between records only.
     */
    public long stateHash() {
        long[] groups = new long[KeyGroups.COUNT];
        long hash = STATE_HASH_VERSION;
        hash = fold(hash, ordinal);
        for (Operator operator : operators) {
            Arrays.fill(groups, 0);
            operator.hashInto(groups);
            hash = fold(hash, operator.name().hashCode());
            hash = fold(hash, operator.watermark());
            for (long group : groups) {
                hash = fold(hash, group);
            }
        }
        return hash;
    }

    private static long fold(long hash, long value) {
        return Hash.ofLong(hash * 31 + value);
    }

    /**
     * Has the shards freeze their state behind each barrier from here on, for a host that calls
     * {@link #freeze()} there; before they run.
     */
    public void freezeAtBarriers() {
        for (Core each : shards()) {
            each.freezesAtBarriers = true;
        }
    }

    /**
     * Freezes all state, and says what is to be written of it, while steps go on; behind a barrier
     * and between records only. Whoever writes it then ends the freeze of each of {@link
     * #frozenMemories()}, which must all be idle before.
     */
    public SnapshotRecording freeze() {
        arena.frozen().freeze();
        requireBetweenRecords();
        return sections.record(place());
    }

    /**
     * Does a part of what {@link #freeze()} will do, to no effect: what is done so rarely is in no
     * cache of the processor, and would take several times as long at the barrier, in one piece.
     * Between records; true if there is more to rehearse.
     */
    public boolean rehearseFreeze() {
        if (rehearsed == operators.length) {
            requireConserved();
            rehearsed = 0;
            return false;
        }
        sections.rehearse(rehearsed++);
        return true;
    }

    /**
     * Makes what happens at a barrier known to the JIT compiler, which would take it for something
     * rare: so many milliseconds of the first barrier would be the interpreter's. For hosts to whom
     * pauses matter, while the state is empty.
     */
    public void rehearseFreeze(int times) {
        KeyTable table = KeyTable.ofLongs(arena, undo, Long.BYTES, 0);
        for (int i = 0; i < times; i++) {
            SnapshotWriter writer = new SnapshotWriter(new SnapshotRecording());
            writeAll(writer);
            writer.beginSection("table", 0, 0, 0);
            table.writeTo(writer);
            requireConserved();
            for (Core each : shards()) {
                each.sections.recordShard(each.shard);
                each.requireConserved();
            }
        }
    }

    private void freezeShard() {
        arena.frozen().freeze();
        frozen = sections.recordShard(shard);
    }

    /** A shard's: takes what it recorded of a stage; null if it has not. */
    SnapshotRecording takeFrozen(int stage) {
        return frozen.isEmpty() ? null : frozen.remove(stage);
    }

    /** What is frozen with this core: its own memory, and that of the shards. */
    public List<FrozenMemory> frozenMemories() {
        List<FrozenMemory> all = new ArrayList<>();
        all.add(arena.frozen());
        shards().forEach(each -> all.add(each.arena.frozen()));
        return all;
    }

    /** Goes on without what was frozen, once it is written; between steps, on the core's thread. */
    public void thaw() {
        arena.thaw();
    }

    /** Writes all state, that of the shards included; between records only. */
    public void writeTo(SnapshotWriter writer) {
        if (!arena.frozen().isIdle()) {
            throw new IllegalStateException("the state is frozen for another snapshot");
        }
        writeAll(writer);
    }

    void writeAll(SnapshotWriter writer) {
        requireBetweenRecords();
        sections.writeTo(writer, place());
    }

    private void requireBetweenRecords() {
        if (sweeping) {
            throw new IllegalStateException("a record is between its steps");
        }
    }

    private StateSections.Place place() {
        return new StateSections.Place(lastSequence, timeNs, ordinal);
    }

    /** Why a snapshot's state cannot be read, before anything of it is; null if it can. */
    public String unreadable(SnapshotReader reader) {
        return sections.unreadable(reader);
    }

    /** Reads what {@link #writeTo} of as many shards wrote, into a core with empty state. */
    public void readFrom(SnapshotReader reader) {
        resume(sections.readFrom(reader));
    }

    private void resume(StateSections.Place place) {
        lastSequence = place.sequence();
        timeNs = place.timeNs();
        ordinal = place.ordinal();
        context.record(lastSequence, timeNs, RecordView.NULL_SEQUENCE, ordinal);
        for (Core shard : shards()) {
            shard.resume(place);
        }
    }

    @Override
    public void close() {
        for (Operator operator : operators) {
            operator.close();
        }
        arena.close();
        undo.close();
        if (shards != null) {
            shards.close();
        }
    }
}
