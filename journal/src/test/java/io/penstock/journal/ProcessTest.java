package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process with a journal does beside writing it: nothing. */
@Timeout(60)
final class ProcessTest {
    @TempDir Path directory;

    @Test
    void shouldOpenNoSocketAndTellNobody() throws Exception {
        Path home = Files.createDirectory(directory.resolve("home"));
        List<String> flags = new ArrayList<>(TestProcess.flags());
        flags.add("-Duser.home=" + home);

        String said = run(flags, directory.resolve("journal"));

        assertTrue(said.contains("count 1000"), said);
        assertTrue(said.contains("fd "), said);
        // The JDK's file channels have a socket of no network; one of a network is in its tables.
        said.lines()
                .filter(line -> line.startsWith("fd socket"))
                .forEach(line -> assertFalse(said.contains("network " + line.substring(3)), said));
        assertThrows(
                ClassNotFoundException.class,
                () -> Class.forName("net.openhft.chronicle.analytics.Analytics"));
        assertFalse(said.toLowerCase(Locale.ROOT).contains("analytics"), said);
        assertFalse(said.contains("disk~space"), said);
        try (Stream<Path> files = Files.walk(home)) {
            assertEquals(
                    List.of(),
                    files.map(Path::toString).filter(name -> name.contains("analytics")).toList());
        }
    }

    @Test
    void shouldNameExactFlagsWhenTheyAreMissing() throws Exception {
        Process process =
                TestProcess.start(
                        List.of(), List.of(), FlagsMain.class, directory.resolve("j").toString());
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);

        assertTrue(said.startsWith("CONFIGURATION the JVM lacks flags"), said);
        for (String flag : TestProcess.flags()) {
            if (flag.startsWith("--add-")) {
                assertTrue(said.contains(flag), said + " lacks " + flag);
            }
        }
        assertFalse(Files.exists(directory.resolve("j")));
    }

    private static String run(List<String> flags, Path journal) throws Exception {
        Process process = TestProcess.start(List.of(), flags, QuietMain.class, journal.toString());
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), said);
        return said;
    }
}
