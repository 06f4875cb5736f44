package io.penstock.testkit.simulation;

import io.penstock.engine.control.Stores;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.MemoryLogStorage;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.Journals;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.FrameStore;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.LongConsumer;
import java.util.function.ObjIntConsumer;

/** What outlives the process in a simulation, and what happens to it when the process ends. */
final class SimulatedStores implements Stores {
    static final UUID JOURNAL_ID = new UUID(0x51, 0x52);

    private static final int BLOCK_LENGTH = 256 * 1024;

    private final Seams seams;
    private final SimulationOptions options;
    private final Faults faults;
    private final Fuse fuse;
    private final ObjIntConsumer<OutputRecord> outputs;
    private final List<String> sinkNames;
    private final MemoryFrameStore frames = new MemoryFrameStore();
    private final MemoryLogStorage log = new MemoryLogStorage();
    private final MemorySnapshotStorage snapshots = new MemorySnapshotStorage();
    private final List<SimulatedSink> sinks = new ArrayList<>();
    private final SimulatedDisk disk;
    private final MediumDamage damage;
    private final SplittableRandom random;
    private Journal journal;
    private boolean isImpaired;
    private boolean hasLostPower;

    SimulatedStores(
            Pipeline pipeline,
            Seams seams,
            SimulationOptions options,
            Faults faults,
            Fuse fuse,
            LongConsumer clock,
            ObjIntConsumer<OutputRecord> outputs) {
        this.seams = seams;
        this.options = options;
        this.faults = faults;
        this.fuse = fuse;
        this.outputs = outputs;
        this.disk = new SimulatedDisk(faults, seams, clock);
        this.damage = new MediumDamage(frames, faults);
        this.random = options.stream("stores");
        this.sinkNames = pipeline.sinks().stream().map(PlanSink::name).toList();
        sinkNames.forEach(name -> sinks.add(new FaultySink(fuse, disk, faults)));
    }

    @Override
    public Journal openJournal() {
        journal = null;
        FrameStore bytes = new FaultyFrameStore(frames, disk, faults);
        journal =
                Journals.open(
                        JournalConfig.on(new FusedFrameStore(seams.frames(bytes), fuse))
                                .withJournalId(JOURNAL_ID)
                                .withSegmentLength(options.getInt(Option.SEGMENT))
                                .withLengths(BLOCK_LENGTH, options.getInt(Option.FRAME)));
        return journal;
    }

    @Override
    public LogStorage openOutputLog() {
        return new FusedLogStorage(seams.log(new FaultyLogStorage(log, disk, random)), fuse);
    }

    @Override
    public SnapshotStorage snapshots() {
        return new FusedSnapshots(seams.snapshots(new FaultySnapshots(snapshots, disk)), fuse);
    }

    @Override
    public Sink sink(PlanSink sink) {
        int id = sinkNames.indexOf(sink.name());
        return seams.sink(sink.name(), new WatchedSink(sinks.get(id), id));
    }

    /** The process is over, and perhaps the power: loses and damages what the faults say. */
    void crash() {
        if (faults.strike(Fault.POWER_CUT, 2)) {
            hasLostPower = true;
            frames.losePower(random.nextLong());
            for (String name : disk.losePower()) {
                frames.remove(name);
                snapshots.delete(name);
            }
        } else {
            frames.crash(random.nextLong());
        }
        damage.strike();
        disk.newLife();
        crashSinks();
        crashLog();
        for (String name : snapshots.list()) {
            if (faults.strike(Fault.SNAPSHOT_DAMAGE, 2)) {
                damage(name, faults.random(Fault.SNAPSHOT_DAMAGE));
                isImpaired = true;
            }
        }
    }

    private void crashSinks() {
        if (faults.strike(Fault.SINK_TAIL, 1)) {
            sinks.forEach(sink -> sink.crash(faults.random(Fault.SINK_TAIL).nextInt(200)));
        }
        if (faults.strike(Fault.SINK_FILE, 3)) {
            sinks.get(faults.random(Fault.SINK_FILE).nextInt(sinks.size())).remove();
        }
    }

