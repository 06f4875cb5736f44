package io.penstock.cli.fuzz;

import io.penstock.engine.control.EngineDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** The file that says who a directory is; its checksum is made to fit when the first byte asks. */
public final class IdentityFuzz implements FuzzTarget {
    private static final IdentityFuzz TARGET = new IdentityFuzz();
    private static final int TRAILER_LENGTH = 16;

    private Path directory;

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        if (directory == null) {
            Path place = FuzzFiles.directory(name());
            EngineFiles.writeTo(place);
            directory = place;
        }
        byte[] content = Bytes.rest(input).array();
        FuzzFiles.write(
                directory.resolve("identity"),
                (Bytes.flags(input) & 1) == 0 ? content : Stamps.smallFile(content));
        return Typed.of(
                () -> {
                    EngineDirectory.StoredPlan plan = EngineDirectory.inspect(directory);
                    Typed.requirePrintable(plan.pipeline());
                    Objects.requireNonNull(plan.journalId());
                    return true;
                });
    }

    @Override
    public List<byte[]> seeds() {
        byte[] file = EngineFiles.bytes("identity");
        String text = new String(file, StandardCharsets.UTF_8).trim();
        int end = text.lastIndexOf('\n') + 1;
        return List.of(
                Bytes.with(0, Bytes.of(text + "\n")),
                Bytes.with(1, Bytes.of(text.substring(0, end))),
                Bytes.with(1, Bytes.of("x".repeat(TRAILER_LENGTH))));
    }

    @Override
    public int perMille() {
        return 300;
    }
}
