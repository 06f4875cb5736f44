package io.penstock.journal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts JVMs like this one that run another main class of the tests. */
final class TestProcess {
    private TestProcess() {}

    /** The flags this JVM has, but for properties. */
    static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(
                        flag ->
                                flag.startsWith("--")
                                        || flag.equals("-XX:+IgnoreUnrecognizedVMOptions"))
                .toList();
    }

    static Process start(
            List<String> prefix, List<String> flags, Class<?> main, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-Xmx128m");
        // Its file is named by the process id, which in a namespace is everybody's.
        command.add("-XX:-UsePerfData");
        command.add("-cp");
        String path = System.getProperty("surefire.test.class.path");
        command.add(path == null ? System.getProperty("java.class.path") : path);
        command.add(main.getName());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
