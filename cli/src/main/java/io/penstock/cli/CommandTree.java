package io.penstock.cli;

import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.Printable;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * All commands, and what happens to their faults: one paragraph on stderr and an exit code, a stack
 * trace only on demand. One use, one thread.
 */
final class CommandTree {
    private static final String PREFIX = "penstock: ";

    private final Root root = new Root();
    private final CommandLine commandLine = new CommandLine(root);
    private final Terminal terminal;

    /** The commands that need no engine. */
    CommandTree(Terminal terminal) {
        this.terminal = terminal;
        commandLine.addSubcommand(new PipelinesCommand(terminal));
    }

    /** All commands. */
    CommandTree(Terminal terminal, Operations operations) {
        this.terminal = terminal;
        commandLine
                .addSubcommand(new DemoCommand(operations, terminal))
                .addSubcommand(new RunCommand(operations, terminal))
                .addSubcommand(new ReplayCommand(operations, terminal))
                .addSubcommand(
                        new CommandLine(new JournalCommand(operations, terminal))
                                .addSubcommand(new JournalCommand.Verify(operations, terminal))
                                .addSubcommand(new JournalCommand.Export(operations, terminal))
                                .addSubcommand(new JournalCommand.Cat(operations, terminal)))
                .addSubcommand(new StatCommand(operations, terminal))
                .addSubcommand(new WhyCommand(operations, terminal))
                .addSubcommand(new StateCommand(operations, terminal))
                .addSubcommand(new PipelinesCommand(terminal))
                .addSubcommand(new CommandLine.HelpCommand());
    }

    /** Runs what the arguments ask for and returns the exit code; throws nothing. */
    int execute(String... args) {
        PrintWriter out = new PrintWriter(terminal.out(), true, StandardCharsets.UTF_8);
        try {
            return commandLine
                    .setExpandAtFiles(false)
                    .setPosixClusteredShortOptionsAllowed(false)
                    .setColorScheme(Help.defaultColorScheme(Help.Ansi.OFF))
                    .setOut(out)
                    .setParameterExceptionHandler((e, all) -> usageFault(e))
                    .setExecutionExceptionHandler((e, command, parsed) -> executionFault(e))
                    .execute(args);
        } catch (Throwable e) {
            return executionFault(e);
        } finally {
            out.flush();
        }
    }

    private int usageFault(ParameterException e) {
        CommandSpec command = e.getCommandLine().getCommandSpec();
        terminal.err()
                .println(
                        PREFIX
                                + Printable.of(usageMessage(e, command))
                                + "; see '"
                                + command.qualifiedName()
                                + " --help'");
        trace(e);
        return ExitCode.USAGE;
    }

    private static String usageMessage(ParameterException e, CommandSpec command) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String argument = unmatched.getUnmatched().get(0);
            if (argument.startsWith("-")) {
                String name = argument.split("=", 2)[0];
                return "unknown option '" + name + "' " + NearestName.hint(name, options(command));
            }
            List<String> subcommands = new ArrayList<>(command.subcommands().keySet());
            if (!subcommands.isEmpty()) {
                if (command.parent() == null) {
                    subcommands.add("example"); // the launcher's own
                }
                return "unknown command '"
                        + argument
                        + "' "
                        + NearestName.hint(argument, subcommands);
            }
            return "unexpected argument '" + argument + "'";
        }
        String message = e.getMessage();
        return Character.toLowerCase(message.charAt(0)) + message.substring(1);
    }

    private static List<String> options(CommandSpec command) {
        List<String> names = new ArrayList<>();
        for (OptionSpec option : command.options()) {
            names.add(option.longestName());
        }
        return names;
    }

    private int executionFault(Throwable e) {
        int exitCode = ExitCode.FAILED;
        if (e instanceof PenstockException fault) {
            exitCode = ExitCode.of(fault.category());
            terminal.err().println(PREFIX + fault.getMessage());
        } else {
            terminal.err()
                    .println(
                            PREFIX
                                    + "internal fault: "
                                    + Printable.of(e.toString())
                                    + " (run with --debug for its stack trace, and report it)");
        }
        trace(e);
        return exitCode;
    }

    private void trace(Throwable e) {
        if (root.isDebug || terminal.isDebug()) {
            e.printStackTrace(terminal.err());
        }
    }

    /** The command without a name: says which there are. */
    @Command(
            name = "penstock",
            description = "Embedded event processing, journaled and replayable bit for bit.",
            synopsisSubcommandLabel = "COMMAND",
            mixinStandardHelpOptions = true,
            versionProvider = Version.class,
            footer = {
                "",
                "Small programs to learn from: 'penstock example list'.",
                "Exit codes: 0 done; 1 engine failure, or results that differ; 2 usage or"
                        + " parameters; 3 input unreadable or truncated; 4 directory in use, of"
                        + " another plan, or of another input; 5 damage found.",
                "Environment: PENSTOCK_JAVA_OPTS (options for the JVM, split at blanks),"
                        + " PENSTOCK_DEBUG=1 (as --debug)."
            })
    private static final class Root implements Runnable {
        @Option(
                names = "--debug",
                scope = ScopeType.INHERIT,
                description = "Show the stack traces of faults.")
        private boolean isDebug;

        @CommandLine.Spec private CommandSpec spec;

        @Override
        public void run() {
            throw new ParameterException(
                    spec.commandLine(),
                    "a command is missing (there are: "
                            + String.join(", ", spec.subcommands().keySet())
                            + ")");
        }
    }
}
