package io.penstock.cli.machine;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Commands of the system, JVMs like this one, and what tests of promises say. */
final class Machine {
    private static final long COMMAND_SECONDS = 60;

    /**
     * What a command came to.
     *
     * @param exitCode of its process
     * @param said on stdout and stderr
     */
    record Result(int exitCode, String said) {
        boolean isOk() {
            return exitCode == 0;
        }
    }

    private Machine() {}

    /** Runs a command to its end; exit code 127 where there is no such command. */
    static Result run(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException("hangs: " + List.of(command) + ": " + said);
            }
            return new Result(process.exitValue(), said);
        } catch (IOException e) {
            return new Result(127, e.toString());
        }
    }

    /** Runs a command that has to succeed. */
    static String require(String... command) throws IOException, InterruptedException {
        Result result = run(command);
        if (!result.isOk()) {
            throw new IOException(List.of(command) + ": " + result);
        }
        return result.said();
    }

    /** Says that a promise was kept. */
    static void kept(String id, long count, String what) {
        System.out.println("GUARANTEE " + id + " " + count + " " + what);
    }

    /** Leaves a test out, and says so, unless the machine can run it. */
    static void needs(boolean isThere, String id, String reason) {
        Assumptions.assumeTrue(isThere, "GUARANTEE " + id + " not-run " + reason);
    }

    /** The command line of a JVM like this one, quick to start, that runs a main class. */
    static List<String> java(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--")
                    || flag.startsWith("-Dchronicle.")
                    || flag.equals("-XX:+IgnoreUnrecognizedVMOptions")) {
                command.add(flag);
            }
        }
        // Files of the JVM's own are named by the process id, which in a namespace is everybody's.
        command.addAll(
                List.of(
                        "-XX:TieredStopAtLevel=1",
                        "-Xshare:auto",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-XX:ErrorFile=/dev/null",
                        "-cp"));
        String path = System.getProperty("surefire.test.class.path");
        command.add(path == null ? System.getProperty("java.class.path") : path);
        command.add(main.getName());
        command.addAll(arguments);
        return command;
    }
}
