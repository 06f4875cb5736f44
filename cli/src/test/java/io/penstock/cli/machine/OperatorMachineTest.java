package io.penstock.cli.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.crash.ResultChecker;
import io.penstock.cli.crash.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators and their machines do to a running engine: files taken away, file systems made
 * read-only or gone, signals. {@code -Dpenstock.stopSeconds=10} for a long stop.
 */
@Timeout(600)
final class OperatorMachineTest {
    private static final long STOP_SECONDS = Long.getLong("penstock.stopSeconds", 1);
    private static final int ROWS = 30_000;
    private static final int PLENTY_KIB = 256 * 1024;
    private static final String PIPELINE = "aggregate";

    @TempDir Path folder;
    private Path input;
    private Path undisturbed;

    @BeforeEach
    void writeInput() throws IOException {
        input = folder.resolve("input.csv");
        undisturbed = folder.resolve("undisturbed");
        Workload.write(input, ROWS, 100, 7);
    }

    /** Deleted, moved away, replaced: noticed when it is forced next, and nothing is said after. */
    @Test
    void shouldStopWhenFilesOfTheJournalAreTakenAway() throws Exception {
        List<String> deeds =
                List.of(
                        "rm journal/segments/*.segment",
                        "mv journal/segments journal/segments.old; mkdir journal/segments",
                        "rm journal/MARK",
                        "cp journal/MARK copy; mv copy journal/MARK",
                        "mv journal journal.old");
        try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
            assertEquals("done", worker.obey(run(undisturbed, "fast")));
            for (int i = 0; i < deeds.size(); i++) {
                Path directory = folder.resolve("engine" + i);
                String deed = deeds.get(i);
                worker.send(run(directory, "halves"));
                assertTrue(worker.await("half"));
                Machine.require("sh", "-c", "cd " + directory + " && " + deed);
                // All was acknowledged when it stood still.
                long before = worker.acknowledged();
                worker.goOn();
                String end = worker.awaitEnd();
                assertTrue(end.startsWith("failed STORAGE"), deed + ": " + end);
                assertTrue(end.contains("while it is in use"), deed + ": " + end);
                if (deed.startsWith("mv")) {
                    String back = deed.contains("segments") ? "journal/segments" : "journal";
                    String script = "rm -rf " + back + "; mv " + back + ".old " + back;
                    Machine.require("sh", "-c", "cd " + directory + " && " + script);
                    assertEquals("done", worker.obey(run(directory, "fast")), deed);
                    assertTrue(worker.recovered() >= before, deed);
                    assertEquals(List.of(), ResultChecker.check(undisturbed, directory), deed);
                } else if (deed.startsWith("rm")) {
                    String again = worker.obey(run(directory, "fast"));
                    assertTrue(again.startsWith("failed DAMAGE"), deed + ": " + again);
                }
            }
        }
        Machine.kept(
                "J18",
                deeds.size(),
                "ways to take journal files from a running engine, all noticed");
    }

    @Test
    void shouldChangeNothingOnAReadOnlyFileSystem() throws Exception {
        try (Mount disk = Mount.tmpfs(folder.resolve("disk"), PLENTY_KIB)) {
            Machine.needs(disk != null, "J13", "no file system may be mounted here");
            Path directory = disk.point().resolve("engine");
            try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
                assertEquals("done", worker.obey(run(undisturbed, "fast")));
                worker.send(run(directory, "slow"));
                assertTrue(worker.awaitAcks(20));
                worker.kill();
            }
            String before = listing(disk);
            disk.remount("ro");
            try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
                String end = worker.obey(run(directory, "fast"));
                assertTrue(end.startsWith("failed STORAGE"), end);
                assertTrue(end.contains("Read-only file system"), end);
                assertEquals(before, listing(disk));
                disk.remount("rw");
                assertEquals("done", worker.obey(run(directory, "fast")));
            }
            assertEquals(List.of(), ResultChecker.check(undisturbed, directory));
        }
        Machine.kept("J13", 1, "read-only file system: refused, nothing changed, goes on later");
    }

    /** Names, lengths, times and bytes of all files. */
    private static String listing(Mount disk) throws Exception {
        String script =
                "cd '"
                        + disk.point()
                        + "' && find . -printf '%p %s %T@\\n' | sort"
                        + " && find . -type f -exec sha256sum {} + | sort";
        return Machine.require("sh", "-c", script);
    }

    @Test
    void shouldStopWhenItsFileSystemVanishes() throws Exception {
        try (Mount disk = Mount.tmpfs(folder.resolve("disk"), PLENTY_KIB)) {
            Machine.needs(disk != null, "J13b", "no file system may be mounted here");
            Path directory = disk.point().resolve("engine");
            try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
                worker.send(run(directory, "halves"));
                assertTrue(worker.await("half"));
                disk.vanish();
                worker.goOn();
                String end = worker.awaitEnd();
                assertTrue(end.startsWith("failed STORAGE"), end);
            }
        }
        Machine.kept("J13b", 1, "file system unmounted below a running engine: it stopped");
    }

    @Test
    void shouldGoOnWhenItWasStoppedForAWhile() throws Exception {
        Path directory = folder.resolve("engine");
        try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
            assertEquals("done", worker.obey(run(undisturbed, "fast")));
            worker.send(run(directory, "slow"));
            assertTrue(worker.awaitAcks(50));
            worker.signal("STOP");
            assertFalse(worker.process().waitFor(STOP_SECONDS, TimeUnit.SECONDS));
            worker.signal("CONT");
            assertEquals("done", worker.awaitEnd());
        }
        assertEquals(List.of(), ResultChecker.check(undisturbed, directory));
        Machine.kept("H12", 1, "SIGSTOP and on: nothing lost, results identical");
    }

    @Test
    void shouldLoseNothingWhicheverSignalsEndIt() throws Exception {
        Path directory = folder.resolve("engine");
        List<List<String>> signals =
                List.of(List.of("TERM"), List.of("TERM", "TERM"), List.of("INT", "KILL"));
        List<String> moments = List.of("opening", "ack");
        long acknowledged = -1;
        for (String moment : moments) {
            for (List<String> some : signals) {
                try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
                    worker.send(run(directory, "slow"));
                    assertTrue(moment.equals("ack") ? worker.awaitAcks(40) : worker.await(moment));
                    for (String signal : some) {
                        Machine.run("kill", "-" + signal, "" + worker.process().pid());
                    }
                    assertTrue(worker.process().waitFor(60, TimeUnit.SECONDS));
                    worker.awaitEnd();
                    assertTrue(worker.process().exitValue() > 128);
                    acknowledged = Math.max(acknowledged, worker.acknowledged());
                }
            }
        }
        try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
            assertEquals("done", worker.obey(run(directory, "fast")));
            assertTrue(worker.recovered() >= acknowledged);
            assertEquals("done", worker.obey(run(undisturbed, "fast")));
        }
        assertEquals(List.of(), ResultChecker.check(undisturbed, directory));
        Machine.kept(
                "H11",
                (long) signals.size() * moments.size(),
                "lives ended by SIGTERM, a second one, SIGINT and SIGKILL, while recovering and"
                        + " while events flow: 0 acknowledged events lost, results identical");
    }

    private static String run(Path directory, String pace) {
        return WorkerProcess.run(directory, "power", "SEGMENT", pace);
    }
}
