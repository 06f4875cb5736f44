package io.penstock.testkit.simulation;

import io.penstock.engine.snapshot.SnapshotStorage;
import java.nio.ByteBuffer;
import java.util.List;

/** Snapshots on a disk that may fail, be full and forget files. */
final class FaultySnapshots implements SnapshotStorage {
    private final SnapshotStorage snapshots;
    private final SimulatedDisk disk;

    FaultySnapshots(SnapshotStorage snapshots, SimulatedDisk disk) {
        this.snapshots = snapshots;
        this.disk = disk;
    }

    @Override
    public Output create(String name) {
        disk.write("new snapshot");
        return new FaultyOutput(name, snapshots.create(name));
    }

    @Override
    public List<String> list() {
        return snapshots.list();
    }

    @Override
    public Input open(String name) {
        return snapshots.open(name);
    }

    @Override
    public void delete(String name) {
        snapshots.delete(name);
    }

    @Override
    public void deleteUnsealed() {
        snapshots.deleteUnsealed();
    }

    private final class FaultyOutput implements Output {
        private final String name;
        private final Output output;

        FaultyOutput(String name, Output output) {
            this.name = name;
            this.output = output;
        }

        @Override
        public void write(ByteBuffer source) {
            disk.write("snapshot");
            output.write(source);
        }

        @Override
        public void seal() {
            disk.force("snapshot");
            output.seal();
            disk.made(name);
            disk.forceEntry(name);
        }

        @Override
        public void close() {
            output.close();
        }
    }
}
