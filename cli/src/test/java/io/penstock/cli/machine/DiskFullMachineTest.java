package io.penstock.cli.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.crash.ResultChecker;
import io.penstock.cli.crash.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Fills small file systems below a whole engine, each at another allocation, then gives space back.
 * {@code -Dpenstock.fills=500} for a long run.
 */
@Timeout(3_600)
final class DiskFullMachineTest {
    private static final int FILLS = Integer.getInteger("penstock.fills", 24);
    private static final int ROWS = 20_000;
    private static final int KEYS = 200;
    private static final int PLENTY_KIB = 256 * 1024;
    private static final String PIPELINE = Workload.SESSIONS;

    private final List<Mount> mounts = new ArrayList<>();

    @TempDir Path folder;
    private Path input;
    private Path unfilled;
    private int mountCount;

    @BeforeEach
    void writeInput() throws IOException {
        input = folder.resolve("input.csv");
        unfilled = folder.resolve("unfilled");
        Workload.write(input, ROWS, KEYS, 7);
    }

    @AfterEach
    void unmountAll() throws Exception {
        for (int i = mounts.size() - 1; i >= 0; i--) {
            mounts.get(i).close();
        }
        mounts.clear();
    }

    /** From nothing at all to nearly enough: whichever file meets the end of space. */
    @Test
    void shouldLoseNothingWhereverTheDirectorysDiskIsFull() throws Exception {
        requireMounts("R8a");
        int failed = 0;
        try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
            assertEquals("done", worker.obey(run(unfilled, "fast", "-")));
            long needed = Long.parseLong(Machine.require("du", "-sk", "" + unfilled).split("\t")[0]);
            for (int i = 0; i < FILLS; i++) {
                // Steps are small where an engine makes its first files.
                long kib = i < FILLS / 2 ? 8 + 1200L * i / FILLS : 600 + (needed - 600) * i / FILLS;
                boolean isExt4 = i % 6 == 5 && kib > 600;
                Mount disk = isExt4 ? ext4((int) kib + 400) : tmpfs((int) kib);
                Path directory = disk.point().resolve("engine");
                String end = worker.obey(run(directory, "fast", "-"));
                failed += isFull(end, kib + " KiB") ? 1 : 0;
                goOnWithSpace(worker, disk, directory, isExt4 ? (int) kib + 400 : -1);
            }
        }
        assertTrue(failed >= FILLS * 3 / 4, failed + " of " + FILLS);
        Machine.kept(
                "R8a",
                FILLS,
                "sizes of a full file system below an engine at level power, 0 crashes of the JVM,"
                        + " 0 acknowledged events lost, results identical once there is space");
    }

    private void goOnWithSpace(WorkerProcess worker, Mount disk, Path directory, int ext4Kib)
            throws Exception {
        long acknowledged = worker.acknowledged();
        if (ext4Kib < 0) {
            disk.remount("size=" + PLENTY_KIB + "k");
        } else {
            disk.grow(PLENTY_KIB);
        }
        assertEquals("done", worker.obey(run(directory, "fast", "-")));
        assertTrue(
                worker.recovered() >= acknowledged,
                () -> "lost: " + worker.recovered() + " < " + acknowledged);
        assertEquals(List.of(), ResultChecker.check(unfilled, directory));
        mounts.remove(disk);
        disk.close();
    }

    private static boolean isFull(String end, String what) {
        assertTrue(
                end.equals("done")
                        || end.startsWith("failed STORAGE") && end.contains("No space left"),
                () -> what + ": " + end);
        return !end.equals("done");
    }

    private void requireMounts(String id) throws Exception {
        Mount probe = Mount.tmpfs(folder.resolve("probe"), 64);
        Machine.needs(probe != null, id, "no file system may be mounted here");
        probe.close();
    }

    private Mount tmpfs(int kib) throws Exception {
        return tmpfs(folder.resolve("disk" + mountCount++), kib);
    }

    private Mount tmpfs(Path point, int kib) throws Exception {
        Mount mount = Mount.tmpfs(point, kib);
        mounts.add(mount);
        return mount;
    }

    private Mount ext4(int kib) throws Exception {
        int number = mountCount++;
        Mount mount =
                Mount.ext4(folder.resolve("image" + number), folder.resolve("disk" + number), kib);
        mounts.add(mount);
        return mount;
    }

    private static String run(Path directory, String pace, String output) {
        return WorkerProcess.run(directory, "power", "SEGMENT", pace, 1, "SHARED", output);
    }
}
