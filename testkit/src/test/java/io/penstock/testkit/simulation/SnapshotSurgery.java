package io.penstock.testkit.simulation;

import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.fault.PenstockException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.function.Consumer;

/** Gives snapshots with one section changed and every checksum right: what a bug would restore. */
final class SnapshotSurgery implements SnapshotStorage {
    private final SnapshotStorage snapshots;
    private final String section;
    private final Consumer<ByteBuffer> change;

    SnapshotSurgery(SnapshotStorage snapshots, String section, Consumer<ByteBuffer> change) {
        this.snapshots = snapshots;
        this.section = section;
        this.change = change;
    }

    @Override
    public Input open(String name) {
        MemorySnapshotStorage changed = new MemorySnapshotStorage();
        try (SnapshotReader reader = new SnapshotReader(snapshots, name);
                SnapshotWriter writer = new SnapshotWriter(changed, name)) {
            while (reader.skipToNextSection()) {
                SnapshotReader.Section from = reader.section();
                byte[] bytes = new byte[(int) from.lengthBytes()];
                reader.getBytes(bytes, 0, bytes.length);
                if (from.name().equals(section)) {
                    change.accept(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN));
                }
                writer.beginSection(from.name(), from.type(), from.schemaId(), from.version());
                writer.putBytes(bytes, 0, bytes.length);
                writer.endSection();
            }
            writer.seal();
        } catch (PenstockException damaged) {
            return snapshots.open(name);
        }
        return changed.open(name);
    }

    @Override
    public Output create(String name) {
        return snapshots.create(name);
    }

    @Override
    public List<String> list() {
        return snapshots.list();
    }

    @Override
    public void delete(String name) {
        snapshots.delete(name);
    }

    @Override
    public void deleteUnsealed() {
        snapshots.deleteUnsealed();
    }
}
