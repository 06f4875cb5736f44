package io.penstock.testkit.simulation;

import io.penstock.codecs.SystemMessages;
import io.penstock.engine.control.Assembly;
import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.OutputLog;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.RingPublisher;
import io.penstock.fault.PenstockException;
import io.penstock.journal.RecordKind;
import io.penstock.testkit.TestEngine;
import io.penstock.testkit.VirtualClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.UnsafeBuffer;

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
    private static final int MAX_DEATHS = 14;
    private static final int LIVENESS_ROUNDS = 40_000;
    private static final int LAST_CYCLES = 6;
    private static final long MAX_JUMP_NS = TimeUnit.DAYS.toNanos(3650);

    private final SplittableRandom random;
    private final SimulationOptions options;
    private final Seams seams;
    private final Pipeline right = SimulatedPipeline.define();
    private final Pipeline running;
    private final List<Invariant> invariants = Invariants.all();
    private final Fuse fuse = new Fuse();
    private final SimulatedStores stores;
    private final SimulatedSource[] sources = new SimulatedSource[SOURCES];
    private final VirtualClock clock = new VirtualClock(TestEngine.START_NS);
    private final Map<Long, JournalRecord> sent = new HashMap<>();
    private final List<Long> journaledNs = new ArrayList<>();
    private final int[] weights = new int[9];
    private final SimulatedPublisher[] publishers = new SimulatedPublisher[SOURCES];

    private Assembly assembly;
    private int shards;
    private boolean hasChangedShards;
    private List<JournalRecord> records = List.of();
    private Reference reference;
    private long safeSequence = -1;
    private long lastAcknowledged = -1;
    private long lastReleased = -1;
    private long wantedAfter = -1;
    private int deaths;
    private int crashesLeft;
    private int step;
    private long trace = 17;
    private Invariant.Broken broken;

    Simulation(long seed, Seams seams) {
        this.random = new SplittableRandom(seed);
        this.options = SimulationOptions.draw(random.split());
        this.seams = seams;
        this.running = seams.pipeline(right);
        this.stores = new SimulatedStores(right, seams, options, fuse, this::onOutput);
        this.crashesLeft = options.crashes();
        for (int i = 0; i < SOURCES; i++) {
            sources[i] =
                    new SimulatedSource(random.split(), options.eventsPerSource(), options.keys());
        }
        for (int i = 0; i < weights.length; i++) {
            weights[i] = random.nextInt(1, 12);
        }
    }

    /** Runs to the end; throws {@link Invariant.Broken} where a promise is. */
    void run() {
        openAgain();
        int chaos = random.nextInt(100, 40 * options.eventsPerSource());
        while (step < chaos) {
            step++;
            clock.advance(random.nextInt(300_000));
            int pick = pick();
            mix(pick);
            act(pick);
            invariants.forEach(invariant -> invariant.onStep(this));
        }
        finish();
    }

    private int pick() {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int left = random.nextInt(total);
        int pick = 0;
        while (left >= weights[pick]) {
            left -= weights[pick++];
        }
        return pick;
    }

    private void act(int pick) {
        switch (pick) {
            case 0, 1 -> {
                if (publishers[pick].act(random)) {
                    mix(1);
                }
            }
            case 2 -> work(assembly.journalStage());
            case 3 -> operate();
            case 4 -> work(assembly.outputStage());
            case 5 -> work(assembly.conductor());
            case 6 -> work(assembly.syncStage());
            case 7 -> {
                seams.beforeSnapshotWork(assembly.core());
                work(assembly.snapshotAgent());
            }
            default -> environment();
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

    private void environment() {
        if (options.clockJumps() && random.nextInt(8) == 0) {
            clock.set(TestEngine.START_NS + random.nextLong(-MAX_JUMP_NS, MAX_JUMP_NS));
        }
        if (options.snapshotEvery() > 0 && random.nextInt(16) == 0) {
            assembly.wantSnapshot();
        }
        if (crashesLeft > 0 && random.nextInt(40) == 0) {
            crashesLeft--;
            die();
        }
    }

    private void work(Agent agent) {
        try {
            mix(agent.doWork());
            noteLevels();
        } catch (Exception | Error e) {
            requireDead("KeepsRunning", e);
            if (!fuse.isDead()) {
                endDutyCycles(agent);
            }
            die();
        }
    }

    private void noteLevels() {
        while (journaledNs.size() <= assembly.journaled()) {
            journaledNs.add(clock.nanoTime());
        }
        lastAcknowledged = Math.max(lastAcknowledged, assembly.acknowledged());
    }

    /**
     * A stage failed, which stops the engine; other threads may be in the middle of a cycle. Nobody
     * lets the sync stage work again; it has to refuse nevertheless.
     */
    private void endDutyCycles(Agent failed) {
        assembly.ring().fail();
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
            } catch (Exception | Error e) {
                if (broken != null) {
                    throw broken;
                }
                alive.remove(agent);
            }
        }
        if (assembly.durable() != durable || assembly.acknowledged() != acknowledged) {
            throw new Invariant.Broken(
                    "FailedForceIsFinal",
                    "durable and acknowledged went on from "
                            + durable
                            + " and "
                            + acknowledged
                            + " to "
                            + assembly.durable()
                            + " and "
                            + assembly.acknowledged());
        }
    }

    private void requireDead(String invariant, Throwable thrown) {
        if (broken != null) {
            throw broken;
        }
        if (!fuse.isDead() && !isFailedForce(thrown)) {
            Invariant.Broken failed = new Invariant.Broken(invariant, thrown.toString());
            failed.initCause(thrown);
            throw failed;
        }
    }

    private boolean isFailedForce(Throwable thrown) {
        return stores.hasForceFailed()
                && thrown instanceof PenstockException fault
                && fault.category() == PenstockException.Category.STORAGE;
    }

    /** Ends the process, and opens the engine in a new one. */
    private void die() {
        safeSequence = options.losesPower() ? stores.newestSnapshot() : assembly.journaled();
        noteLevels();
        fuse.kill();
        release();
        stores.crash(random);
        openAgain();
    }

    private void openAgain() {
        do {
            deaths++;
            boolean isFused = options.crashesInStores() && deaths < MAX_DEATHS;
            fuse.light(isFused && random.nextBoolean() ? random.nextInt(40) : -1);
            failForceAfter(random.nextInt(4) == 0 ? random.nextInt(6) : Integer.MAX_VALUE);
            try {
                open();
            } catch (Error | RuntimeException e) {
                requireDead("Recovers", e);
                stores.crash(random);
                mix(-deaths);
            }
        } while (assembly == null);
        fuse.light(-1);
        failForceAfter(Integer.MAX_VALUE);
        afterRecovery();
        failForceAfter(random.nextInt(40));
        if (options.crashesInStores() && deaths < MAX_DEATHS) {
            fuse.light(random.nextInt(600));
        }
    }

    private void failForceAfter(int forces) {
        boolean isOn = options.failsForces() && deaths < MAX_DEATHS;
        stores.failForce(isOn ? forces : Integer.MAX_VALUE);
    }

    private void open() {
        int before = shards;
        shards = options.shards() == 1 ? 1 : random.nextInt(1, options.shards() + 1);
        hasChangedShards |= before != 0 && before != shards;
        AssemblyConfig config =
                new AssemblyConfig(
                        new RingConfig(options.ringCapacity(), STRIDE, SOURCES + 1),
                        options.outputRingBytes(),
                        random.nextInt(1, 20),
                        new CoreLimits(1 << 26, MAX_STEP_OUTPUT, options.frozenWindowBytes()),
                        options.durability(),
                        options.snapshotEvery(),
                        options.tickEveryNs(),
                        new ShardConfig(shards, options.exchangeBytes()));
        assembly =
                new Assembly.Builder(
                                running, seams.config(config), stores, random.nextLong(), clock)
                        .open();
    }

    private void afterRecovery() {
        refresh();
        sent.keySet().removeIf(sequence -> sequence >= records.size());
        mix(records.size());
        mix(reference.stateHash());
        for (Invariant invariant : invariants) {
            invariant.onRecovered(this);
        }
        stores.recovered();
        long last = records.size() - 1L;
        lastAcknowledged = Math.min(lastAcknowledged, last);
        lastReleased = Math.min(lastReleased, last);
        while (journaledNs.size() > records.size()) {
            journaledNs.remove(journaledNs.size() - 1);
        }
        noteLevels();
        for (int id = 0; id < SOURCES; id++) {
            publishers[id] = new SimulatedPublisher(this, id, seams.resumeAt(resumeAt(id)));
        }
    }

    private long resumeAt(int id) {
        return assembly.core().source(id).clock().position() + 1;
    }

    private void refresh() {
        records = JournalRecord.readAll(stores.frames());
        reference = new Reference(right, records);
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
        fuse.light(-1);
        stores.failForce(Integer.MAX_VALUE);
        for (SimulatedPublisher publisher : publishers) {
            publisher.calm();
        }
        drain();
        wantedAfter = assembly.processed();
        assembly.wantSnapshot();
        drain();
        safeSequence = assembly.journaled();
        refresh();
        mix(reference.stateHash());
        for (Invariant invariant : invariants) {
            invariant.atEnd(this);
        }
    }

    private void drain() {
        int rounds = 0;
        int idle = 0;
        while (idle < 3) {
            if (++rounds > LIVENESS_ROUNDS) {
                throw new Invariant.Broken("EverythingComesOut", "not within " + rounds);
            }
            clock.advance(1000);
            int before = rounds;
            long work = 0;
            for (SimulatedPublisher publisher : publishers) {
                work += publisher.send() ? 1 : 0;
            }
            try {
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
            mix(before);
        }
    }

    private void onOutput(OutputRecord record, int sinkId) {
        lastReleased = Math.max(lastReleased, record.sequence());
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

    /** Publishes that a source has no more events; false without space. */
    boolean endSource(int id, long position) {
        long sequence = assembly.ring().tryClaim(1);
        if (sequence < 0) {
            return false;
        }
        UnsafeBuffer message =
                new UnsafeBuffer(new byte[SystemMessages.END_OF_SOURCE.blockLength() + 8]);
        SystemMessages.END_OF_SOURCE.wrapAndWriteHeader(
                SystemMessages.END_OF_SOURCE.newEncoder(), message, 0);
        int offset = assembly.ring().messageOffset(sequence);
        assembly.ring().buffer().putBytes(offset, message, 0, message.capacity());
        assembly.ring()
                .header(
                        sequence,
                        message.capacity(),
                        RecordKind.CONTROL,
                        (byte) 0,
                        id,
                        clock.nanoTime(),
                        position,
                        SimulatedSource.check(position));
        assembly.ring().publish(sequence, sequence);
        noteSent(sequence, RecordKind.CONTROL, id, position, message.byteArray());
        return true;
    }

    void noteSent(long sequence, byte kind, int id, long position, byte[] message) {
        int check = SimulatedSource.check(position);
        sent.put(sequence, new JournalRecord(sequence, 0, kind, id, position, check, message));
    }

    RingPublisher newPublisher(int id, long nextPosition) {
        return new RingPublisher(
                assembly.ring(),
                id,
                nextPosition - 1,
                clock,
                running.sources().get(id).type().validator()::validate);
    }

    /** The engine of the present life. */
    Assembly assembly() {
        return assembly;
    }

    SimulationOptions options() {
        return options;
    }

    SimulatedSource source(int id) {
        return sources[id];
    }

    List<JournalRecord> records() {
        return records;
    }

    Reference reference() {
        return reference;
    }

    /** The record that a publisher sent with a sequence; null if it was none of theirs. */
    JournalRecord sent(long sequence) {
        return sent.get(sequence);
    }

    /** Records up to here must survive. */
    long safeSequence() {
        return assembly == null || options.losesPower()
                ? safeSequence
                : Math.max(safeSequence, assembly.journaled());
    }

    /** The last record that was acknowledged, by what was known when the process ended. */
    long lastAcknowledged() {
        return lastAcknowledged;
    }

    /** The last record of which a result has left. */
    long lastReleased() {
        return lastReleased;
    }

    /** When a record was journaled. */
    long journaledNs(long sequence) {
        return journaledNs.get((int) sequence);
    }

    /** Whether what was not forced is lost since the last recovery. */
    boolean hasLostPower() {
        return stores.hasLostPower();
    }

    /** The last record before the last snapshot was wanted. */
    long wantedAfter() {
        return wantedAfter;
    }

    long lastJournaled() {
        return stores.lastJournaled();
    }

    long newestSnapshot() {
        return stores.newestSnapshot();
    }

    /** Whether lives had different numbers of shards, so that a snapshot may be of no use. */
    boolean hasChangedShards() {
        return hasChangedShards;
    }

    boolean isStorageImpaired() {
        return stores.isImpaired();
    }

    List<byte[]> sinkMessages(int sinkId) {
        return stores.messages(sinkId);
    }

    int sinkId(String name) {
        return stores.sinkId(name);
    }

    int sinkCount() {
        return stores.sinkCount();
    }

    OutputLog openOutputLog() {
        return new OutputLog(stores.log(), SimulatedStores.JOURNAL_ID, assembly.journaled());
    }

    int step() {
        return step;
    }

    int deaths() {
        return deaths;
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
