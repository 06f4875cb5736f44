package io.penstock.cli.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.crash.ResultChecker;
import io.penstock.cli.crash.Workload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * One engine a directory, among processes; and a lock that no dead process holds. {@code
 * -Dpenstock.restarts=50} for a long run.
 */
@Timeout(3_600)
final class SingleWriterMachineTest {
    private static final int RESTARTS = Integer.getInteger("penstock.restarts", 8);
    private static final long SEED = Long.getLong("penstock.seed", System.nanoTime());
    private static final int STARTS = 50;
    private static final int ROWS = 30_000;
    private static final int MAX_ACKS = 40;
    private static final List<String> KINDS = List.of("CHRONICLE", "SEGMENT");
    private static final String PIPELINE = "aggregate";

    @TempDir Path folder;
    private Path input;

    @BeforeEach
    void writeInput() throws IOException {
        input = folder.resolve("input.csv");
        Workload.write(input, ROWS, 100, 7);
    }

    @Test
    void shouldRefuseEverySecondStarter() throws Exception {
        try (WorkerProcess first = WorkerProcess.start(PIPELINE, input);
                WorkerProcess second = WorkerProcess.start(PIPELINE, input)) {
            for (String kind : KINDS) {
                Path directory = folder.resolve(kind);
                Path link = Files.createSymbolicLink(folder.resolve("link-" + kind), directory);
                assertEquals("done", first.obey(run(directory, kind, "hold")));
                for (int i = 0; i < STARTS; i++) {
                    // By another name it is the same directory.
                    String end = second.obey(run(i % 2 == 0 ? directory : link, kind, "open"));
                    assertTrue(end.startsWith("failed LOCKED"), end);
                }
                assertEquals("done", first.obey("release"));
                assertEquals("done", second.obey(run(directory, kind, "open")));
            }
        }
        Machine.kept(
                "R17a",
                (long) STARTS * KINDS.size(),
                "second starters from another process, all refused (both kinds of journal)");
    }

    @Test
    void shouldStartAgainWhenItWasKilledAsFirstProcess() throws Exception {
        List<String> namespace =
                List.of("unshare", "--fork", "--pid", "--mount-proc", "--kill-child");
        boolean isPermitted =
                Machine.run("unshare", "--fork", "--pid", "--mount-proc", "true").isOk();
        Machine.needs(isPermitted, "R17b", "no process namespace may be made here");
        Random random = new Random(SEED);
        Path unkilled = folder.resolve("unkilled");
        try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
            assertEquals("done", worker.obey(run(unkilled, "SEGMENT", "fast")));
        }
        for (String kind : KINDS) {
            Path directory = folder.resolve(kind);
            long acknowledged = -1;
            for (int i = 0; i < (RESTARTS + 1) / 2; i++) {
                try (WorkerProcess worker = WorkerProcess.start(namespace, PIPELINE, input)) {
                    worker.send(run(directory, kind, "slow"));
                    worker.awaitAcks(1 + random.nextInt(MAX_ACKS));
                    assertEquals(1, worker.ownPid());
                    assertTrue(worker.recovered() >= acknowledged, "lost, seed " + SEED);
                    acknowledged = worker.acknowledged();
                }
            }
            try (WorkerProcess worker = WorkerProcess.start(namespace, PIPELINE, input)) {
                assertEquals("done", worker.obey(run(directory, kind, "fast")));
            }
            assertEquals(List.of(), ResultChecker.check(unkilled, directory), "seed " + SEED);
        }
        Machine.kept(
                "R17b",
                (RESTARTS + 1L) / 2 * KINDS.size(),
                "restarts after SIGKILL as process 1 of a namespace, 0 locked out, 0 acknowledged"
                        + " events lost, results identical (both kinds of journal)");
    }

    private static String run(Path directory, String kind, String pace) {
        return WorkerProcess.run(directory, "process", kind, pace);
    }
}
