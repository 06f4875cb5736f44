package io.penstock.testkit.crash;

import io.penstock.engine.control.Assembly;
import io.penstock.engine.operator.Operator;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import io.penstock.testkit.TestEngine;
import io.penstock.testkit.VirtualClock;
import io.penstock.testkit.crash.Result.History;
import io.penstock.testkit.harness.HarnessInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.agrona.concurrent.Agent;

/**
 * One run over the script: lives of an engine, the first ended by the trial's fault, the last at
 * the end of the script. Checks what a crash may not take; what came out is for others to compare.
 */
final class CrashRun implements AutoCloseable {
    private static final int LARGEST_BATCH = 8;
    private static final int MOST_TURNS = 8;
    private static final int LAST_TURNS = 6;
    private static final int MAX_LIVES = 12;
    private static final int ROUNDS_WITHOUT_WORK = 3;
    private static final int MAX_ROUNDS_PER_RECORD = 1000;

    private final Experiment experiment;
    private final Script script;
    private final SplittableRandom random;
    private final VirtualClock clock = new VirtualClock(TestEngine.START_NS);
    private final CrashStores stores;
    private final PointFuse fuse;
    private final FaultTrap trap;
    private final Promises promises;
    private final List<List<Long>> causes = new ArrayList<>();

    private Assembly assembly;
    private List<Agent> agents = List.of();
    private List<String> turns = List.of();
    private long next;
    private boolean isBarrierWanted;
    private long snapshots;
    private int lives;
    private long rounds;
    private String recovery = "";
    private boolean isRestored;
    private String refusal;
    private Result result;

    /** Thrown through the driving code where a stage or an opening ends a life. */
    private static final class LifeOver extends RuntimeException {
        private static final long serialVersionUID = 1L;

        LifeOver(Throwable cause) {
            super(null, cause, false, false);
        }
    }

    /**
     * A run that has not begun.
     *
     * @param trial what goes wrong in it; null for nothing
     */
    CrashRun(Experiment experiment, Trial trial) {
        this.experiment = experiment;
        this.script = experiment.script();
        this.random = new SplittableRandom(experiment.seed());
        this.promises = new Promises(experiment.promised(), clock);
        this.stores = new CrashStores(experiment, this::onResult);
        this.fuse = stores.fuse();
        this.trap = trial == null ? null : new FaultTrap(trial, stores, experiment.seed());
        experiment.sinks().forEach(sink -> causes.add(new ArrayList<>()));
        if (trial == null) {
            fuse.record();
        } else {
            fuse.set(trial.point(), trap);
        }
    }

    private void onResult(int sinkId, long sequence) {
        causes.get(sinkId).add(sequence);
        promises.released(sequence);
    }

    /**
     * Runs to the end.
     *
     * @throws Promises.Broken where a crash took what it may not take, or the engine stopped itself
     */
    Result run() {
        boolean isOver = false;
        while (!isOver && refusal == null) {
            try {
                if (assembly == null) {
                    open();
                }
                drive();
                settle();
                isOver = shut();
            } catch (LifeOver e) {
                end(e.getCause());
            }
        }
        return refusal == null ? result : Result.refused(refusal, history());
    }

    /** What happened so far. */
    History history() {
        return new History(fuse.sprung(), recovery, isRestored);
    }

    private void open() {
        if (++lives > MAX_LIVES) {
            throw new Promises.Broken("the engine does not start within " + MAX_LIVES + " tries");
        }
        try {
            assembly =
                    new Assembly.Builder(
                                    experiment.pipelines().get(),
                                    experiment.config(),
                                    stores,
                                    random.nextLong(),
                                    clock)
                            .open();
        } catch (Exception | Error e) {
            throw new LifeOver(e);
        }
        agents = new ArrayList<>(assembly.operatorStages());
        agents.add(assembly.journalStage());
        agents.add(assembly.outputStage());
        agents.add(assembly.conductor());
        agents.add(assembly.snapshotAgent());
        if (experiment.durability().isForced()) {
            agents.add(assembly.syncStage());
        }
        turns = agents.stream().map(agent -> CrashPoint.after(agent.roleName())).toList();
        isBarrierWanted = false;
        afterRecovery();
    }

