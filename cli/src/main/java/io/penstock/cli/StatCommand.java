package io.penstock.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows the counters of an engine, running or not; never writes. */
@Command(
        name = "stat",
        description = "Show the counters of an engine, running or not.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class StatCommand implements Callable<Integer> {
    private final Operations operations;
    private final Terminal terminal;

    @Parameters(paramLabel = "DIR", description = "The directory of a run.")
    private String directory;

    @Option(names = "--watch", description = "Show them again every second, until interrupted.")
    private boolean isWatching;

    StatCommand(Operations operations, Terminal terminal) {
        this.operations = operations;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return operations.stat(
                new StatRequest(Arguments.path("DIR", directory), isWatching), terminal);
    }
}
