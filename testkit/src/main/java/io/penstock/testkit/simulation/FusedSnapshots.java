package io.penstock.testkit.simulation;

import io.penstock.engine.snapshot.SnapshotStorage;
import java.nio.ByteBuffer;
import java.util.List;

/** Snapshots behind a fuse. */
public final class FusedSnapshots implements SnapshotStorage {
    private final SnapshotStorage snapshots;
    private final Fuse fuse;

    /** Puts a fuse before every call. */
    public FusedSnapshots(SnapshotStorage snapshots, Fuse fuse) {
        this.snapshots = snapshots;
        this.fuse = fuse;
    }

    @Override
    public Output create(String name) {
        fuse.call("creation of a snapshot");
        return new FusedOutput(snapshots.create(name));
    }

    @Override
    public List<String> list() {
        fuse.call("list of the snapshots");
        return snapshots.list();
    }

    @Override
    public Input open(String name) {
        fuse.call("opening of a snapshot");
        return snapshots.open(name);
    }

    @Override
    public void delete(String name) {
        fuse.call("deletion of a snapshot");
        snapshots.delete(name);
    }

    @Override
    public void deleteUnsealed() {
        fuse.call("deletion of unsealed snapshots");
        snapshots.deleteUnsealed();
    }

    private final class FusedOutput implements Output {
        private final Output output;

        FusedOutput(Output output) {
            this.output = output;
        }

        @Override
        public void write(ByteBuffer source) {
            fuse.call("write of a snapshot");
            output.write(source);
        }

        @Override
        public void seal() {
            fuse.call("seal of a snapshot");
            output.seal();
        }

        @Override
        public void close() {
            output.close();
        }
    }
}
