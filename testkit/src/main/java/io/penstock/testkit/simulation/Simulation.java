package io.penstock.testkit.simulation;

import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.OutputLog;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.ring.RingConfig;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.testkit.TestEngine;
import io.penstock.testkit.VirtualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.EpochNanoClock;

/**
 * One seed's run: lives of an engine, each ended by a crash but the last, and what is sent in them.
 *
 * <p>First everything goes wrong that the options allow; then faults stop, and everything pending
 * has to come out within a number of steps.
 */
final class Simulation implements AutoCloseable {
    static final int SOURCES = 2;

    private static final int STRIDE = 192;
    private static final int MAX_STEP_OUTPUT = 4096;
    private static final int CRASH_ONE_IN = 60;
    private static final int CRASH_AT_SNAPSHOT_ONE_IN = 3;
    private static final int SNAPSHOT_ONE_IN = 16;
    private static final int JUMP_ONE_IN = 8;
    private static final int LAST_CYCLES = 6;
    private static final int MAX_STEP_NS = 300_000;
    private static final int CALM_STEP_NS = 1000;

    private final SimulationOptions options;
    private final Seams seams;
    private final Faults faults;
    private final SplittableRandom random;
    private final SplittableRandom openings;
    private final Turns turns;
    private final Pipeline right = SimulatedPipeline.define();
    private final Pipeline running;
    private final List<Invariant> invariants = Invariants.all();
    private final Fuse fuse = new Fuse();
    private final SimulatedStores stores;
    private final SimulatedSource[] sources = new SimulatedSource[SOURCES];
    private final VirtualClock clock = new VirtualClock(TestEngine.START_NS);
    private final EpochNanoClock shownClock;
    private final Ledger ledger = new Ledger();
    private final SimulatedPublisher[] publishers = new SimulatedPublisher[SOURCES];

    private Assembly assembly;
    private int shards;
    private boolean hasChangedShards;
    private long wantedAfter = -1;
    private long crashesLeft;
    private int refusals;
    private int calmRounds;
    private int step;
    private long trace = 17;
    private Invariant.Broken broken;

    Simulation(SimulationOptions options, Seams seams) {
        this.options = options;
        this.seams = seams;
        this.faults = new Faults(options);
        this.random = options.stream("steps");
        this.openings = options.stream("openings");
        this.turns = new Turns(options.stream("turns"), faults);
        this.running = seams.pipeline(right);
        this.shownClock = seams.clock(clock);
        this.stores =
                new SimulatedStores(
                        right, seams, options, faults, fuse, clock::advance, this::onOutput);
        this.crashesLeft = options.get(Option.CRASHES);
        for (int id = 0; id < SOURCES; id++) {
            sources[id] =
                    new SimulatedSource(
                            options.stream("source " + id),
                            options.getInt(Option.EVENTS),
                            options.getInt(Option.KEYS));
        }
    }

    /** Runs to the end; throws {@link Invariant.Broken} where a promise is. */
    void run() {
        openAgain();
        long chaos = options.get(Option.STEPS);
        while (step < chaos) {
            step++;
            clock.advance(random.nextInt(MAX_STEP_NS));
            int who = turns.next(step);
            mix(who);
            act(who);
            for (Invariant invariant : invariants) {
                invariant.onStep(this);
            }
        }
        finish();
    }

    private void act(int who) {
        switch (who) {
            case Turns.JOURNAL -> work(assembly.journalStage());
            case Turns.OPERATORS -> operate();
            case Turns.OUTPUTS -> work(assembly.outputStage());
            case Turns.CONDUCTOR -> work(assembly.conductor());
            case Turns.SYNC -> work(assembly.syncStage());
            case Turns.SNAPSHOTS -> {
                seams.beforeSnapshotWork(assembly.core());
                snapshot();
            }
            case Turns.ENVIRONMENT -> environment();
            default -> publish(publishers[who - Turns.PUBLISHERS]);
        }
    }

    private void publish(SimulatedPublisher publisher) {
        try {
            mix(publisher.act(random) ? 1 : 0);
        } catch (RuntimeException e) {
            throw broken("KeepsTaking", e);
        }
    }

    /** As many turns as there are cores, in any order, unless one is the last of this life. */
    private void operate() {
        Assembly mine = assembly;
        List<Agent> operators = mine.operatorStages();
        for (int i = 0; i < operators.size() && assembly == mine; i++) {
            work(operators.get(random.nextInt(operators.size())));
        }
    }

    /** Whatever ends a process likes to do so when a snapshot has just been made. */
    private void snapshot() {
        Assembly mine = assembly;
        long before = mine.lastSnapshot();
        work(mine.snapshotAgent());
        if (assembly == mine && mine.lastSnapshot() > before) {
            crash(CRASH_AT_SNAPSHOT_ONE_IN);
        }
    }

    private void crash(int oneIn) {
        if (crashesLeft > 0 && faults.strike(Fault.CRASH, oneIn)) {
            crashesLeft--;
            die();
        }
    }

