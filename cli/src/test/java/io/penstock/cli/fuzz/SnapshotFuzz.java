package io.penstock.cli.fuzz;

import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import java.nio.ByteBuffer;
import java.util.List;

/** A snapshot's blocks and sections; checksums are made to fit when the first byte asks. */
public final class SnapshotFuzz implements FuzzTarget {
    private static final SnapshotFuzz TARGET = new SnapshotFuzz();

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        ByteBuffer bytes = Bytes.rest(input);
        if ((Bytes.flags(input) & 1) != 0) {
            Stamps.snapshot(bytes);
        }
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        storage.put("snapshot", Bytes.array(bytes));
        return Typed.of(() -> read(storage, Bytes.flags(input)));
    }

    private static boolean read(MemorySnapshotStorage storage, int flags) {
        try (SnapshotReader reader = new SnapshotReader(storage, "snapshot")) {
            while ((flags & 2) == 0 ? reader.skipToNextSection() : reader.nextSection()) {
                if ((flags & 4) != 0 && reader.remaining() > 0) {
                    reader.getString((int) Math.min(reader.remaining(), 1 << 16));
                }
                while (reader.remaining() >= Long.BYTES && (flags & 8) != 0) {
                    reader.getLong();
                }
                while (reader.remaining() > 0 && (flags & 2) != 0) {
                    reader.getByte();
                }
            }
            return true;
        }
    }

    @Override
    public List<byte[]> seeds() {
        byte[] snapshot = EngineFiles.bytes(EngineFiles.snapshot());
        ByteBuffer whole = ByteBuffer.wrap(snapshot).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        byte[] exact = java.util.Arrays.copyOf(snapshot, end(whole));
        return List.of(
                Bytes.with(0, exact),
                Bytes.with(1, exact),
                Bytes.with(3, exact),
                Bytes.with(15, exact));
    }

    /** Behind the footer. */
    static int end(ByteBuffer bytes) {
        int at = 16;
        while (bytes.getInt(at + 4) != 4) {
            at += 16 + bytes.getInt(at);
        }
        return at + 16 + bytes.getInt(at);
    }
}
