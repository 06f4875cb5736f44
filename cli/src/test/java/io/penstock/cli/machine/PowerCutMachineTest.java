package io.penstock.cli.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.crash.ResultChecker;
import io.penstock.cli.crash.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power of a file system below a whole engine that writes at level power: its journal,
 * output log, snapshots and results. {@code -Dpenstock.cuts=500} for a long run.
 */
@Timeout(3_600)
final class PowerCutMachineTest {
    private static final int CUTS = Integer.getInteger("penstock.cuts", 20);
    private static final long SEED = Long.getLong("penstock.seed", System.nanoTime());
    private static final int COPIES = 4;
    private static final int ROWS = 120_000;
    private static final int KEYS = 200;
    private static final int MAX_ACKS = 80;
    private static final int DISK_KIB = 160 * 1024;
    private static final String PIPELINE = Workload.SESSIONS;

    private final Random random = new Random(SEED);

    private static final String NO_BOOT = "the id of the boot cannot be changed here";

    private BootId boot;

    @TempDir Path folder;
    private Path input;
    private Path uncut;

    @AfterEach
    void giveBootBack() throws IOException {
        boot.close();
    }

    @BeforeEach
    void runWithoutCuts() throws Exception {
        boot = new BootId(folder.resolve("boot_id"), SEED);
        input = folder.resolve("input.csv");
        uncut = folder.resolve("uncut");
        Workload.write(input, ROWS, KEYS, 7);
    }

    @Test
    void shouldLoseNothingAcknowledgedWhenThePowerIsCut() throws Exception {
        try (Mount disk = Mount.ext4(folder.resolve("image"), folder.resolve("disk"), DISK_KIB)) {
            Machine.needs(disk != null, "R4b", "no file system may be mounted here");
            try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
                assertEquals("done", worker.obey(run(uncut, "fast")));
                int cuts = 0;
                for (int round = 0; cuts < CUTS; round++) {
                    Path directory = disk.point().resolve("engine" + round);
                    cuts += cutUntilDone(disk, worker, directory, CUTS - cuts);
                    assertEquals(List.of(), ResultChecker.check(uncut, directory), told());
                    Machine.require("rm", "-r", directory.toString());
                }
                Machine.kept(
                        "R4b",
                        cuts,
                        "real power cuts of ext4 below a writing engine at level power,"
                                + " 0 acknowledged events lost, results identical");
            }
        }
    }

    /** Returns the cuts it made until all input was through. */
    private int cutUntilDone(Mount disk, WorkerProcess worker, Path directory, int atMost)
            throws Exception {
        Path output = directory.resolve("output.csv");
        int cuts = 0;
        while (cuts < atMost) {
            worker.send(run(directory, "slow"));
            if (!worker.awaitAcks(1 + random.nextInt(MAX_ACKS))) {
                assertEquals("done", worker.awaitEnd(), told());
                return cuts;
            }
            // Behind the cut nothing can be read: what is out by now is what others may have seen.
            byte[] released = Files.exists(output) ? Files.readAllBytes(output) : new byte[0];
            Machine.Result cut = disk.cut(1 + random.nextInt(2));
            Machine.needs(cut.isOk(), "R4b", "the file system takes no shutdown: " + cut.said());
            cuts++;
            String end = worker.awaitEnd();
            long acknowledged = worker.acknowledged();
            assertTrue(end.startsWith("failed STORAGE"), () -> end + told());
            disk.unmount();
            if (random.nextBoolean()) {
                // Exit code 1: its log was replayed, as mounting does.
                Machine.Result check = Machine.run("e2fsck", "-p", disk.image().toString());
                assertTrue(check.exitCode() <= 1 || check.exitCode() == 127, check::said);
            }
            disk.mount();
            Machine.needs(boot.change(), "R4b", NO_BOOT);
            requireRecovered(worker, directory, acknowledged, released);
        }
        assertEquals("done", worker.obey(run(directory, "fast")), told());
        return cuts;
    }

    /** What was acknowledged is there, and so is all that was released; nothing else was. */
    private void requireRecovered(
            WorkerProcess worker, Path directory, long acknowledged, byte[] released)
            throws IOException {
        assertEquals("done", worker.obey(run(directory, "open")), told());
        assertTrue(
                worker.recovered() >= acknowledged,
                () -> "lost: " + worker.recovered() + " < " + acknowledged + told());
        byte[] results = Files.readAllBytes(directory.resolve("output.csv"));
        assertTrue(
                results.length >= released.length
                        && Arrays.equals(results, 0, released.length, released, 0, released.length),
                () -> "results were released of what is not there" + told());
    }

    /**
     * The image as it is at some moment is what a power cut at that moment would leave, where the
     * writer stands still while it is copied.
     */
    @Test
    void shouldLoseNothingAcknowledgedWhenTheMediumIsCopiedAtSomeMoment() throws Exception {
        Path copy = folder.resolve("copy");
        try (Mount disk = Mount.ext4(folder.resolve("image"), folder.resolve("disk"), DISK_KIB)) {
            Machine.needs(disk != null, "R4c", "no file system may be mounted here");
            try (WorkerProcess other = WorkerProcess.start(PIPELINE, input);
                    WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
                worker.send(run(disk.point().resolve("engine"), "slow"));
                assertEquals("done", other.obey(run(uncut, "fast")));
                for (int i = 0; i < COPIES; i++) {
                    assertTrue(worker.awaitAcks(1 + random.nextInt(MAX_ACKS)), told());
                    worker.signal("STOP");
                    long acknowledged = worker.acknowledged();
                    Machine.require(
                            "cp", "--sparse=always", disk.image().toString(), copy.toString());
                    worker.signal("CONT");
                    try (Mount copied = Mount.ofImage(copy, folder.resolve("copied"))) {
                        Path directory = copied.point().resolve("engine");
                        Machine.needs(boot.change(), "R4c", NO_BOOT);
                        requireRecovered(other, directory, acknowledged, new byte[0]);
                        assertEquals("done", other.obey(run(directory, "fast")), told());
                        assertEquals(List.of(), ResultChecker.check(uncut, directory), told());
                    }
                }
            }
        }
        Machine.kept(
                "R4c",
                COPIES,
                "copies of the medium below a writing engine at level power,"
                        + " 0 acknowledged events lost, results identical");
    }

    private static String run(Path directory, String pace) {
        return WorkerProcess.run(directory, "power", "SEGMENT", pace);
    }

    private static String told() {
        return " (seed " + SEED + ")";
    }
}