    private void environment() {
        if (faults.strike(Fault.CLOCK_JUMP, JUMP_ONE_IN)) {
            clock.set(ClockJumps.next(faults.random(Fault.CLOCK_JUMP)));
        }
        if (options.get(Option.SNAPSHOTS) > 0 && random.nextInt(SNAPSHOT_ONE_IN) == 0) {
            assembly.wantSnapshot();
        }
        crash(CRASH_ONE_IN);
    }

    private void work(Agent agent) {
        try {
            mix(agent.doWork());
            ledger.note(assembly, clock.nanoTime());
        } catch (Exception | Error e) {
            requireDead("KeepsRunning", e);
            if (!fuse.isDead()) {
                endDutyCycles(agent);
            }
            die();
        }
    }

    /**
     * A stage failed, which stops the engine; other threads may be in the middle of a cycle. Nobody
     * lets the sync stage work again; where the journal failed, it has to refuse nevertheless.
     */
    private void endDutyCycles(Agent failed) {
        assembly.ring().fail();
        boolean hasJournalFailed = assembly.journal().hasFailed();
        long durable = assembly.durable();
        long acknowledged = assembly.acknowledged();
        List<Agent> alive =
                new ArrayList<>(List.of(assembly.journalStage(), assembly.outputStage()));
        alive.remove(failed);
        alive.add(assembly.syncStage());
        for (int i = 0; i < LAST_CYCLES && !alive.isEmpty() && !fuse.isDead(); i++) {
            Agent agent = alive.get(random.nextInt(alive.size()));
            try {
                mix(agent.doWork());
                ledger.note(assembly, clock.nanoTime());
            } catch (Exception | Error e) {
                // Behind a fault of storage a stage may say so again in its own words.
                requireDead("KeepsRunning", isStorageFault(e.getCause()) ? e.getCause() : e);
                alive.remove(agent);
            }
        }
        if (hasJournalFailed) {
            LevelInvariants.FailedForceIsFinal.check(assembly, durable, acknowledged);
        }
    }

    /** What is thrown must come from a fault that struck in this life. */
    private void requireDead(String invariant, Throwable thrown) {
        if (broken != null) {
            throw broken;
        }
        if (!fuse.isDead() && !isStorageFault(thrown)) {
            throw broken(invariant, thrown);
        }
    }

    private static Invariant.Broken broken(String invariant, Throwable thrown) {
        if (thrown instanceof Invariant.Broken already) {
            return already;
        }
        Invariant.Broken failed = new Invariant.Broken(invariant, thrown.toString());
        failed.initCause(thrown);
        return failed;
    }

    private boolean isStorageFault(Throwable thrown) {
        return stores.hasFailed()
                && thrown instanceof PenstockException fault
                && fault.category() == Category.STORAGE;
    }

    /** Ends the process, and opens the engine in a new one. */
    private void die() {
        ledger.note(assembly, clock.nanoTime());
        ledger.safe(options.has(Fault.POWER_CUT) ? stores.newestSnapshot() : assembly.journaled());
        noteBlownFuse(Fault.CRASH_IN_CALL);
        fuse.kill();
        release();
        stores.crash();
        openAgain();
    }

    private void openAgain() {
        do {
            faults.lifeBegan();
            fuse.light(faults.soon(Fault.CRASH_IN_RECOVERY, 2, 40));
            try {
                open();
            } catch (Error | RuntimeException e) {
                if (isRefusalOf(e)) {
                    refusals++;
                    stores.restore();
                } else {
                    requireDead("Recovers", e);
                    noteBlownFuse(Fault.CRASH_IN_RECOVERY);
                    stores.crash();
                }
                mix(-faults.deaths());
            }
        } while (assembly == null);
        fuse.light(-1);
        afterRecovery();
        fuse.light(faults.soon(Fault.CRASH_IN_CALL, 1, 600));
    }

    private void noteBlownFuse(Fault fault) {
        if (fuse.isDead()) {
            faults.note(fault);
        }
    }

    /** Damage below the mark has to be refused, with a word on where it is. */
    private boolean isRefusalOf(Throwable thrown) {
        if (!stores.isDamaged()
                || !(thrown instanceof PenstockException fault)
                || fault.category() != Category.DAMAGE) {
            return false;
        }
        JournalInvariants.DamageIsNamed.check(fault);
        return true;
    }

    private void open() {
        int before = shards;
        int most = options.getInt(Option.SHARDS);
        shards = most == 1 ? 1 : openings.nextInt(1, most + 1);
        hasChangedShards |= before != 0 && before != shards;
        AssemblyConfig config =
                new AssemblyConfig(
                        new RingConfig(options.getInt(Option.RING), STRIDE, SOURCES + 1),
                        options.getInt(Option.OUTPUTS),
                        openings.nextInt(1, 20),
                        new CoreLimits(1 << 26, MAX_STEP_OUTPUT, options.getInt(Option.WINDOW)),
                        options.durability(),
                        options.getInt(Option.SNAPSHOTS),
                        options.get(Option.TICKS),
                        new ShardConfig(shards, options.getInt(Option.EXCHANGE)));
        assembly =
                new Assembly.Builder(
                                running,
                                seams.config(config),
                                stores,
                                openings.nextLong(),
                                shownClock)
                        .open();
    }

