package io.penstock.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Says why nothing comes out; never writes. */
@Command(
        name = "why",
        description =
                "Say what each stage waits for, and which source holds it back since when; also"
                        + " while the engine runs.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class WhyCommand implements Callable<Integer> {
    private final Operations operations;
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The directory of a run.")
    private String directory;

    @Option(
            names = "--at",
            paramLabel = "SEQUENCE|TIME",
            description =
                    "Behind this sequence, or the last record journaled at this time, such as"
                            + " 2026-01-31T12:00:00Z, or before (default: the journal's end).")
    private String at;

    WhyCommand(Operations operations, Terminal terminal) {
        this.operations = operations;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return operations.why(new WhyRequest(Arguments.path("DIR", directory), at), terminal);
    }
}
