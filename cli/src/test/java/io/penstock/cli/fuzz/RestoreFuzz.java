package io.penstock.cli.fuzz;

import io.penstock.engine.control.StateView;
import io.penstock.engine.core.CoreLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** State that a core takes from a snapshot whose checksums fit, whatever it says. */
public final class RestoreFuzz implements FuzzTarget {
    private static final RestoreFuzz TARGET = new RestoreFuzz();

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
        ByteBuffer bytes = ByteBuffer.wrap(input.clone()).order(ByteOrder.LITTLE_ENDIAN);
        Stamps.snapshot(bytes);
        FuzzFiles.write(directory.resolve(EngineFiles.snapshot()), bytes.array());
        return Typed.of(this::read);
    }

    private boolean read() {
        try (StateView view =
                StateView.open(
                        EngineFiles.pipeline(),
                        directory,
                        StateView.Position.END,
                        CoreLimits.DEFAULT,
                        (done, total) -> {})) {
            for (String stage : view.stages()) {
                view.page(stage, null, null, 100);
            }
            return view.snapshotSequence() >= 0;
        }
    }

    @Override
    public List<byte[]> seeds() {
        byte[] snapshot = EngineFiles.bytes(EngineFiles.snapshot());
        ByteBuffer whole = ByteBuffer.wrap(snapshot).order(ByteOrder.LITTLE_ENDIAN);
        return List.of(Arrays.copyOf(snapshot, SnapshotFuzz.end(whole)));
    }

    @Override
    public int perMille() {
        return 25;
    }
}
