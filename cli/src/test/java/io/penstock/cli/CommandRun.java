package io.penstock.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * One command, run to its end in this process exactly as the launcher's would.
 *
 * @param exitCode of the process
 * @param out what it printed
 * @param err what it said
 */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(String... args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Terminal terminal =
                new Terminal(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        false,
                        false);
        int exitCode = new CommandTree(terminal, new EngineOperations()).execute(args);
        return new CommandRun(
                exitCode,
                out.toString(StandardCharsets.UTF_8),
                err.toString(StandardCharsets.UTF_8));
    }

    /** Fails unless the command ended with an exit code. */
    CommandRun expect(int expected) {
        if (exitCode != expected) {
            throw new AssertionError(
                    "exit code " + exitCode + ", not " + expected + "\n" + err + "\n" + out);
        }
        return this;
    }

    /** Fails unless all of some texts were said. */
    CommandRun says(String... texts) {
        for (String text : texts) {
            if (!err.contains(text)) {
                throw new AssertionError("'" + text + "' is not in: " + err);
            }
        }
        return this;
    }
}
