package io.penstock.cli.fuzz;

import static java.util.Objects.requireNonNull;

import io.penstock.engine.telemetry.CountersFile;
import java.nio.file.Path;
import java.util.List;

/** The counters file that {@code stat} reads while an engine writes it. */
public final class CountersFuzz implements FuzzTarget {
    private static final CountersFuzz TARGET = new CountersFuzz();

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        Path file = FuzzFiles.directory(name()).resolve("counters.dat");
        FuzzFiles.write(file, input);
        return Typed.of(
                () -> {
                    CountersFile.read(file)
                            .values()
                            .forEach((name, value) -> requireNonNull(value, name));
                    return true;
                });
    }

    @Override
    public List<byte[]> seeds() {
        return List.of(EngineFiles.bytes("counters.dat"));
    }

    @Override
    public int perMille() {
        return 200;
    }
}
