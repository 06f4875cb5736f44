package io.penstock.testkit.crash;

import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.testkit.simulation.SimulatedCrash;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Snapshots in memory whose writes tear, and whose bytes turn over. */
final class WeakSnapshots implements SnapshotStorage {
    private final MemorySnapshotStorage snapshots = new MemorySnapshotStorage();
    private SplittableRandom tearing;

    /** The next write or seal is done in part, and the process ends. */
    void tear(SplittableRandom random) {
        tearing = random;
    }

    /** Turns a bit of a snapshot over. */
    void flip(String name, long bit) {
        byte[] bytes = snapshots.bytes(name);
        bytes[(int) (bit >>> 3)] ^= (byte) (1 << (bit & 7));
        snapshots.put(name, bytes);
    }

    long lengthBytes(String name) {
        return snapshots.bytes(name).length;
    }

    /** Forgets them all. */
    void clear() {
        list().forEach(snapshots::delete);
    }

    @Override
    public Output create(String name) {
        return new WeakOutput(name, snapshots.create(name));
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

    private final class WeakOutput implements Output {
        private final String name;
        private final Output output;
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();

        WeakOutput(String name, Output output) {
            this.name = name;
            this.output = output;
        }

        @Override
        public void write(ByteBuffer source) {
            byte[] part = new byte[source.remaining()];
            source.duplicate().get(part);
            written.writeBytes(part);
            if (tearing != null) {
                tear("write of a snapshot");
            }
            output.write(source);
        }

        @Override
        public void seal() {
            if (tearing != null) {
                tear("seal of a snapshot");
            }
            output.seal();
        }

        /** A file system that renames before it has the bytes: a part of it, under its name. */
        private void tear(String during) {
            byte[] bytes = written.toByteArray();
            snapshots.put(name, Arrays.copyOf(bytes, tearing.nextInt(bytes.length + 1)));
            tearing = null;
            throw new SimulatedCrash(during);
        }

        @Override
        public void close() {
            output.close();
        }
    }
}
