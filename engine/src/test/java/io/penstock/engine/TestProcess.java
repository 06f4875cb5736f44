package io.penstock.engine;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs another main class of the tests in a JVM of its own. */
public final class TestProcess {
    private static final long TIMEOUT_S = 60;

    private TestProcess() {}

    /**
     * What became of it.
     *
     * @param output both streams
     */
    public record Result(int exitCode, String output) {}

    /** The flags this JVM has, but for properties. */
    public static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(
                        flag ->
                                flag.startsWith("--")
                                        || flag.equals("-XX:+IgnoreUnrecognizedVMOptions"))
                .toList();
    }

    /** A process whose output is read line by line; closing it kills it. */
    public static final class Running implements AutoCloseable {
        private final Process process;
        private final BufferedReader said;

        private Running(Process process) {
            this.process = process;
            this.said =
                    new BufferedReader(
                            new InputStreamReader(
                                    process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** The next line; null at the end. */
        public String readLine() throws IOException {
            return said.readLine();
        }

        /** Kills it, and waits until it is gone. */
        public void kill() {
            process.destroyForcibly().onExit().orTimeout(TIMEOUT_S, TimeUnit.SECONDS).join();
        }

        @Override
        public void close() throws IOException {
            kill();
            said.close();
        }
    }

    /** Starts a class. */
    public static Running start(List<String> flags, Class<?> main, String... arguments)
            throws IOException {
        return new Running(launch(flags, main, arguments));
    }

    /** Runs a class to its end. */
    public static Result run(List<String> flags, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        Process process = launch(flags, main, arguments);
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still running: " + main);
            }
            return new Result(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }

    private static Process launch(List<String> flags, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m", "-Xshare:auto", "-cp"));
        String path = System.getProperty("surefire.test.class.path");
        command.add(path == null ? System.getProperty("java.class.path") : path);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
