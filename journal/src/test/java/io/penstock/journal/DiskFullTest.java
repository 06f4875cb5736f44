package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A small file system that becomes full, where the machine lets one be mounted. */
@Timeout(120)
final class DiskFullTest {
    @TempDir Path directory;

    @ParameterizedTest
    @EnumSource(JournalKind.class)
    void shouldLoseNothingThatWasForcedWhenFileSystemIsFull(JournalKind kind) throws Exception {
        for (int kib = 1500; kib <= 2500; kib += 500) {
            String said = fill(kind, kib);
            assertTrue(said.endsWith("done\n"), said);
            assertFalse(said.contains("LOST") || said.contains("never full"), said);
            assertEquals(3, said.lines().filter(line -> line.equals("whole")).count(), said);
            assertEquals(3, said.lines().filter(l -> l.contains("ended STORAGE")).count(), said);
        }
    }

    private String fill(JournalKind kind, int kib) throws Exception {
        // The mount is in a namespace of its own, and goes with the process.
        String script =
                "mount -t tmpfs -o size=" + kib + "k tmpfs " + directory + " && exec \"$@\"";
        List<String> prefix = List.of("unshare", "--mount", "sh", "-c", script, "sh");
        Assumptions.assumeTrue(isPermitted(script), "skipped: no file system may be mounted here");
        Process process =
                TestProcess.start(
                        prefix,
                        TestProcess.flags(),
                        DiskFullMain.class,
                        directory.toString(),
                        kind.toString());
        String said =
                new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        assertTrue(process.waitFor(60, TimeUnit.SECONDS), said);
        assertEquals(0, process.exitValue(), said);
        return said;
    }

    private static boolean isPermitted(String script) throws Exception {
        try {
            Process probe =
                    new ProcessBuilder("unshare", "--mount", "sh", "-c", script, "sh", "true")
                            .start();
            return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
