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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.function.ObjIntConsumer;

/** What outlives the process in a simulation, and what happens to it when the process ends. */
final class SimulatedStores implements Stores {
    static final UUID JOURNAL_ID = new UUID(0x51, 0x52);

    private static final int BLOCK_LENGTH = 256 * 1024;

    private final Seams seams;
    private final SimulationOptions options;
    private final Fuse fuse;
    private final ObjIntConsumer<OutputRecord> outputs;
    private final List<String> sinkNames;
    private final MemoryFrameStore frames = new MemoryFrameStore();
    private final MemoryLogStorage log = new MemoryLogStorage();
    private final MemorySnapshotStorage snapshots = new MemorySnapshotStorage();
    private final List<SimulatedSink> sinks = new ArrayList<>();
    private Journal journal;
    private boolean isImpaired;
    private boolean hasLostPower;
    private int failedForces;

    SimulatedStores(
            Pipeline pipeline,
            Seams seams,
            SimulationOptions options,
            Fuse fuse,
            ObjIntConsumer<OutputRecord> outputs) {
        this.seams = seams;
        this.options = options;
        this.fuse = fuse;
        this.outputs = outputs;
        this.sinkNames = pipeline.sinks().stream().map(PlanSink::name).toList();
        sinkNames.forEach(name -> sinks.add(new SimulatedSink(fuse)));
    }

    @Override
    public Journal openJournal() {
        journal = null;
        journal =
                Journals.open(
                        JournalConfig.on(new FusedFrameStore(seams.frames(frames), fuse))
                                .withJournalId(JOURNAL_ID)
                                .withSegmentLength(options.segmentLengthBytes())
                                .withLengths(BLOCK_LENGTH, options.maxFrameLengthBytes()));
        return journal;
    }

    @Override
    public LogStorage openOutputLog() {
        return new FusedLogStorage(seams.log(log), fuse);
    }

    @Override
    public SnapshotStorage snapshots() {
        return new FusedSnapshots(seams.snapshots(snapshots), fuse);
    }

    @Override
    public Sink sink(PlanSink sink) {
        int id = sinkNames.indexOf(sink.name());
        return seams.sink(sink.name(), new WatchedSink(sinks.get(id), id));
    }

    /** The process is over: loses and damages what the options say. */
    void crash(SplittableRandom random) {
        failedForces = frames.failedForces();
        if (options.losesPower() && random.nextBoolean()) {
            hasLostPower = true;
            frames.losePower(random.nextLong());
        } else {
            frames.crash(random.nextLong());
        }
        if (options.losesSinkTails()) {
            sinks.forEach(sink -> sink.crash(random.nextInt(200)));
            if (random.nextInt(4) == 0) {
                sinks.get(random.nextInt(sinks.size())).remove();
            }
        }
        if (options.cutsOutputLog() && log.size() > 0 && random.nextBoolean()) {
            log.truncate(random.nextLong(log.size()));
            isImpaired = true;
        }
        if (options.damagesSnapshots()) {
            for (String name : snapshots.list()) {
                if (random.nextInt(3) == 0) {
                    damage(name, random);
                    isImpaired = true;
                }
            }
        }
    }

    private void damage(String name, SplittableRandom random) {
        byte[] bytes = snapshots.bytes(name);
        if (random.nextBoolean()) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        } else {
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        snapshots.put(name, bytes);
    }

    /** Lets a force of the journal fail in this life. */
    void failForce(int afterForces) {
        frames.failForce(afterForces);
    }

    /** Whether a force failed in this life. */
    boolean hasForceFailed() {
        return frames.failedForces() > failedForces;
    }

    /** The journal is open again. */
    void recovered() {
        hasLostPower = false;
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

    List<byte[]> messages(int sinkId) {
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
