package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No output may be named that an engine keeps for itself. */
final class OutputPathsTest {
    private static final List<String> OWN =
            List.of(
                    "identity",
                    "plan.txt",
                    "LOCK",
                    "outputs.log",
                    "counters.dat",
                    "schemas/801.sbeir",
                    "journal/MARK",
                    "journal/LOCK",
                    "journal/other");

    @TempDir Path folder;
    private Path input;
    private Path directory;

    @BeforeEach
    void run() throws IOException {
        input = Files.writeString(folder.resolve("in.csv"), "t,k,v\n1,a,1.5\n2,b,2\n");
        directory = folder.resolve("d");
        run(directory, folder.resolve("out.csv")).expect(0);
    }

    private CommandRun run(Path engine, Path output) {
        return CommandRun.of(
                "run",
                "aggregate",
                "--input",
                input.toString(),
                "--dir",
                engine.toString(),
                "--output",
                output.toString(),
                "--set",
                "time=t",
                "--set",
                "key=k",
                "--set",
                "value=v",
                "--set",
                "window=tumbling:10ms");
    }

    private CommandRun replay(String option, Path output) {
        return CommandRun.of("replay", "--dir", directory.toString(), option, output.toString());
    }

    @Test
    void shouldRefuseFilesThatAnEngineKeepsForItself() throws IOException {
        byte[] identity = Files.readAllBytes(directory.resolve("identity"));
        for (String own : OWN) {
            Path file = directory.resolve(own);
            String rule = "must not be a file that an engine keeps for itself";
            replay("--output", file).expect(2).says("--output " + rule, "name another file");
            replay("--late", file).expect(2).says("--late " + rule);
            run(folder.resolve("other"), file).expect(2).says(rule);
            run(folder.resolve("new"), folder.resolve("new").resolve(own)).expect(2).says(rule);
            CommandRun.of("journal", "checkpoint", directory.toString(), "--output", "" + file)
                    .expect(2)
                    .says(rule);
        }
        assertArrayEquals(identity, Files.readAllBytes(directory.resolve("identity")));
        replay("--output", folder.resolve("again.csv")).expect(0);
        CommandRun.of("journal", "verify", directory.toString()).expect(0);
    }

    @Test
    void shouldRefuseThemThroughALink() throws IOException {
        Path link = folder.resolve("link.csv");
        Files.createSymbolicLink(link, directory.resolve("identity"));
        replay("--output", link).expect(2).says("an engine keeps for itself");
        Path door = folder.resolve("door");
        Files.createSymbolicLink(door, directory);
        replay("--output", door.resolve("plan.txt")).expect(2).says("an engine keeps for itself");
    }

    @Test
    void shouldTakeOtherFilesInTheDirectory() {
        replay("--output", directory.resolve("replayed.csv")).expect(0);
    }
}
