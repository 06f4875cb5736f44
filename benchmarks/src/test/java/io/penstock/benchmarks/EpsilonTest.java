package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An engine with everything on lives in a small heap that nobody collects. */
@Timeout(120)
class EpsilonTest {
    private static final long TIMEOUT_S = 100;

    @Test
    void shouldNeedNoCollectorWithEverythingOn(@TempDir Path directory) throws Exception {
        Path said = directory.resolve("said");
        Path journals = Files.createDirectory(directory.resolve("journals"));
        Process process = start(said, "--events", "2000000", "--dir", journals.toString());
        try {
            assertTrue(process.waitFor(TIMEOUT_S, TimeUnit.SECONDS), "it does not end");
        } finally {
            process.destroyForcibly().waitFor();
        }
        String output = Files.readString(said);
        assertEquals(0, process.exitValue(), output);
        assertTrue(output.contains("heap end 2000000 events: "), output);
        assertTrue(output.endsWith("answers are right\n"), output);
        try (Stream<Path> left = Files.list(journals)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private static Process start(Path said, String... arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--") || flag.contains("IgnoreUnrecognized"))
                .forEach(command::add);
        command.addAll(
                List.of(
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:+UseEpsilonGC",
                        "-Xms64m",
                        "-Xmx64m",
                        "-XX:+ExitOnOutOfMemoryError",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EpsilonRun.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
    }
}
