package io.penstock.cli.fuzz;

import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.egress.MemoryLogStorage;
import io.penstock.engine.egress.OutputLog;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/** The output log, which is cut where it is not whole. */
public final class OutputLogFuzz implements FuzzTarget {
    private static final OutputLogFuzz TARGET = new OutputLogFuzz();
    private static final UUID ID = new UUID(1, 2);

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        ByteBuffer bytes = Bytes.rest(input);
        if ((Bytes.flags(input) & 1) != 0) {
            Stamps.outputs(bytes, ID.getMostSignificantBits(), ID.getLeastSignificantBits());
        }
        MemoryLogStorage storage = new MemoryLogStorage();
        storage.append(bytes);
        return Typed.of(
                () -> {
                    long[] records = new long[1];
                    try (OutputLog log = new OutputLog(storage, ID, Long.MAX_VALUE)) {
                        log.forEach(
                                record -> {
                                    records[0]++;
                                    if (record.messageLength() < 0) {
                                        throw new AssertionError("a negative length");
                                    }
                                    if (record.messageLength() > 0) {
                                        record.buffer()
                                                .getByte(
                                                        record.messageOffset()
                                                                + record.messageLength()
                                                                - 1);
                                    }
                                    return true;
                                });
                    }
                    if (records[0] > input.length / 32) {
                        throw new AssertionError(records[0] + " records");
                    }
                    return records[0] > 0;
                });
    }

    @Override
    public List<byte[]> seeds() {
        Path directory = FuzzFiles.directory(name());
        EngineFiles.writeTo(directory);
        EngineDirectory.StoredPlan plan = EngineDirectory.inspect(directory);
        byte[] log = EngineFiles.bytes("outputs.log");
        FuzzFiles.delete(directory);
        if (plan.journalId().equals(ID)) {
            throw new IllegalStateException("ids are random");
        }
        return List.of(Bytes.with(1, log), Bytes.with(0, log));
    }

    @Override
    public int perMille() {
        return 100; // each allocates the log's two frames
    }
}
