package io.penstock.engine.control;

import io.penstock.engine.control.SnapshotCoordinator.Image;
import io.penstock.engine.control.SnapshotCoordinator.Marker;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.memory.FrozenMemory;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Journal;
import java.util.List;
import org.agrona.concurrent.Agent;

/**
 * Writes the frozen state of a core into a snapshot while the core goes on, a piece each duty
 * cycle.
 *
 * <p>Then it waits for the barrier's marker, forces output log, sinks and journal, seals the file,
 * reads it back from first to last byte, and drops what is older than the newest two. A snapshot
 * that cannot be written, does not fit the limit of copies or is not read back as it was written is
 * given up and named; the engine goes on with those it has. A force of log, sinks or journal that
 * fails stops the engine, as it does elsewhere.
 *
 * <p>One thread, best one of its own; never the core's, unless pauses do not matter.
 */
final class SnapshotAgent implements Agent {
    private static final int KEPT = 2;

    private final SnapshotCoordinator coordinator;
    private final SnapshotStorage storage;
    private final Journal journal;
    private final String planHash;
    private final Runnable forceOutputs;
    private final FrozenMemory[] memories;
    private final RecoveryRates rates;
    private final Runnable afterSnapshot;

    private SnapshotWriter writer;
    private boolean isStateWritten;
    private boolean isOver;
    private boolean isMade;
    private long made;
    private long givenUp;
    private volatile long madeCount;
    private volatile long givenUpCount;
    private volatile long lastLengthBytes;
    private volatile String lastFailure;

    /**
     * Names the parts.
     *
     * @param afterSnapshot run when a snapshot was made, before the next can begin
     */
    SnapshotAgent(
            SnapshotCoordinator coordinator,
            SnapshotStorage storage,
            Journal journal,
            String planHash,
            Runnable forceOutputs,
            List<FrozenMemory> memories,
            RecoveryRates rates,
            Runnable afterSnapshot) {
        this.coordinator = coordinator;
        this.storage = storage;
        this.journal = journal;
        this.planHash = planHash;
        this.forceOutputs = forceOutputs;
        this.memories = memories.toArray(new FrozenMemory[0]);
        this.rates = rates;
        this.afterSnapshot = afterSnapshot;
        storage.deleteUnsealed();
    }

    @Override
    public int doWork() {
        Image image = coordinator.image();
        if (image == null) {
            return coordinator.isIdle() ? 0 : makeCopiesReady();
        }
        if (isOver) {
            return release();
        }
        int work = makeCopiesReady();
        if (!isStateWritten) {
            writeState(image);
            return work + 1;
        }
        Marker marker = coordinator.marker();
        if (marker == null) {
            return work;
        }
        forceOutputs.run();
        journal.force();
        complete(image, marker);
        return work + 1;
    }

    private int makeCopiesReady() {
        int made = 0;
        for (FrozenMemory memory : memories) {
            made += memory.makeReady();
        }
        return made;
    }

    private void writeState(Image image) {
        try {
            if (writer == null) {
                writer = new SnapshotWriter(storage, SnapshotCoordinator.name(image.sequence()));
            }
            if (!image.state().writeSome(writer)) {
                isStateWritten = true;
                finishReading();
            }
        } catch (PenstockException e) {
            giveUp(e);
        }
    }

    private void complete(Image image, Marker marker) {
        String name = SnapshotCoordinator.name(image.sequence());
        try {
            writeSinks(marker);
            writeRates();
            writeHeader(marker);
            long lengthBytes = writer.seal();
            writer.close();
            writer = null;
            verify(name, lengthBytes);
            dropOld();
            lastLengthBytes = lengthBytes;
            madeCount = ++made;
            coordinator.made(image.sequence());
            isMade = true;
            isOver = true;
        } catch (PenstockException e) {
            giveUp(e);
        }
    }

    private void writeSinks(Marker marker) {
        writer.beginSection(
                "sinks", SnapshotCoordinator.SECTION_SINKS, 0, SnapshotCoordinator.FORMAT_VERSION);
        writer.putInt(marker.sinks().size());
        for (Sink.Committed sink : marker.sinks()) {
            writer.putLong(sink.ordinal());
            writer.putLong(sink.lengthBytes());
            writer.putInt(sink.checksum());
        }
        writer.endSection();
    }

    private void writeRates() {
        writer.beginSection(
                "rates", SnapshotCoordinator.SECTION_RATES, 0, SnapshotCoordinator.FORMAT_VERSION);
        writer.putLong(rates.restoreNsPerMib()).putLong(rates.replayNsPerRecord());
        writer.endSection();
    }

    private void writeHeader(Marker marker) {
        writer.beginSection(
                "header",
                SnapshotCoordinator.SECTION_HEADER,
                0,
                SnapshotCoordinator.FORMAT_VERSION);
        writer.putLong(journal.id().getMostSignificantBits());
        writer.putLong(journal.id().getLeastSignificantBits());
        writer.putInt(journal.epoch());
        writer.putLong(marker.sequence());
        writer.putInt(marker.frameChecksum());
        writer.putString(planHash);
        writer.endSection();
    }

    /** Reads all of it back; what cannot be read is none, and must not stand before older ones. */
    private void verify(String name, long lengthBytes) {
        try (SnapshotReader reader = new SnapshotReader(storage, name)) {
            if (reader.lengthBytes() != lengthBytes) {
                throw reader.damaged("it has another length than was written: " + lengthBytes);
            }
        } catch (PenstockException e) {
            if (e.category() == Category.DAMAGE) {
                storage.delete(name);
            }
            throw e;
        }
    }

    private void giveUp(PenstockException reason) {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        finishReading();
        givenUpCount = ++givenUp;
        lastFailure = reason.getMessage();
        isOver = true;
    }

    private void finishReading() {
        for (FrozenMemory memory : memories) {
            memory.finish();
        }
    }

    /** Waits until the cores have seen that nothing is read any more, then frees what was kept. */
    private int release() {
        boolean isReleased = true;
        for (FrozenMemory memory : memories) {
            isReleased &= memory.reclaim();
        }
        if (isReleased) {
            if (isMade) {
                isMade = false;
                afterSnapshot.run();
            }
            isOver = false;
            isStateWritten = false;
            coordinator.finished();
        }
        return isReleased ? 1 : 0;
    }

    private void dropOld() {
        List<String> names = storage.list();
        for (int i = 0; i < names.size() - KEPT; i++) {
            storage.delete(names.get(i));
        }
    }

    /** Snapshots made since opening. */
    long madeCount() {
        return madeCount;
    }

    /** Snapshots that were given up since opening. */
    long givenUpCount() {
        return givenUpCount;
    }

    /** How fast recovery went at the latest opening that could tell. */
    RecoveryRates rates() {
        return rates;
    }

    /** Bytes of the newest snapshot made since opening; 0 when there is none. */
    long lastLengthBytes() {
        return lastLengthBytes;
    }

    /** Why the latest of those that were given up was; null if none was. */
    String lastFailure() {
        return lastFailure;
    }

    /** Gives up the snapshot that is being made; when no thread works any more. */
    void abandon() {
        if (writer != null) {
            writer.close();
            writer = null;
        }
        storage.deleteUnsealed();
    }

    @Override
    public String roleName() {
        return "snapshots";
    }
}
