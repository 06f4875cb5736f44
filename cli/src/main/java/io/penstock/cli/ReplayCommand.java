package io.penstock.cli;

import io.penstock.fault.PenstockException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Computes the results again from the journal. */
@Command(
        name = "replay",
        description =
                "Compute the results again from the journal alone, without snapshots and without"
                        + " the output log: the same bytes. Of a journal that was trimmed, those"
                        + " behind the oldest snapshot.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class ReplayCommand implements Callable<Integer> {
    private final Operations operations;
    private final Terminal terminal;

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "The directory of a run.")
    private String directory;

    @Option(
            names = "--to",
            paramLabel = "SEQUENCE",
            description = "Last sequence to replay, included (default: all).")
    private String toSequence;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the results go (default: standard output).")
    private String output;

    @Option(
            names = "--late",
            paramLabel = "FILE",
            description = "Where events go that came too late (default: they are counted).")
    private String late;

    @Option(
            names = "--verify",
            description =
                    "Compare with what is recorded instead: every result with the output log, the"
                            + " state with every snapshot. Exit code 1 when they differ.")
    private boolean isVerify;

    @Option(
            names = "--hold",
            description =
                    "Keep the journal from being trimmed before what is still to read; writes a"
                            + " file into DIR/readers.")
    private boolean isHolding;

    ReplayCommand(Operations operations, Terminal terminal) {
        this.operations = operations;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (isVerify && (output != null || late != null)) {
            throw new PenstockException(
                    PenstockException.Category.CONFIGURATION,
                    "option --verify gives no results: leave out "
                            + (output != null ? "--output" : "--late"));
        }
        return operations.replay(
                new ReplayRequest(
                        Arguments.path("--dir", directory),
                        toSequence == null
                                ? -1
                                : Arguments.number("--to", 0, Long.MAX_VALUE, toSequence),
                        Arguments.path("--output", output),
                        Arguments.path("--late", late),
                        isVerify,
                        isHolding),
                terminal);
    }
}