    private void afterRecovery() {
        Assembly.RecoverySummary done = assembly.recovery();
        next = done.lastSequence() + 1;
        promises.recovered(done.lastSequence());
        requireWritten();
        if (lives > 1) {
            isRestored |= done.snapshotSequence() >= 0;
            recovery =
                    (done.snapshotSequence() < 0
                                    ? "recovered from the beginning"
                                    : "recovered from the snapshot at sequence "
                                            + done.snapshotSequence())
                            + ", replayed "
                            + done.replayed()
                            + " records, "
                            + done.suppressed()
                            + " results were out already";
        }
    }

    /** What is in the journal is what was put into the ring, bit for bit. */
    private void requireWritten() {
        RecordView view = new RecordView();
        long sequence = -1;
        try (JournalReader reader = Journals.read(stores.frames())) {
            Outcome outcome = reader.next(view);
            while (outcome == Outcome.OK) {
                sequence++;
                if (view.sequence() != sequence || !script.isWritten(view)) {
                    throw new Promises.Broken(
                            "the journal holds something else than was sent, at "
                                    + script.describe(sequence));
                }
                outcome = reader.next(view);
            }
            // Damage that is seen when it is read is no surprise where a bit was turned over.
            boolean isSeen = outcome != Outcome.END && trap != null && trap.isDamaging();
            if (sequence != next - 1 && !isSeen) {
                throw new Promises.Broken(
                        "the journal is readable up to sequence "
                                + sequence
                                + ", the engine says "
                                + (next - 1));
            }
        }
    }

    /** Publishes what is left of the script, with turns of the stages in any order between. */
    private void drive() {
        while (next < script.size()) {
            limitRounds();
            int batch = random.nextInt(1, LARGEST_BATCH + 1);
            boolean isFull = false;
            for (int i = 0; i < batch && next < script.size() && !isFull; i++) {
                isFull = !publish(script.get(next));
            }
            int count = random.nextInt(MOST_TURNS);
            for (int i = 0; i < count; i++) {
                turn(random.nextInt(agents.size()));
            }
            if (isFull) {
                turnAll();
            }
        }
    }

    /** Puts an input into the ring; false without space. */
    private boolean publish(HarnessInput input) {
        clock.set(input.timeNs());
        if (input.kind() == RecordKind.BARRIER) {
            return publishBarrier();
        }
        long sequence = assembly.ring().tryClaim(1);
        if (sequence < 0) {
            return false;
        }
        if (sequence != next) {
            throw new IllegalStateException("claimed " + sequence + ", not " + next);
        }
        int length = input.message().capacity();
        assembly.ring()
                .buffer()
                .putBytes(assembly.ring().messageOffset(sequence), input.message(), 0, length);
        assembly.ring()
                .header(
                        sequence,
                        length,
                        input.kind(),
                        (byte) 0,
                        input.sourceId(),
                        input.timeNs(),
                        input.position(),
                        input.check());
        assembly.ring().publish(sequence, sequence);
        next++;
        return true;
    }

    private boolean publishBarrier() {
        if (!isBarrierWanted) {
            assembly.wantSnapshot();
            isBarrierWanted = true;
        }
        turn(agents.indexOf(assembly.conductor()));
        if (assembly.ring().cursor() < next) {
            return false;
        }
        isBarrierWanted = false;
        next++;
        return true;
    }

    private boolean turn(int index) {
        int work;
        try {
            work = agents.get(index).doWork();
            promises.note(assembly);
            if (work > 0) {
                fuse.call(turns.get(index));
            }
        } catch (Exception | Error e) {
            throw new LifeOver(e);
        }
        return work > 0;
    }

