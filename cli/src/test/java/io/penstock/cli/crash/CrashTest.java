package io.penstock.cli.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.control.Retention;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import io.penstock.journal.Journals;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills real workers until all pipelines are through, and compares with runs that were never
 * killed. {@code -Dpenstock.kills=1000} for a long run; two thirds at least die while events flow,
 * a sixth at least while they recover.
 */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
@SuppressWarnings("EnumOrdinal") // counts by phase are kept in arrays
final class CrashTest {
    private static final int KILLS = Integer.getInteger("penstock.kills", 60);
    private static final long SEED = Long.getLong("penstock.seed", System.nanoTime());
    private static final int ROWS = 200_000;
    private static final int KEYS = 500;
    private static final int MAX_LINES = 180;
    private static final long MAX_EXTRA_NS = TimeUnit.MILLISECONDS.toNanos(3);

    private final Random random = new Random(SEED);
    private final int[] killed = new int[Phase.values().length];
    private int killedInSnapshot;
    private long recoveryNs = TimeUnit.MILLISECONDS.toNanos(400);

    private static final List<String> PIPELINES =
            Stream.concat(Workload.PIPELINES.stream(), Stream.of(Workload.SESSIONS)).toList();
    private static final int[] SHARDS = {1, 2, 4};
    private static final List<String> LEVELS = List.of("process", "periodic:5ms", "power");

    @TempDir Path folder;
    private Path input;

    /** What a worker was doing when it died. */
    private enum Phase {
        STARTING,
        RECOVERING,
        SKIPPING,
        FLOWING,
        DONE
    }

    @BeforeEach
    void writeInput() throws IOException {
        input = folder.resolve("input.csv");
        Workload.write(input, ROWS, KEYS, 7);
    }

    @Test
    void shouldLoseAndDoubleNothingWheneverItIsKilled() throws Exception {
        for (String pipeline : PIPELINES) {
            life(pipeline, unkilled(pipeline), "shared", -1, false);
            assertTrue(Files.size(unkilled(pipeline).resolve("late.csv")) > 1_000);
        }
        int round = 0;
        int trimmed = 0;
        int wantedFlowing = (KILLS * 2 + 2) / 3;
        int wantedRecovering = (KILLS + 5) / 6;
        while (kills() < KILLS
                || killed[Phase.FLOWING.ordinal()] < wantedFlowing
                || killed[Phase.RECOVERING.ordinal()] < wantedRecovering) {
            assertTrue(kills() < 2 * KILLS + 10, () -> "kills miss their phases: " + counts());
            String pipeline = PIPELINES.get(round % PIPELINES.size());
            Path directory = folder.resolve(pipeline + round++);
            killUntilDone(pipeline, directory, wantedFlowing, wantedRecovering);
            assertEquals(
                    List.of(),
                    ResultChecker.check(unkilled(pipeline), directory),
                    () -> pipeline + ", seed " + SEED + ", " + counts());
            trimmed += firstKept(directory) > 0 ? 1 : 0;
            delete(directory);
        }
        assertTrue(trimmed > 0, "no journal was trimmed");
        System.out.println("CrashTest: seed " + SEED + ", " + counts());
        System.out.println(
                "GUARANTEE R3 "
                        + KILLS
                        + " kills (and those that missed their phase), a sixth while recovering, two"
                        + " thirds while events flow: 0 results lost, doubled or in another order");
    }

    private static long firstKept(Path directory) {
        return Journals.info(directory.resolve("journal")).firstSequence();
    }

    private void killUntilDone(String pipeline, Path directory, int flowing, int recovering)
            throws Exception {
        int atMost = kills() + (KILLS + 2) / PIPELINES.size();
        boolean isDone = false;
        while (!isDone) {
            String layout = random.nextBoolean() ? "shared" : "dedicated";
            if (kills() >= atMost) {
                life(pipeline, directory, layout, -1, false);
                return;
            }
            boolean inRecovery =
                    Files.exists(directory.resolve("journal"))
                            && killed[Phase.RECOVERING.ordinal()] < recovering
                            && (random.nextInt(3) == 0
                                    || killed[Phase.FLOWING.ordinal()] >= flowing);
            isDone =
                    life(pipeline, directory, layout, 1 + random.nextInt(MAX_LINES), inRecovery)
                            == Phase.DONE;
        }
    }