    private void crashLog() {
        if (log.size() > 0 && faults.strike(Fault.LOG_TAIL, 2)) {
            log.truncate(faults.random(Fault.LOG_TAIL).nextLong(log.size()));
            isImpaired = true;
        }
        if (log.size() > 0 && faults.strike(Fault.LOG_DAMAGE, 3)) {
            damageLog(faults.random(Fault.LOG_DAMAGE));
            isImpaired = true;
        }
    }

    /** Some bytes from one place of the log stand in another; or a bit is turned over. */
    private void damageLog(SplittableRandom draw) {
        byte[] bytes = new byte[(int) log.size()];
        log.read(0, ByteBuffer.wrap(bytes));
        if (draw.nextBoolean()) {
            bytes[draw.nextInt(bytes.length)] ^= (byte) (1 << draw.nextInt(8));
        } else {
            int from = draw.nextInt(bytes.length);
            int to = draw.nextInt(bytes.length);
            System.arraycopy(bytes, from, bytes, to, bytes.length - Math.max(from, to));
        }
        log.truncate(0);
        log.append(ByteBuffer.wrap(bytes));
    }

    private void damage(String name, SplittableRandom draw) {
        byte[] bytes = snapshots.bytes(name);
        List<String> names = snapshots.list();
        switch (draw.nextInt(3)) {
            case 0 -> bytes[draw.nextInt(bytes.length)] ^= (byte) (1 << draw.nextInt(8));
            case 1 -> bytes = Arrays.copyOf(bytes, draw.nextInt(bytes.length));
            default -> bytes = snapshots.bytes(names.get(draw.nextInt(names.size())));
        }
        snapshots.put(name, bytes);
    }

    /** Whether something failed in this life that the engine may have stopped for. */
    boolean hasFailed() {
        return disk.hasFailed();
    }

    /** Whether the journal may be refused for damage. */
    boolean isDamaged() {
        return damage.isThere();
    }

    /** Whoever was refused restores the journal's files from a copy. */
    void restore() {
        damage.restore();
    }

    /** No more faults: there is space again. */
    void end() {
        disk.end();
    }

    /** The journal is open again. */
    void recovered() {
        hasLostPower = false;
        damage.judged();
    }

    /** Whether a crash since the last recovery took what was not forced. */
    boolean hasLostPower() {
        return hasLostPower;
    }

    /** Whether a crash took or damaged what a snapshot needs. */
    boolean isImpaired() {
        return isImpaired;
    }

    /** Sequence of the newest snapshot there is; -1 without one. */
    long newestSnapshot() {
        List<String> names = snapshots.list();
        if (names.isEmpty()) {
            return -1;
        }
        String name = names.get(names.size() - 1);
        return Long.parseUnsignedLong(name.substring(name.lastIndexOf('-') + 1), 16);
    }

    long lastJournaled() {
        return journal == null ? -1 : journal.lastSequence();
    }

    MemoryFrameStore frames() {
        return frames;
    }

    LogStorage log() {
        return log;
    }

    List<byte[]> sinkMessages(int sinkId) {
        return sinks.get(sinkId).messages();
    }

    int sinkId(String name) {
        return sinkNames.indexOf(name);
    }

    int sinkCount() {
        return sinks.size();
    }

    /** Shows every result to the invariants before the sink has it. */
    private final class WatchedSink implements Sink {
        private final SimulatedSink sink;
        private final int id;

        WatchedSink(SimulatedSink sink, int id) {
            this.sink = sink;
            this.id = id;
        }

        @Override
        public long open(Committed committed) {
            return sink.open(committed);
        }

        @Override
        public void write(OutputRecord record) {
            outputs.accept(record, id);
            sink.write(record);
        }

        @Override
        public void flush() {
            sink.flush();
        }

        @Override
        public void force() {
            sink.force();
        }

        @Override
        public Committed committed() {
            return sink.committed();
        }

        @Override
        public void close() {
            sink.close();
        }
    }
}
