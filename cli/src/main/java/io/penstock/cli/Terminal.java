package io.penstock.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a command prints: results to {@code out}, everything else to {@code err}, both UTF-8
 * whatever the locale. The one place that reads the environment.
 *
 * @param out for results
 * @param err for progress and faults
 * @param isInteractive whether err is a terminal that can rewrite a line
 * @param isDebug whether faults are shown with their stack traces
 */
record Terminal(PrintStream out, PrintStream err, boolean isInteractive, boolean isDebug) {
    private static final int OUT_BUFFER_LENGTH = 1 << 16;

    /** The terminal of this process. */
    static Terminal ofProcess() {
        return new Terminal(
                new PrintStream(
                        new BufferedOutputStream(
                                new FileOutputStream(FileDescriptor.out), OUT_BUFFER_LENGTH),
                        false,
                        StandardCharsets.UTF_8),
                new PrintStream(
                        new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Boolean.getBoolean("penstock.terminal"),
                isSet("PENSTOCK_DEBUG"));
    }

    private static boolean isSet(String name) {
        String value = System.getenv(name);
        return value != null && !value.isEmpty() && !value.equals("0");
    }
}