    private void afterRecovery() {
        refresh();
        mix(ledger.records().size());
        for (Invariant invariant : invariants) {
            invariant.onRecovered(this);
        }
        stores.recovered();
        ledger.forgetLost(stores.newestSnapshot());
        ledger.note(assembly, clock.nanoTime());
        for (int id = 0; id < SOURCES; id++) {
            long next = assembly.core().source(id).clock().position() + 1;
            publishers[id] = new SimulatedPublisher(this, id, seams.resumeAt(next));
        }
    }

    private void refresh() {
        ledger.read(stores.frames(), right);
        mix(ledger.reference().stateHash());
    }

    private void release() {
        for (SimulatedPublisher publisher : publishers) {
            if (publisher != null) {
                publisher.close();
            }
        }
        Assembly ended = assembly;
        assembly = null;
        try {
            ended.close();
        } catch (Error | RuntimeException e) {
            requireDead("Closes", e);
        }
    }

    /** No fault any more: everything pending has to come out, soon. */
    private void finish() {
        faults.end();
        stores.end();
        fuse.light(-1);
        for (SimulatedPublisher publisher : publishers) {
            publisher.calm();
        }
        drain();
        for (Invariant invariant : invariants) {
            invariant.onCalm(this);
        }
        wantedAfter = assembly.ring().cursor();
        assembly.wantSnapshot();
        drain();
        ledger.note(assembly, clock.nanoTime());
        ledger.safe(assembly.journaled());
        refresh();
        for (Invariant invariant : invariants) {
            invariant.atEnd(this);
        }
    }

    /** Lets all work in turn until nobody has anything to do. */
    private void drain() {
        int limit = LivenessInvariants.EverythingComesOut.roundsFor(this);
        int rounds = 0;
        int idle = 0;
        while (idle < 3) {
            rounds++;
            LivenessInvariants.EverythingComesOut.check(this, rounds, limit);
            clock.advance(CALM_STEP_NS);
            long work = 0;
            try {
                for (SimulatedPublisher publisher : publishers) {
                    work += publisher.send() ? 1 : 0;
                }
                work += assembly.journalStage().doWork();
                work += assembly.syncStage().doWork();
                work += assembly.operatorStage().doWork();
                work += assembly.outputStage().doWork();
                work += assembly.conductor().doWork();
                work += assembly.snapshotAgent().doWork();
            } catch (Exception | Error e) {
                requireDead("KeepsRunning", e);
            }
            boolean isOut = assembly.outputStage().drained() == assembly.ring().cursor();
            idle = work == 0 && isOut ? idle + 1 : 0;
        }
        calmRounds += rounds;
        mix(rounds);
    }

    private void onOutput(OutputRecord record, int sinkId) {
        ledger.released(record.sequence());
        try {
            for (Invariant invariant : invariants) {
                invariant.onOutput(this, sinkId, record);
            }
        } catch (Invariant.Broken e) {
            broken = e;
            throw e;
        }
    }

    private void mix(long value) {
        trace = (trace ^ value) * 0x9E3779B97F4A7C15L;
        trace ^= trace >>> 29;
    }

    /** The engine of the present life. */
    Assembly assembly() {
        return assembly;
    }

    SimulationOptions options() {
        return options;
    }

    Faults faults() {
        return faults;
    }

    Ledger ledger() {
        return ledger;
    }

    SimulatedStores stores() {
        return stores;
    }

    VirtualClock clock() {
        return clock;
    }

    /** The clock as the stages see it. */
    EpochNanoClock shownClock() {
        return shownClock;
    }

    Pipeline pipeline() {
        return running;
    }

    SimulatedSource source(int id) {
        return sources[id];
    }

    /** Records up to here must survive. */
    long safeSequence() {
        return assembly == null || options.has(Fault.POWER_CUT)
                ? ledger.safeSequence()
                : Math.max(ledger.safeSequence(), assembly.journaled());
    }

    /** The last record before the last snapshot was wanted. */
    long wantedAfter() {
        return wantedAfter;
    }

    /** Whether lives had different numbers of shards, so that a snapshot may be of no use. */
    boolean hasChangedShards() {
        return hasChangedShards;
    }

    OutputLog openOutputLog() {
        return new OutputLog(stores.log(), SimulatedStores.JOURNAL_ID, assembly.journaled());
    }

    int step() {
        return step;
    }

    /** Openings that were refused for damage, rightly. */
    int refusals() {
        return refusals;
    }

    /** Rounds that it took until all was out, when faults had stopped. */
    int calmRounds() {
        return calmRounds;
    }

    long trace() {
        return trace;
    }

    @Override
    public void close() {
        if (assembly != null) {
            broken = null;
            fuse.kill();
            release();
        }
    }
}
