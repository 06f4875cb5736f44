package io.penstock.cli;

import io.penstock.fault.PenstockException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the state of a pipeline behind a record; never writes. */
@Command(
        name = "state",
        description =
                "Show what the stages keep, as it was behind a record of the journal; also while"
                        + " the engine runs.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class StateCommand implements Callable<Integer> {
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

    @Option(names = "--stage", paramLabel = "NAME", description = "Only this stage.")
    private String stage;

    @Option(
            names = "--state",
            paramLabel = "NAME",
            description = "Only this state of the stage, such as 'panes' or 'timers'.")
    private String state;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "Only this key: a number, a text, or bytes as 0x...")
    private String key;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            description = "Most entries to show (default: 100).")
    private String limit;

    StateCommand(Operations operations, Terminal terminal) {
        this.operations = operations;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (state != null && stage == null) {
            throw new PenstockException(
                    PenstockException.Category.CONFIGURATION,
                    "option --state needs a --stage: '" + state + "'");
        }
        return operations.state(
                new StateRequest(
                        Arguments.path("DIR", directory),
                        at,
                        stage,
                        state,
                        key,
                        limit == null
                                ? DEFAULT_LIMIT
                                : Arguments.number("--limit", 0, Integer.MAX_VALUE, limit)),
                terminal);
    }

    private static final long DEFAULT_LIMIT = 100;
}
