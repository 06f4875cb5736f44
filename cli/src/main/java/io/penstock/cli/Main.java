package io.penstock.cli;

/** Entry of the command line. The process id of the launcher is that of this JVM. */
public final class Main {
    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] args) {
        Logging.warningsOnly();
        Terminal terminal = Terminal.ofProcess();
        int exitCode = new CommandTree(terminal, new EngineOperations()).execute(args);
        terminal.out().flush();
        if (terminal.out().checkError() && exitCode == ExitCode.OK) {
            exitCode = ExitCode.FAILED;
        }
        System.exit(exitCode);
    }
}
