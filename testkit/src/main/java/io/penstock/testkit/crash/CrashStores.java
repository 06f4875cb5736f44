package io.penstock.testkit.crash;

import io.penstock.engine.control.Stores;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.Journals;
import io.penstock.journal.memory.AppendFault;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.SegmentFile;
import io.penstock.testkit.simulation.FusedFrameStore;
import io.penstock.testkit.simulation.FusedLogStorage;
import io.penstock.testkit.simulation.FusedSnapshots;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import org.agrona.LangUtil;

/** What outlives the process in a run of the kit, and what can happen to it. One thread. */
final class CrashStores implements Stores {
    private static final UUID JOURNAL_ID = new UUID(0xC4A5, 0x817);
    private static final int SEGMENT_LENGTH = 4096;
    private static final int MIN_BLOCK_LENGTH = 256 * 1024;
    private static final int FRAME_OVERHEAD = 256;
    private static final String QUARANTINE = "quarantine/";
    private static final List<AppendFault> TORN =
            List.of(AppendFault.PART_STORED, AppendFault.TORN, AppendFault.ALL_STORED);

    private final Experiment experiment;
    private final PointFuse fuse;
    private final Causes causes;
    private final MemoryFrameStore frames = new MemoryFrameStore();
    private final WeakLog log = new WeakLog();
    private final WeakSnapshots snapshots = new WeakSnapshots();
    private final List<SinkWorld> worlds = new ArrayList<>();
    private Journal journal;

    /** Told of every result that a sink is given. */
    @FunctionalInterface
    interface Causes {
        /** A sink gets a result of the record with this sequence. */
        void onResult(int sinkId, long sequence);
    }

    CrashStores(Experiment experiment, Causes causes) {
        this.experiment = experiment;
        this.causes = causes;
        this.fuse = new PointFuse(this::fileOf, this::journaled);
        for (String sink : experiment.sinks()) {
            worlds.add(experiment.newWorld(sink));
        }
    }

    PointFuse fuse() {
        return fuse;
    }

    @Override
    public Journal openJournal() {
        int frame = Math.max(SEGMENT_LENGTH, experiment.strideBytes() + FRAME_OVERHEAD);
        journal =
                Journals.open(
                        JournalConfig.on(new FusedFrameStore(frames, fuse))
                                .withJournalId(JOURNAL_ID)
                                .withSegmentLength(SEGMENT_LENGTH)
                                .withLengths(blockLength(frame), frame));
        return journal;
    }

    /** A frame takes a quarter of a block at most. */
    private static int blockLength(int frameLength) {
        return Math.max(MIN_BLOCK_LENGTH, Integer.highestOneBit(4 * frameLength) << 1);
    }

    @Override
    public LogStorage openOutputLog() {
        return new FusedLogStorage(log, fuse);
    }

    @Override
    public SnapshotStorage snapshots() {
        return new FusedSnapshots(snapshots, fuse);
    }

    @Override
    public Sink sink(PlanSink sink) {
        int id = experiment.sinks().indexOf(sink.name());
        return new FusedSink(
                sink.name(),
                worlds.get(id).open(),
                fuse,
                sequence -> causes.onResult(id, sequence));
    }

    SinkWorld world(int sinkId) {
        return worlds.get(sinkId);
    }

    MemoryFrameStore frames() {
        return frames;
    }

    private long journaled() {
        return journal == null ? -1 : journal.lastSequence();
    }

    private String fileOf(String what) {
        CrashPoint call = new CrashPoint(0, what, "", -1);
        if (call.isTurn() || !call.isOfJournal()) {
            return "";
        }
        if (what.contains("mark")) {
            return "journal/" + MemoryFrameStore.MARK;
        }
        List<SegmentFile> segments = frames.segments();
        return segments.isEmpty() ? "" : "journal/" + segments.get(segments.size() - 1).name();
    }

    /** The process is over. */
    void crash(SplittableRandom random, boolean losesPower) {
        if (losesPower) {
            frames.losePower(random.nextLong());
            log.losePower(random);
        } else {
            frames.crash(random.nextLong());
        }
        for (SinkWorld world : worlds) {
            if (losesPower && world instanceof FileWorld file) {
                file.losePower(random);
            } else {
                world.onCrash();
            }
        }
        journal = null;
    }

    /** The call that is about to be made is done in part. */
    void tear(CrashPoint point, SplittableRandom random) {
        if (point.isOfLog()) {
            log.tear(random);
        } else if (point.isOfSnapshots()) {
            snapshots.tear(random);
        } else {
            frames.failAppend(0, TORN.get(random.nextInt(TORN.size())));
        }
    }

    /** The sync that is about to be made fails. */
    void failSync(CrashPoint point) {
        if (point.isOfJournal()) {
            frames.failForce(0);
        } else {
            throw Faults.storage("sync of " + point.what() + " failed");
        }
    }

    /** There is no space for the call that is about to be made. */
    void fill(CrashPoint point) {
        if (point.isOfJournal()) {
            // As its own call would.
            LangUtil.rethrowUnchecked(new IOException("No space left on device"));
        }
        throw Faults.storage("No space left on device, in " + point.what());
    }

    /**
     * Turns over one bit of what is there.
     *
     * @return the file it is in; null where there is none
     */
    String flip(SplittableRandom random) {
        List<String> names = new ArrayList<>(frames.names());
        names.removeIf(name -> name.startsWith(QUARANTINE));
        int journals = names.size();
        if (log.size() > 0) {
            names.add(log.name());
        }
        names.addAll(snapshots.list());
        if (names.isEmpty()) {
            return null;
        }
        int pick = random.nextInt(names.size());
        String name = names.get(pick);
        try {
            if (pick < journals) {
                long length = frames.lengthBytes(name);
                if (length == 0) {
                    return null;
                }
                frames.flip(name, random.nextLong(length), random.nextInt(8));
            } else if (name.equals(log.name())) {
                log.flip(random.nextLong(8 * log.size()));
            } else {
                long length = snapshots.lengthBytes(name);
                if (length == 0) {
                    return null;
                }
                snapshots.flip(name, random.nextLong(8 * length));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return name;
    }

    /** Removes all snapshots: recovery reads the whole journal then. */
    void dropSnapshots() {
        snapshots.clear();
    }
}
