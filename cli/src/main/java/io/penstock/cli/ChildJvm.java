package io.penstock.cli;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.RuntimeMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command in a process of its own: the binary, the flags and the class path of this one. It ends
 * with this process at the latest, also when that is interrupted.
 *
 * <p>One thread; its stderr is read by another.
 */
final class ChildJvm implements AutoCloseable {
    private static final List<String> OWN_FLAGS =
            List.of("-agentlib:", "-Xrunjdwp", "-Dpenstock.terminal");

    private final Process process;
    private final Thread killer;
    private final Thread reader;
    private final List<String> errLines = new ArrayList<>();

    private ChildJvm(Process process) {
        this.process = process;
        this.killer = new Thread(process::destroyForcibly, "demo-killer");
        this.reader = new Thread(this::readErr, "demo-stderr");
        Runtime.getRuntime().addShutdownHook(killer);
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts a command. */
    static ChildJvm start(String... arguments) {
        RuntimeMXBean jvm = ManagementFactory.getRuntimeMXBean();
        List<String> command = new ArrayList<>();
        command.add(
                ProcessHandle.current()
                        .info()
                        .command()
                        .orElseThrow(
                                () ->
                                        new PenstockException(
                                                Category.FAILED,
                                                "the system does not tell which Java this is")));
        jvm.getInputArguments().stream()
                .filter(flag -> OWN_FLAGS.stream().noneMatch(flag::startsWith))
                .forEach(command::add);
        command.addAll(List.of("-cp", jvm.getClassPath(), Main.class.getName()));
        command.addAll(Arrays.asList(arguments));
        try {
            return new ChildJvm(
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start());
        } catch (IOException e) {
            throw new PenstockException(
                    Category.FAILED, "cannot start " + command.get(0) + ": " + e, e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Its standard input. */
    OutputStream input() {
        return process.getOutputStream();
    }

    /** Waits a moment for its end; whether it has come. */
    boolean isEndedAfter(long millis) {
        try {
            return process.waitFor(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(Category.FAILED, "interrupted", e);
        }
    }

    /** Kills it with SIGKILL, and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Waits for its end; its exit code. */
    int awaitEnd() {
        try {
            int exitCode = process.waitFor();
            reader.join();
            return exitCode;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PenstockException(Category.FAILED, "interrupted", e);
        }
    }

    /** What it has said on stderr so far. */
    List<String> errLines() {
        synchronized (errLines) {
            return List.copyOf(errLines);
        }
    }

    @Override
    public void close() {
        kill();
        try {
            Runtime.getRuntime().removeShutdownHook(killer);
        } catch (IllegalStateException e) {
            // This process is ending too, and the hook at work: nothing is left to remove.
            return;
        }
    }

    private void readErr() {
        try (BufferedReader err =
                new BufferedReader(
                        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            String line = err.readLine();
            while (line != null) {
                synchronized (errLines) {
                    errLines.add(line);
                }
                line = err.readLine();
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
