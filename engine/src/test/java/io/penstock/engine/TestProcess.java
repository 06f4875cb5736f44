package io.penstock.engine;

import java.io.IOException;
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

    /** Runs a class to its end. */
    public static Result run(List<String> flags, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-Xmx128m", "-Xshare:auto", "-cp"));
        String path = System.getProperty("surefire.test.class.path");
        command.add(path == null ? System.getProperty("java.class.path") : path);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new IllegalStateException("still running: " + command);
            }
            return new Result(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}
