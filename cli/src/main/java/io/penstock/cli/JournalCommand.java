package io.penstock.cli;

import io.penstock.cli.JournalRequest.Action;
import io.penstock.cli.JournalRequest.Format;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into a journal, also into that of a running engine; never writes. */
@Command(
        name = "journal",
        description = "Look into a journal, also into that of a running engine.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class JournalCommand implements Runnable {
    private static final String DIR = "DIR";
    private static final String DIR_HELP = "The directory of a run, or of its journal.";

    private final Operations operations;
    private final Terminal terminal;

    @Spec private CommandSpec spec;

    JournalCommand(Operations operations, Terminal terminal) {
        this.operations = operations;
        this.terminal = terminal;
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "a command is missing (there are: "
                        + String.join(", ", spec.subcommands().keySet())
                        + ")");
    }

    @Command(
            name = "info",
            description = "Say what a journal consists of.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int info(@Parameters(paramLabel = DIR, description = DIR_HELP) String directory) {
        return look(Action.INFO, directory);
    }

    @Command(
            name = "verify",
            description =
                    "Read and check every byte that counts; exit code 5 when some are damaged.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int verify(@Parameters(paramLabel = DIR, description = DIR_HELP) String directory) {
        return look(Action.VERIFY, directory);
    }

    private int look(Action action, String directory) {
        return operations.journal(
                new JournalRequest(action, Arguments.path(DIR, directory), 0, -1, Format.JSON),
                terminal);
    }

    /** Prints records; a class, because its options have defaults. */
    @Command(
            name = "cat",
            description = "Print the records of a journal.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Cat implements Callable<Integer> {
        private final Operations operations;
        private final Terminal terminal;

        @Parameters(paramLabel = DIR, description = DIR_HELP)
        private String directory;

        @Option(
                names = "--from",
                paramLabel = "SEQUENCE",
                defaultValue = "0",
                description = "First sequence (default: 0).")
        private String fromSequence;

        @Option(
                names = "--to",
                paramLabel = "SEQUENCE",
                description = "Last sequence, included (default: the end).")
        private String toSequence;

        @Option(
                names = "--format",
                paramLabel = "json|csv",
                defaultValue = "json",
                description = "How to print (default: json, one object a line).")
        private String format;

        Cat(Operations operations, Terminal terminal) {
            this.operations = operations;
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return operations.journal(
                    new JournalRequest(
                            Action.CAT,
                            Arguments.path(DIR, directory),
                            Arguments.number("--from", 0, Long.MAX_VALUE, fromSequence),
                            toSequence == null
                                    ? -1
                                    : Arguments.number("--to", 0, Long.MAX_VALUE, toSequence),
                            Arguments.choice("--format", Format.class, format)),
                    terminal);
        }
    }
}
