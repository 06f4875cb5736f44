package io.penstock.cli;

import io.penstock.cli.RunRequest.Layout;
import io.penstock.cli.pipelines.BuiltinPipelines;
import io.penstock.cli.pipelines.PipelineSettings;
import io.penstock.engine.control.Retention;
import io.penstock.journal.JournalKind;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs a built-in pipeline over a CSV file. */
@Command(
        name = "run",
        description = {
            "Run a built-in pipeline over a CSV file, to its end.",
            "Run again on the same directory with the same input after it was stopped, by whatever"
                    + " means, it goes on where it was; output and late files are those of a run"
                    + " that was never stopped."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class RunCommand implements Callable<Integer> {
    private static final int MAX_SHARDS = 8;

    private final Operations operations;
    private final Terminal terminal;

    @Parameters(paramLabel = "PIPELINE", description = "Its name; see 'penstock pipelines'.")
    private String pipeline;

    @Option(
            names = "--input",
            required = true,
            paramLabel = "FILE",
            description = "The CSV file: plain, .gz, or - for standard input.")
    private String input;

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "Where journal, state and results are kept.")
    private String directory;

    @Option(
            names = "--output",
            paramLabel = "FILE",
            description = "Where the results go (default: output.csv in DIR).")
    private String output;

    @Option(
            names = "--late",
            paramLabel = "FILE",
            description = "Where events go that come too late (default: they are counted).")
    private String late;

    @Option(
            names = "--durability",
            paramLabel = "none|process|periodic:T|power",
            defaultValue = "process",
            description =
                    "When an event is acknowledged, and so what it survives: none; process: any"
                            + " kill; periodic:10ms: a power loss, but for so much; power: a power"
                            + " loss (default: process).")
    private String durability;

    @Option(
            names = "--journal",
            paramLabel = "chronicle|segment",
            description =
                    "How the journal is held, chosen once for a directory; periodic and power need"
                            + " segment (default: chronicle).")
    private String journal;

    @Option(
            names = "--layout",
            paramLabel = "shared|dedicated",
            description = "How stages share threads (default: what fits the cores).")
    private String layout;

    @Option(
            names = "--shards",
            paramLabel = "N",
            defaultValue = "1",
            description = "Threads that share the keys, 1 to 8; results are the same (default: 1).")
    private String shards;

    @Option(
            names = "--retention",
            paramLabel = "all|snapshots",
            defaultValue = "all",
            description =
                    "What is kept of the journal: all; snapshots: what the two newest snapshots"
                            + " need, in whole segments (default: all).")
    private String retention;

    @Option(
            names = "--set",
            paramLabel = "name=value",
            description = "A parameter of the pipeline; may be repeated.")
    private List<String> assignments = List.of();

    @Option(
            names = "--counts",
            description = "Print at the end what became of the events of each stage.")
    private boolean counts;

    RunCommand(Operations operations, Terminal terminal) {
        this.operations = operations;
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        PipelineSettings settings = BuiltinPipelines.named(pipeline).configure(assignments);
        Path inputPath = input.equals("-") ? null : Arguments.path("--input", input);
        return operations.run(
                new RunRequest(
                        settings,
                        inputPath,
                        Arguments.path("--dir", directory),
                        Arguments.path("--output", output),
                        Arguments.path("--late", late),
                        Arguments.durability("--durability", durability),
                        Arguments.choice("--journal", JournalKind.class, journal),
                        Arguments.choice("--layout", Layout.class, layout),
                        (int) Arguments.number("--shards", 1, MAX_SHARDS, shards),
                        Arguments.choice("--retention", Retention.class, retention),
                        counts),
                terminal);
    }
}
