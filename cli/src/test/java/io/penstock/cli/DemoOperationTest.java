package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.demo.ExpectedFiles;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole demos in processes, and what is found when something was altered in one. */
@Timeout(180)
final class DemoOperationTest {
    private static final long EVENTS = 20_000;
    private static final long SEED = 7;

    /** A demo that has ended well; tests alter copies of its engine's directory. */
    @TempDir private static Path finished;

    private static String lastLine;
    private static String printed;
    private static ExpectedFiles expected;

    @TempDir private Path temp;

    @BeforeAll
    static void runOnce() {
        Run run = new Run(finished, () -> {});
        assertEquals(ExitCode.OK, run.exitCode, run.printed);
        printed = run.printed;
        lastLine = run.lastLine();
        expected = ExpectedFiles.of(EVENTS, SEED, DirectoryDigest::sha256);
    }

    @Test
    void shouldKillRecoverAndEndIdentical() {
        assertTrue(
                lastLine.matches("IDENTICAL alerts=\\d+ sha256=[0-9a-f]{64} lost=0 duplicated=0"),
                lastLine);
        assertEquals(expected.alerts().size(), alertsOf(lastLine));
        assertTrue(expected.alerts().size() > 0 && expected.late().size() > 0);
        assertTrue(printed.contains("(SIGKILL) with 1"), printed);
        assertTrue(printed.contains("records replayed"), printed);
    }

    @Test
    void shouldFindAnAlteredAlertAndThenStartAnewInTheSameDirectory() {
        Path directory = temp.resolve("demo");
        Run altered = new Run(directory, () -> flip(directory.resolve(DemoDirectory.ALERTS), 0.5));

        assertEquals(ExitCode.FAILED, altered.exitCode);
        assertEquals(
                "DIFFERENT alerts.csv was altered",
                altered.lastLine().replaceAll(" \\(.*", ""),
                altered.printed);

        Run again = new Run(directory, () -> {});
        assertEquals(lastLine, again.lastLine(), again.printed);
    }

    @Test
    void shouldNameWhatWasAlteredAddedOrRemoved() throws IOException {
        Path directory = copy("copy");
        DirectoryDigest before = DirectoryDigest.of(directory, DemoDirectory.LOCK);
        Path plan = directory.resolve("engine/plan.txt");
        Path extra = directory.resolve("engine/extra");

        assertTrue(difference(before, directory).isEmpty());
        Files.writeString(extra, "");
        assertEquals("engine/extra was added", difference(before, directory));
        Files.delete(extra);
        flip(plan, 0.5);
        assertTrue(difference(before, directory).startsWith("engine/plan.txt was altered"));
        Files.delete(plan);
        assertEquals("engine/plan.txt is missing", difference(before, directory));
    }

    @Test
    void shouldFindWhatRecoveryWouldHaveHealedOrRefused() throws IOException {
        check(copy("unaltered").resolve("engine"));

        for (String name :
                List.of(
                        "identity",
                        "plan.txt",
                        "schemas/801.sbeir",
                        "outputs.log",
                        "dead-letters.csv")) {
            Path engine = copy(name.replace('/', '-')).resolve("engine");
            flip(engine.resolve(name), 0.5);
            assertDifferent(engine, name);
        }
        Path journal = copy("journal").resolve("engine");
        try (Stream<Path> files = Files.walk(journal.resolve("journal/e00002"))) {
            Path segment =
                    files.filter(f -> f.toString().endsWith(".cq4")).findFirst().orElseThrow();
            flipContent(segment);
        }
        assertDifferent(journal, "e00002");

        Path snapshot = copy("snapshot").resolve("engine");
        Files.writeString(snapshot.resolve("snapshots/0000000000000000001"), "no snapshot");
        assertDifferent(snapshot, "snapshots");

        Path added = copy("added").resolve("engine");
        Files.writeString(added.resolve("extra"), "");
        assertDifferent(added, "extra");
    }

    @Test
    void shouldRefuseADirectoryThatIsNotADemos() throws IOException {
        Path file = Files.writeString(temp.resolve("mine.txt"), "mine");

        PenstockException refused =
                assertThrows(PenstockException.class, () -> new Run(temp, () -> {}));

        assertEquals(Category.CONFIGURATION, refused.category());
        assertEquals("mine", Files.readString(file));
        assertFalse(Files.exists(temp.resolve(DemoDirectory.LOCK)));
    }

    @Test
    void shouldRefuseADirectoryThatADemoHolds() {
        DemoRequest request = new DemoRequest(EVENTS, SEED, temp.resolve("demo"));
        try (DemoDirectory held = DemoDirectory.open(request.directory(), request)) {
            PenstockException refused =
                    assertThrows(
                            PenstockException.class,
                            () -> DemoDirectory.open(request.directory(), request));

            assertEquals(Category.LOCKED, refused.category());
            assertTrue(Files.exists(held.file(DemoDirectory.MARKER)));
        }
    }

    private static void check(Path engine) {
        new EngineDirectoryCheck(engine, (done, total) -> {})
                .run(Map.of("output", expected.alerts().size(), "late", expected.late().size()));
    }

    private static void assertDifferent(Path engine, String name) {
        DemoDifference found = assertThrows(DemoDifference.class, () -> check(engine), name);
        assertTrue(found.getMessage().contains(name), found.getMessage());
    }

    private static String difference(DirectoryDigest before, Path directory) {
        return before.difference(DirectoryDigest.of(directory, DemoDirectory.LOCK), Set.of())
                .orElse("");
    }

    private static int alertsOf(String line) {
        return Integer.parseInt(line.replaceAll(".*alerts=(\\d+) .*", "$1"));
    }

    private Path copy(String name) throws IOException {
        Path target = temp.resolve(name);
        try (Stream<Path> paths = Files.walk(finished)) {
            for (Path path : paths.sorted(Comparator.naturalOrder()).toList()) {
                Files.copy(path, target.resolve(finished.relativize(path).toString()));
            }
        }
        return target;
    }

    /** Alters one bit, at a part of the file. */
    private static void flip(Path file, double part) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            bytes[(int) (bytes.length * part)] ^= 1;
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Alters one bit of the payments in a segment. */
    private static void flipContent(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("C10");
        assertTrue(at > 0, segment.toString());
        bytes[at + 1] ^= 1;
        Files.write(segment, bytes);
    }

    /** One demo, in this process and the ones it starts. */
    private static final class Run {
        private final int exitCode;
        private final String printed;

        Run(Path directory, Runnable beforeComparison) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            ByteArrayOutputStream err = new ByteArrayOutputStream();
            Terminal terminal =
                    new Terminal(
                            new PrintStream(out, true, StandardCharsets.UTF_8),
                            new PrintStream(err, true, StandardCharsets.UTF_8),
                            false,
                            false);
            exitCode =
                    new DemoOperation(
                                    new DemoRequest(EVENTS, SEED, directory),
                                    terminal,
                                    beforeComparison)
                            .run();
            printed = out.toString(StandardCharsets.UTF_8) + err.toString(StandardCharsets.UTF_8);
            lines = out.toString(StandardCharsets.UTF_8).lines().toList();
        }

        private final List<String> lines;

        String lastLine() {
            return lines.get(lines.size() - 1);
        }
    }
}
