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
            long needed = usedKib(unfilled);
            for (int i = 0; i < FILLS; i++) {
                long kib = kibOf(i, needed);
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
                "sizes of a small file system below an engine at level power, at least three"
                        + " quarters too small, 0 crashes of the JVM, 0 acknowledged events lost,"
                        + " results identical once there is space");
    }

    /** Small steps where an engine makes its first files, then on to nearly all that it needs. */
    private static long kibOf(int i, long needed) {
        int first = FILLS / 3;
        return i < first
                ? 36 + 112L * i / first
                : 200 + (needed - 200) * (i - first) / (FILLS - first);
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

    /** Snapshots are given up while their disk is full, and taken again when it is not. */
    @Test
    void shouldGoOnWithoutSnapshotsWhileTheirDiskIsFull() throws Exception {
        requireMounts("R8b");
        Path directory = folder.resolve("engine");
        try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
            assertEquals("done", worker.obey(run(unfilled, "fast", "-")));
            for (int kib : new int[] {4, 12, 20}) {
                Mount disk = tmpfs(directory.resolve("snapshots"), kib);
                worker.send(run(directory, "halves", "-"));
                assertTrue(worker.await("half"), "it ended with its snapshots' disk");
                assertTrue(worker.snapshotsGivenUp() > 0, "a snapshot had space: " + kib);
                assertEquals(-1, worker.lastSnapshot());
                disk.remount("size=" + PLENTY_KIB + "k");
                worker.goOn();
                assertEquals("done", worker.awaitEnd());
                assertTrue(worker.lastSnapshot() > 0, "no snapshot although there is space");
                assertEquals(List.of(), ResultChecker.check(unfilled, directory));
                unmountAll();
                Machine.require("rm", "-r", directory.toString());
            }
        }
        Machine.kept(
                "R8b",
                3,
                "sizes of a full file system of snapshots, 3 engines went on without, and took"
                        + " snapshots again when there was space");
    }

    /** The results' file, the journal, and all but the journal, each on a disk of its own. */
    @Test
    void shouldLoseNothingWhenOneDiskOfSeveralIsFull() throws Exception {
        requireMounts("R8c");
        int fills = 0;
        try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
            assertEquals("done", worker.obey(run(unfilled, "fast", "-")));
            int resultsKib = (int) (Files.size(unfilled.resolve("output.csv")) >> 10);
            for (int third = 0; third < 3; third++) {
                int kib = 4 + third * resultsKib / 3;
                fullResults(worker, folder.resolve("results" + third), kib);
                fullJournal(worker, folder.resolve("journal" + third), 2 * kib);
                fullLog(worker, folder.resolve("log" + third), kib);
                fills += 3;
            }
        }
        Machine.kept(
                "R8c",
                fills,
                "full file systems of only the results, the journal or the output log,"
                        + " 0 acknowledged events lost, results identical");
    }

    private void fullResults(WorkerProcess worker, Path directory, int kib) throws Exception {
        Mount disk = tmpfs(kib);
        String output = disk.point().resolve("output.csv").toString();
        assertTrue(isFull(worker.obey(run(directory, "fast", output)), "results " + kib));
        long acknowledged = worker.acknowledged();
        disk.remount("size=" + PLENTY_KIB + "k");
        assertEquals("done", worker.obey(run(directory, "fast", output)));
        assertTrue(worker.recovered() >= acknowledged);
        Files.copy(Path.of(output), directory.resolve("output.csv"));
        assertEquals(List.of(), ResultChecker.check(unfilled, directory));
    }

    private void fullJournal(WorkerProcess worker, Path directory, int kib) throws Exception {
        assertEquals("done", worker.obey(run(directory, "open", "-")));
        Mount disk = over(directory.resolve("journal"), PLENTY_KIB);
        shrink(disk, kib);
        requireGoesOn(worker, disk, directory, "journal " + kib);
    }

    private void fullLog(WorkerProcess worker, Path directory, int kib) throws Exception {
        Mount disk = tmpfs(directory, PLENTY_KIB);
        assertEquals("done", worker.obey(run(directory, "open", "-")));
        over(directory.resolve("journal"), PLENTY_KIB);
        over(directory.resolve("snapshots"), PLENTY_KIB);
        shrink(disk, kib);
        requireGoesOn(worker, disk, directory, "log " + kib);
    }

    /** Leaves so much space, which the file system's own count may make a page less. */
    private static void shrink(Mount disk, int kib) throws Exception {
        disk.remount("size=" + (usedKib(disk.point()) + kib) + "k");
    }

    private static long usedKib(Path path) throws Exception {
        return Long.parseLong(Machine.require("du", "-skx", path.toString()).split("\t", -1)[0]);
    }

    /** A file system in a folder's place that has what the folder had. */
    private Mount over(Path place, int kib) throws Exception {
        Path aside = folder.resolve("aside" + mountCount++);
        Machine.require("mv", place.toString(), aside.toString());
        Mount mount = tmpfs(place, kib);
        Machine.require("cp", "-a", aside + "/.", place.toString());
        return mount;
    }

    private void requireGoesOn(WorkerProcess worker, Mount disk, Path directory, String what)
            throws Exception {
        assertTrue(isFull(worker.obey(run(directory, "fast", "-")), what), what);
        long acknowledged = worker.acknowledged();
        disk.remount("size=" + PLENTY_KIB + "k");
        assertEquals("done", worker.obey(run(directory, "fast", "-")), what);
        assertTrue(worker.recovered() >= acknowledged, what);
        assertEquals(List.of(), ResultChecker.check(unfilled, directory), what);
    }

    /** Files that grow by mapping, too: zeros are written ahead of the mapping. */
    @Test
    void shouldLoseNothingWhenFilesOfChronicleQueueMeetAFullDisk() throws Exception {
        requireMounts("R8d");
        int[] sizes = {100, 200, 300, 500, 700, 1000, 1500, 1600, 2000, 2500, 2700, 3000};
        for (int kib : sizes) {
            Mount disk = tmpfs(kib);
            Path directory = disk.point().resolve("engine");
            long acknowledged;
            try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
                if (!Files.exists(unfilled)) {
                    assertEquals("done", worker.obey(run(unfilled, "fast", "-")));
                }
                String end = worker.obey(chronicle(directory));
                assertTrue(isFull(end, kib + " KiB"), kib + ": " + end);
                acknowledged = worker.acknowledged();
            }
            disk.remount("size=" + PLENTY_KIB + "k");
            try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
                String end = worker.obey(chronicle(directory));
                assertEquals("done", end, kib + " KiB");
                assertTrue(worker.recovered() >= acknowledged, "lost: " + kib + " KiB");
                assertEquals(List.of(), ResultChecker.check(unfilled, directory));
            }
        }
        Machine.kept(
                "R8d",
                sizes.length,
                "sizes of a full file system below Chronicle Queue at level process, 0 crashes of"
                        + " the JVM, 0 acknowledged events lost, results identical once there is"
                        + " space");
    }

    private static String chronicle(Path directory) {
        return WorkerProcess.run(directory, "process", "CHRONICLE", "fast");
    }

    private static boolean isFull(String end, String what) {
        assertTrue(
                end.equals("done")
                        || (end.startsWith("failed STORAGE") && end.contains("No space left")),
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
