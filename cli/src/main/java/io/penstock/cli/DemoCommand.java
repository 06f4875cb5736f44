package io.penstock.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs, kills, recovers and proves. */
@Command(
        name = "demo",
        description = {
            "Run card-velocity over generated payments, kill it half-way, recover, finish, replay"
                    + " the journal in a fresh process, and compare.",
            "Ends with 'IDENTICAL alerts=N sha256=HEX lost=0 duplicated=0', or with 'DIFFERENT'"
                    + " and exit code 1."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class DemoCommand implements Callable<Integer> {
    private static final String DEFAULT_EVENTS = "1000000";
    private static final String DEFAULT_SEED = "42";
    private static final long MAX_EVENTS = 1_000_000_000L;

    private final Operations operations;
    private final Terminal terminal;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = DEFAULT_EVENTS,
            description = "Payments to generate (default: ${DEFAULT-VALUE}).")
    private String events;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = DEFAULT_SEED,
            description = "What they are made of (default: ${DEFAULT-VALUE}).")
    private String seed;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "Where everything is kept (default: target/demo in the project, else"
                            + " penstock-demo).")
    private String directory;

    DemoCommand(Operations operations, Terminal terminal) {
        this.operations = operations;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        return operations.demo(
                new DemoRequest(
                        Arguments.number("--events", 1, MAX_EVENTS, events),
                        Arguments.number("--seed", Long.MIN_VALUE, Long.MAX_VALUE, seed),
                        Arguments.path("--dir", directory)),
                terminal);
    }
}
