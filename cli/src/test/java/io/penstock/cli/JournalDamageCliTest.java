package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.crash.DirectoryImage;
import io.penstock.cli.crash.ResultChecker;
import io.penstock.cli.crash.Workload;
import io.penstock.engine.EngineConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damage in a finished directory is harmless or named: the right bytes, or exit code 5 with the
 * file, and nothing else, within ten seconds.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
final class JournalDamageCliTest {
    private static final long SEED = Long.getLong("penstock.seed", 20_261);
    private static final int FLIPS = 200;
    private static final int ROWS = 3_000;
    private static final int SNAPSHOT_EVERY = 700;
    private static final int SEGMENT_BYTES = 96 * 1024;
    private static final long LIMIT_NS = TimeUnit.SECONDS.toNanos(10);

    @TempDir Path folder;
    private Path input;
    private Path directory;
    private Path expected;
    private DirectoryImage whole;

    @BeforeEach
    void makeDirectory() throws IOException {
        input = folder.resolve("input.csv");
        directory = folder.resolve("d");
        expected = folder.resolve("expected");
        Workload.write(input, ROWS, 50, 3);
        Definition definition = Workload.definition("aggregate");
        EngineConfig config =
                EngineConfig.at(directory)
                        .maxMessageLength(definition.maxMessageLength())
                        .snapshotEvery(SNAPSHOT_EVERY)
                        .segmentLengthBytes(SEGMENT_BYTES);
        WholeRun.of(input, definition, config);
        whole = DirectoryImage.of(directory);
        whole.writeTo(expected);
        assertTrue(whole.names().stream().anyMatch(name -> name.startsWith("snapshots/")));
        assertTrue(whole.names().stream().filter(name -> name.endsWith(".cq4")).count() > 1);
    }

    @Test
    void shouldNameAFlippedBitOrComeToTheSameResults() throws IOException {
        Random random = new Random(SEED);
        List<String> names = files();
        int named = 0;
        for (int i = 0; i < FLIPS; i++) {
            String name = names.get(i % names.size());
            int used = Math.max(whole.usedLength(name), 1);
            // The first bytes decide most: headers, lengths, metadata.
            int at = random.nextInt(i % 3 == 0 ? Math.min(used, 96) : used);
            int bit = random.nextInt(8);
            byte[] bytes = whole.bytes(name).clone();
            bytes[at] ^= (byte) (1 << bit);
            named += damaged(name, bytes, "bit " + bit + " of byte " + at + " of " + name);
        }
        assertTrue(named > FLIPS / 10, "too little is found: " + named);
    }

    @Test
    void shouldNameFilesThatAreShortMissingOrSwapped() throws IOException {
        Random random = new Random(SEED);
        List<String> names = files();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            byte[] bytes = whole.bytes(name);
            int used = Math.max(whole.usedLength(name), 1);
            damaged(name, new byte[0], name + " emptied");
            for (int length : new int[] {1, used / 2, random.nextInt(used), used - 1}) {
                damaged(name, Arrays.copyOf(bytes, length), name + " cut to " + length);
            }
            damaged(name, null, name + " removed");
            String other = names.get((i + 1) % names.size());
            damaged(name, whole.bytes(other), name + " replaced by " + other);
        }
    }

    private List<String> files() {
        List<String> names = new ArrayList<>(whole.names());
        names.removeIf(name -> whole.bytes(name).length == 0 || name.endsWith(".csv"));
        return names;
    }

    /** Damages one file; returns how many of replay and run named it. */
    private int damaged(String name, byte[] bytes, String what) throws IOException {
        whole.writeTo(directory);
        Path file = directory.resolve(name);
        if (bytes == null) {
            Files.delete(file);
        } else {
            Files.write(file, bytes);
        }
        Path again = folder.resolve("again");
        Files.createDirectories(again);
        int named =
                outcome(
                        "replay with " + what,
                        again,
                        "replay",
                        "--dir",
                        directory.toString(),
                        "--output",
                        again.resolve("output.csv").toString(),
                        "--late",
                        again.resolve("late.csv").toString());
        named +=
                outcome(
                        "run with " + what,
                        directory,
                        "run",
                        "aggregate",
                        "--input",
                        input.toString(),
                        "--dir",
                        directory.toString(),
                        "--late",
                        directory.resolve("late.csv").toString(),
                        "--set",
                        "time=ts",
                        "--set",
                        "key=symbol",
                        "--set",
                        "value=price",
                        "--set",
                        "window=hopping:4s:2s",
                        "--set",
                        "disorder=500ms");
        return named;
    }

    private int outcome(String what, Path results, String... args) throws IOException {
        long startNs = System.nanoTime();
        CommandRun run = CommandRun.of(args);
        String text = what + ", seed " + SEED + ": exit code " + run.exitCode() + "\n" + run.err();
        assertTrue(System.nanoTime() - startNs < LIMIT_NS, () -> "too slow: " + text);
        if (run.exitCode() == ExitCode.DAMAGE) {
            assertTrue(
                    run.err().contains("file=") || run.err().contains(directory.toString()), text);
            assertTrue(run.err().contains("offset"), text);
            return 1;
        }
        assertEquals(ExitCode.OK, run.exitCode(), text);
        List<String> faults = new ArrayList<>(ResultChecker.check(expected, results));
        if (args[0].equals("replay")) {
            faults.removeIf(fault -> fault.startsWith("dead-letters.csv"));
        }
        assertEquals(List.of(), faults, text);
        return 0;
    }
}
