package io.penstock.engine.snapshot;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.TreeMap;

/** Snapshots on the heap, for test kit and simulator. One thread. */
public final class MemorySnapshotStorage implements SnapshotStorage {
    private final TreeMap<String, byte[]> snapshots = new TreeMap<>();

    /** Creates an empty storage. */
    public MemorySnapshotStorage() {}

    /** A copy of a snapshot's bytes, or null. */
    public byte[] bytes(String name) {
        byte[] bytes = snapshots.get(name);
        return bytes == null ? null : bytes.clone();
    }

    /** Puts bytes in a snapshot's place, as a disk might. */
    public void put(String name, byte[] bytes) {
        SnapshotNames.require(name);
        snapshots.put(name, bytes.clone());
    }

    @Override
    public Output create(String name) {
        SnapshotNames.require(name);
        return new MemoryOutput(name);
    }

    @Override
    public List<String> list() {
        return List.copyOf(snapshots.keySet());
    }

    @Override
    public Input open(String name) {
        byte[] bytes = snapshots.get(name);
        if (bytes == null) {
            throw new PenstockException(Category.STORAGE, "snapshot must exist: name=" + name);
        }
        return new MemoryInput(name, bytes);
    }

    @Override
    public void delete(String name) {
        snapshots.remove(name);
    }

    @Override
    public void deleteUnsealed() {}

    private final class MemoryOutput implements Output {
        private final String name;
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        MemoryOutput(String name) {
            this.name = name;
        }

        @Override
        public void write(ByteBuffer source) {
            byte[] part = new byte[source.remaining()];
            source.get(part);
            bytes.writeBytes(part);
        }

        @Override
        public void seal() {
            snapshots.put(name, bytes.toByteArray());
        }

        @Override
        public void close() {}
    }

    private static final class MemoryInput implements Input {
        private final String name;
        private final byte[] bytes;

        MemoryInput(String name, byte[] bytes) {
            this.name = name;
            this.bytes = bytes;
        }

        @Override
        public long length() {
            return bytes.length;
        }

        @Override
        public String location() {
            return "memory:" + name;
        }

        @Override
        public int read(long offset, ByteBuffer target) {
            int length = (int) Math.max(0, Math.min(target.remaining(), bytes.length - offset));
            target.put(bytes, (int) Math.min(offset, bytes.length), length);
            return length;
        }

        @Override
        public void close() {}
    }
}
