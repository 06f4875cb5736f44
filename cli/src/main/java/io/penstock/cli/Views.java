package io.penstock.cli;

import io.penstock.engine.control.EngineDirectory;
import io.penstock.engine.control.StateView;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.StepFailure;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;

/** Looks at the state of a directory's pipeline from outside. */
final class Views {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private Views() {}

    static StateView open(Path directory, String at, Terminal terminal) {
        EngineDirectory.StoredPlan stored = EngineDirectory.inspect(directory);
        Pipeline pipeline = StoredPipelines.definitionOf(stored).pipeline();
        try (Progress progress = new Progress(terminal)) {
            return StateView.open(
                    pipeline,
                    directory,
                    position(at),
                    CoreLimits.DEFAULT,
                    (done, total) -> progress.update(() -> "read " + done));
        } catch (StepFailure e) {
            throw new PenstockException(
                    Category.FAILED,
                    e.getMessage() + " (what was before it: --at " + (e.sequence() - 1) + ")",
                    e);
        }
    }

    private static StateView.Position position(String at) {
        if (at == null) {
            return StateView.Position.END;
        }
        if (!at.isEmpty() && at.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return StateView.Position.at(Arguments.number("--at", 0, Long.MAX_VALUE, at));
        }
        try {
            Instant time = Instant.parse(at);
            return StateView.Position.atTime(
                    Math.addExact(
                            Math.multiplyExact(time.getEpochSecond(), NS_PER_SECOND),
                            time.getNano()));
        } catch (DateTimeException | ArithmeticException e) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "option --at must be a sequence, or a time such as 2026-01-31T12:00:00Z: '"
                            + at
                            + "'");
        }
    }
}