    /** One life of a worker; returns what it was doing when it ended. */
    private Phase life(
            String pipeline, Path directory, String layout, int lines, boolean inRecovery)
            throws Exception {
        JournalKind kind = kindOf(directory);
        String level =
                kind == JournalKind.SEGMENT
                        ? LEVELS.get(random.nextInt(LEVELS.size()))
                        : Durability.PROCESS.toString();
        Process process =
                Workers.start(
                        pipeline,
                        input.toString(),
                        directory.toString(),
                        layout,
                        lines < 0 ? "fast" : "slow",
                        String.valueOf(shards(directory, lines)),
                        level,
                        kind.name(),
                        retentionOf(directory).name());
        Phase phase = Phase.STARTING;
        boolean isKilled = false;
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(
                                process.getInputStream(), StandardCharsets.US_ASCII))) {
            int rows = 0;
            long openingNs = 0;
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                phase = phaseOf(line, phase);
                if (isKilled) {
                    continue;
                }
                if (phase == Phase.RECOVERING) {
                    openingNs = System.nanoTime();
                } else if (phase == Phase.SKIPPING) {
                    recoveryNs = System.nanoTime() - openingNs;
                } else if (phase == Phase.FLOWING) {
                    rows++;
                }
                if (inRecovery ? phase != Phase.STARTING : rows == lines) {
                    kill(process, inRecovery ? (long) (recoveryNs * 0.9) : MAX_EXTRA_NS);
                    isKilled = true;
                }
            }
        } catch (IOException e) {
            assertTrue(isKilled, () -> "the worker's output broke off: " + e);
        }
        assertTrue(process.waitFor(2, TimeUnit.MINUTES), "the worker hangs");
        if (phase == Phase.DONE) {
            assertEquals(0, process.exitValue());
            return phase;
        }
        Phase last = phase;
        assertTrue(
                isKilled,
                () -> pipeline + " failed while " + last + ", seed " + SEED + ", " + counts());
        killed[phase.ordinal()]++;
        countSnapshot(directory);
        return phase;
    }

    /** Every other directory has segments of our own, and any level in each life. */
    private static JournalKind kindOf(Path directory) {
        String name = directory.getFileName().toString();
        return (name.charAt(name.length() - 1) & 1) == 0
                ? JournalKind.SEGMENT
                : JournalKind.CHRONICLE;
    }

    /** Two of three directories trim their journal behind each snapshot. */
    private static Retention retentionOf(Path directory) {
        boolean isWhole = directory.getFileName().toString().startsWith("unkilled");
        return isWhole || number(directory) % 3 == 2 ? Retention.ALL : Retention.SNAPSHOTS;
    }

    /** Any number in each life, but where only snapshots of one number can be started from. */
    private int shards(Path directory, int lines) {
        if (retentionOf(directory) == Retention.SNAPSHOTS) {
            return SHARDS[number(directory) % SHARDS.length];
        }
        return lines < 0 ? 1 : SHARDS[random.nextInt(SHARDS.length)];
    }

    private static int number(Path directory) {
        String name = directory.getFileName().toString();
        return Integer.parseInt(name.replaceAll(".*[^0-9]", ""));
    }

    private void kill(Process process, long atMostNs) {
        long untilNs = System.nanoTime() + (long) (random.nextDouble() * atMostNs);
        while (System.nanoTime() < untilNs) {
            LockSupport.parkNanos(untilNs - System.nanoTime());
        }
        // By its handle: the process itself would close the pipe that is still read.
        process.toHandle().destroyForcibly();
    }

    private static Phase phaseOf(String line, Phase before) {
        return switch (line) {
            case "opening" -> Phase.RECOVERING;
            case "open" -> Phase.SKIPPING;
            case "rows" -> Phase.FLOWING;
            case "done" -> Phase.DONE;
            default -> before; // a line that the kill cut
        };
    }

    private void countSnapshot(Path directory) throws IOException {
        if (!Files.isDirectory(directory.resolve("snapshots"))) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory.resolve("snapshots"))) {
            if (files.anyMatch(file -> file.toString().endsWith(".tmp"))) {
                killedInSnapshot++;
            }
        }
    }

    private Path unkilled(String pipeline) {
        return folder.resolve("unkilled-" + pipeline);
    }

    private int kills() {
        int sum = 0;
        for (int count : killed) {
            sum += count;
        }
        return sum;
    }

    private String counts() {
        StringBuilder text = new StringBuilder("killed");
        for (Phase phase : Phase.values()) {
            text.append(' ').append(phase).append('=').append(killed[phase.ordinal()]);
        }
        return text.append(" in-snapshot=").append(killedInSnapshot).toString();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void shouldFindAPlantedLossDuplicateAndReorder() throws IOException {
        Path expected = files("expected", "h", "a", "b", "c", "a");
        assertEquals(List.of(), ResultChecker.check(expected, expected));

        assertFault("lost=1 duplicated-or-foreign=0", expected, "h", "a", "c", "a");
        assertFault("lost=0 duplicated-or-foreign=1", expected, "h", "a", "b", "b", "c", "a");
        assertFault("in another order", expected, "h", "a", "c", "b", "a");
        assertFault("lost=1 duplicated-or-foreign=1", expected, "h", "a", "b", "x", "a");
        assertFault("lost=1", expected, "h", "a", "b", "c");
        for (String file : List.of("late.csv", "dead-letters.csv")) {
            Path actual = files("missing", "h", "a", "b", "c", "a");
            Files.delete(actual.resolve(file));
            assertEquals(List.of(file + ": missing"), ResultChecker.check(expected, actual));
        }
    }

    private void assertFault(String text, Path expected, String... rows) throws IOException {
        List<String> faults = ResultChecker.check(expected, files("actual", rows));
        assertEquals(3, faults.size());
        for (String fault : faults) {
            assertNotNull(fault);
            assertTrue(fault.contains(text), fault);
        }
    }

    private Path files(String name, String... rows) throws IOException {
        Path directory = Files.createDirectories(folder.resolve(name));
        for (String file : List.of("output.csv", "late.csv", "dead-letters.csv")) {
            Files.writeString(directory.resolve(file), String.join("\n", rows) + "\n");
        }
        return directory;
    }
}
