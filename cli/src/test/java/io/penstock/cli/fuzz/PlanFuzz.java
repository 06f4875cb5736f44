package io.penstock.cli.fuzz;

import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.pipeline.Plan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A plan, with checksums and an identity that name it, and the parameters that are read from it.
 */
public final class PlanFuzz implements FuzzTarget {
    private static final PlanFuzz TARGET = new PlanFuzz();

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
        FuzzFiles.write(directory.resolve("plan.txt"), Stamps.smallFile(input));
        String identity =
                "penstock-directory=1\njournal=00000000-0000-0001-0000-000000000002\n"
                        + "pipeline=aggregate\nplan="
                        + Plan.hashHexOf(new String(input, StandardCharsets.UTF_8))
                        + "\nhash-seed=2\n";
        FuzzFiles.write(directory.resolve("identity"), Stamps.smallFile(Bytes.of(identity)));
        return Typed.of(
                () -> {
                    EngineDirectory.StoredPlan plan = EngineDirectory.inspect(directory);
                    List<String> assignments = new ArrayList<>();
                    plan.parameters().forEach((name, value) -> assignments.add(name + "=" + value));
                    return BuiltinPipelines.named(plan.pipeline()).configure(assignments) != null;
                });
    }

    @Override
    public List<byte[]> seeds() {
        String text = new String(EngineFiles.bytes("plan.txt"), StandardCharsets.UTF_8).trim();
        return List.of(Bytes.of(text.substring(0, text.lastIndexOf('\n') + 1)));
    }

    @Override
    public int perMille() {
        return 200;
    }
}
