package io.penstock.cli;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The command line for tests that live in packages of their own. */
public final class FuzzCommands {
    private FuzzCommands() {}

    /** Runs the aggregate pipeline over rows into a directory, with a snapshot at the end. */
    public static void aggregate(String rows, Path directory, List<String> parameters) {
        Definition definition =
                Definition.of(BuiltinPipelines.named("aggregate").configure(parameters));
        byte[] bytes = rows.getBytes(StandardCharsets.UTF_8);
        try (Engine engine =
                Engine.open(
                        definition.pipeline(),
                        EngineConfig.at(directory)
                                .maxMessageLength(definition.maxMessageLength()))) {
            engine.ingestCsv(
                    Definition.SOURCE,
                    definition.mapper(),
                    new ByteArrayInputStream(bytes),
                    "rows");
            engine.snapshot();
            engine.awaitIdle();
            while (engine.lastSnapshot() < 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** Runs a command; its exit code. */
    public static int run(String... args) {
        return CommandRun.of(args).exitCode();
    }

    /** What a command that fails says on stderr. */
    public static String says(String... args) {
        CommandRun run = CommandRun.of(args);
        if (run.exitCode() == ExitCode.OK) {
            throw new AssertionError("did not fail: " + String.join(" ", args));
        }
        return run.err();
    }

    /** What a command that succeeds prints. */
    public static String prints(String... args) {
        return CommandRun.of(args).expect(ExitCode.OK).out();
    }

    /**
     * Reads arguments as the launcher's would be read, and does nothing of what they ask for.
     *
     * @param err what was said on stderr
     * @return the exit code
     */
    public static int parse(StringBuilder err, String... args) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(
                        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                        new PrintStream(said, true, StandardCharsets.UTF_8),
                        false,
                        false);
        int exitCode = new CommandTree(terminal, new Nothing()).execute(args);
        err.append(said.toString(StandardCharsets.UTF_8));
        return exitCode;
    }

    /** Takes every request and does nothing. */
    private static final class Nothing implements Operations {
        @Override
        public int run(RunRequest request, Terminal terminal) {
            return Definition.of(request.settings()).pipeline().name().isEmpty() ? 1 : 0;
        }

        @Override
        public int replay(ReplayRequest request, Terminal terminal) {
            return ExitCode.OK;
        }

        @Override
        public int journal(JournalRequest request, Terminal terminal) {
            return ExitCode.OK;
        }

        @Override
        public int audit(AuditRequest request, Terminal terminal) {
            return ExitCode.OK;
        }

        @Override
        public int stat(StatRequest request, Terminal terminal) {
            return ExitCode.OK;
        }

        @Override
        public int why(WhyRequest request, Terminal terminal) {
            return ExitCode.OK;
        }

        @Override
        public int state(StateRequest request, Terminal terminal) {
            return ExitCode.OK;
        }

        @Override
        public int demo(DemoRequest request, Terminal terminal) {
            return ExitCode.OK;
        }
    }
}
