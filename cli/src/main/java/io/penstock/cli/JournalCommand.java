package io.penstock.cli;

import io.penstock.cli.JournalRequest.Action;
import io.penstock.cli.JournalRequest.Format;
import io.penstock.fault.PenstockException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Looks into a journal, also into that of a running engine, and trims it. */
@Command(
        name = "journal",
        description = "Look into a journal, also into that of a running engine; trim it.",
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class JournalCommand implements Runnable {
    private static final String DIR = "DIR";
    private static final String DIR_HELP = "The directory of a run, or of its journal.";

    private static final String GIVEN_UP_HELP =
            "Records below this sequence were given up on purpose (default: none were).";

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

    private int look(Action action, String directory) {
        return operations.journal(
                JournalRequest.of(action, Arguments.path(DIR, directory), false), terminal);
    }

    @Command(
            name = "trim",
            description = {
                "Give up what nobody needs: whole segments below the oldest snapshot that can be"
                        + " restored and below the slowest registered reader; say what holds the"
                        + " rest.",
                "A running engine does it itself, beside its work. What is given up cannot be"
                        + " replayed any more, and results of it cannot be made again: keep"
                        + " outputs.log and snapshots as well as the journal."
            },
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    int trim(
            @Parameters(paramLabel = DIR, description = "The directory of a run.") String directory,
            @Option(names = "--dry-run", description = "Say only what would be given up.")
                    boolean isDryRun) {
        return operations.journal(
                JournalRequest.of(Action.TRIM, Arguments.path(DIR, directory), isDryRun), terminal);
    }

    /** Reads and checks everything. */
    @Command(
            name = "verify",
            description =
                    "Read and check every byte that counts; exit code 5 when some are damaged, or"
                            + " are not what a checkpoint says.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Verify implements Callable<Integer> {
        private final Operations operations;
        private final Terminal terminal;

        @Parameters(paramLabel = DIR, description = DIR_HELP)
        private String directory;

        @Option(
                names = "--deep",
                description = "Also compute the hash root of every segment, and the chain of them.")
        private boolean isDeep;

        @Option(
                names = "--checkpoint",
                paramLabel = "FILE",
                description =
                        "Compare with what 'journal checkpoint' exported: any change before it is"
                                + " found. Implies --deep.")
        private String checkpoint;

        @Option(names = "--given-up-before", paramLabel = "SEQUENCE", description = GIVEN_UP_HELP)
        private String givenUpBefore;

        Verify(Operations operations, Terminal terminal) {
            this.operations = operations;
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            if (givenUpBefore != null && checkpoint == null) {
                throw new PenstockException(
                        PenstockException.Category.CONFIGURATION,
                        "option --given-up-before needs a --checkpoint: '" + givenUpBefore + "'");
            }
            if (isDeep || checkpoint != null) {
                return operations.audit(
                        new AuditRequest(
                                Arguments.path(DIR, directory),
                                Arguments.path("--checkpoint", checkpoint),
                                givenUp(givenUpBefore),
                                false,
                                null),
                        terminal);
            }
            return operations.journal(
                    JournalRequest.of(Action.VERIFY, Arguments.path(DIR, directory), false),
                    terminal);
        }
    }

    /** Exports a checkpoint. */
    @Command(
            name = "checkpoint",
            description =
                    "Export the hash roots of a journal. Kept where the journal's writer cannot"
                            + " write, the file finds every later change of what was journaled.",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class)
    static final class Export implements Callable<Integer> {
        private final Operations operations;
        private final Terminal terminal;

        @Parameters(paramLabel = DIR, description = DIR_HELP)
        private String directory;

        @Option(
                names = "--output",
                paramLabel = "FILE",
                description =
                        "Where it goes (default: standard output). A checkpoint that is there is"
                                + " replaced only if the journal is what it says.")
        private String output;

        @Option(
                names = "--previous",
                paramLabel = "FILE",
                description =
                        "An earlier checkpoint: the journal must be what it says; what it knows of"
                                + " segments that are given up is taken over (default: --output"
                                + " if it is there).")
        private String previous;

        @Option(names = "--given-up-before", paramLabel = "SEQUENCE", description = GIVEN_UP_HELP)
        private String givenUpBefore;

        Export(Operations operations, Terminal terminal) {
            this.operations = operations;
            this.terminal = terminal;
        }

        @Override
        public Integer call() {
            return operations.audit(
                    new AuditRequest(
                            Arguments.path(DIR, directory),
                            Arguments.path("--previous", previous),
                            givenUp(givenUpBefore),
                            true,
                            Arguments.path("--output", output)),
                    terminal);
        }
    }

    private static long givenUp(String text) {
        return text == null ? 0 : Arguments.number("--given-up-before", 0, Long.MAX_VALUE, text);
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
                description = "First sequence (default: the first that is kept).")
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

        @Option(
                names = "--hold",
                description =
                        "Keep the journal from being trimmed before what is still to print; writes"
                                + " a file into DIR/readers.")
        private boolean isHolding;

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
                            fromSequence == null
                                    ? -1
                                    : Arguments.number("--from", 0, Long.MAX_VALUE, fromSequence),
                            toSequence == null
                                    ? -1
                                    : Arguments.number("--to", 0, Long.MAX_VALUE, toSequence),
                            Arguments.choice("--format", Format.class, format),
                            isHolding,
                            false),
                    terminal);
        }
    }
}