    private boolean turnAll() {
        boolean worked = false;
        for (int i = 0; i < agents.size(); i++) {
            worked |= turn(i);
        }
        return worked;
    }

    private void settle() {
        int idle = 0;
        while (idle < ROUNDS_WITHOUT_WORK) {
            limitRounds();
            boolean worked = turnAll();
            boolean isOut = assembly.outputStage().drained() >= assembly.ring().cursor();
            idle = worked || !isOut ? 0 : idle + 1;
        }
    }

    private void limitRounds() {
        if (++rounds > (long) MAX_ROUNDS_PER_RECORD * (script.size() + 1)) {
            throw new Promises.Broken("not everything comes out within " + rounds + " rounds");
        }
    }

    /** Takes down what came out, and closes the engine; whether it ended well. */
    private boolean shut() {
        long hash = assembly.core().stateHash();
        Map<String, Long> counts = new LinkedHashMap<>();
        for (Operator operator : assembly.core().operators()) {
            String[] labels = operator.countLabels();
            for (int i = 0; i < labels.length; i++) {
                counts.put(operator.name() + "." + labels[i], operator.countOf(i));
            }
        }
        snapshots += assembly.snapshotsMade();
        Assembly ended = assembly;
        assembly = null;
        try {
            ended.close();
        } catch (Exception | Error e) {
            throw new LifeOver(e);
        }
        List<List<?>> seen = new ArrayList<>();
        for (int i = 0; i < experiment.sinks().size(); i++) {
            seen.add(List.copyOf(stores.world(i).seen()));
        }
        result = new Result(seen, causes, hash, counts, fuse.points(), snapshots, null, history());
        return true;
    }

    /** A life is over: by the fault, or by what is none of it. */
    private void end(Throwable cause) {
        if (cause instanceof Promises.Broken broken) {
            throw broken;
        }
        if (trap != null && trap.isRefusal(cause)) {
            refusal = cause.getMessage();
            return;
        }
        boolean isExpected = fuse.isDead() || (trap != null && trap.explains(cause));
        if (!isExpected) {
            throw new Promises.Broken("the engine stopped by itself: " + cause, cause);
        }
        if (assembly != null && trap != null && trap.isJournalSyncFailed()) {
            requireNoMoreAcks();
        }
        fuse.kill();
        release();
        // Without a trial nothing is expected, and this is not reached.
        boolean losesPower = trap.losesPower(experiment.promised());
        stores.crash(trap.random(), losesPower);
        promises.crashed(losesPower);
        fuse.light(-1);
        trap.ended(fuse);
    }

    /**
     * A stage has failed, which stops the engine; other threads may be in the middle of a turn.
     * Whatever they do, nothing more may be acknowledged.
     */
    private void requireNoMoreAcks() {
        assembly.ring().fail();
        long acknowledged = assembly.acknowledged();
        List<Agent> alive = new ArrayList<>(agents);
        for (int i = 0; i < LAST_TURNS && !alive.isEmpty(); i++) {
            Agent agent = alive.get(random.nextInt(alive.size()));
            try {
                agent.doWork();
            } catch (Exception | Error e) {
                // Stages refuse to go on, each in its own way.
                alive.remove(agent);
            }
        }
        if (assembly.acknowledged() != acknowledged) {
            throw new Promises.Broken(
                    "acknowledged went on from sequence "
                            + acknowledged
                            + " to "
                            + assembly.acknowledged()
                            + " after the fault");
        }
    }

    private void release() {
        Assembly ended = assembly;
        assembly = null;
        if (ended == null) {
            return;
        }
        snapshots += ended.snapshotsMade();
        try {
            ended.close();
        } catch (RuntimeException | Error e) {
            if (!Faults.isCrash(e) && !Faults.isStorage(e)) {
                throw e;
            }
        }
    }

    @Override
    public void close() {
        fuse.kill();
        release();
    }
}
