package io.penstock.cli.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.crash.ResultChecker;
import io.penstock.cli.crash.Workload;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A tracer lets the n-th call that syncs fail in a process that runs an engine at level power. */
@Timeout(600)
final class SyncErrorMachineTest {
    private static final int ROWS = 20_000;
    private static final int POINTS = Integer.getInteger("penstock.syncErrors", 6);
    private static final String CALLS = "fsync,fdatasync,msync";
    private static final String PIPELINE = "aggregate";

    @TempDir Path folder;
    private Path input;
    private Path unfailed;

    @BeforeEach
    void writeInput() throws IOException {
        input = folder.resolve("input.csv");
        unfailed = folder.resolve("unfailed");
        Workload.write(input, ROWS, 100, 7);
    }

    @Test
    void shouldStopForGoodWhicheverSyncOfItsFails() throws Exception {
        boolean isPermitted = Machine.run("strace", "-qq", "-e", "trace=none", "true").isOk();
        Machine.needs(isPermitted, "R9b", "no tracer, or it may not trace here");
        try (WorkerProcess worker = WorkerProcess.start(PIPELINE, input)) {
            assertEquals("done", worker.obey(run(unfailed, "fast")));
            for (int n = 1; n <= POINTS; n++) {
                failSync(worker, n);
            }
        }
        Machine.kept(
                "R9b",
                POINTS,
                "failed syncs of a real process at level power: each stopped the engine, its thread"
                        + " synced nothing again, results identical after restart");
    }

    private void failSync(WorkerProcess worker, int n) throws Exception {
        Path directory = folder.resolve("engine" + n);
        Path calls = folder.resolve("calls" + n);
        worker.send(run(directory, "halves"));
        assertTrue(worker.await("half"));
        Process tracer = trace(worker.process().pid(), n, calls);
        worker.goOn();
        String end = worker.awaitEnd();
        tracer.destroy();
        assertTrue(tracer.waitFor(60, TimeUnit.SECONDS), "the tracer hangs");
        assertTrue(end.startsWith("failed STORAGE the engine has stopped"), end);
        assertTrue(end.contains("Input/output error") && end.contains("again"), end);
        requireNoSyncBehindFailure(Files.readAllLines(calls));
        long acknowledged = worker.acknowledged();
        assertEquals("done", worker.obey(run(directory, "fast")));
        assertTrue(worker.recovered() >= acknowledged, "lost behind sync " + n);
        assertEquals(List.of(), ResultChecker.check(unfailed, directory));
    }

    /** The thread whose sync failed syncs nothing of the journal again: it would tell a lie. */
    private static void requireNoSyncBehindFailure(List<String> calls) {
        int failed = 0;
        while (failed < calls.size() && !calls.get(failed).contains("INJECTED")) {
            failed++;
        }
        assertTrue(failed < calls.size(), () -> "no sync failed: " + calls);
        String thread = calls.get(failed).split(" ", -1)[0] + " ";
        List<String> later =
                calls.subList(failed + 1, calls.size()).stream()
                        .filter(call -> call.startsWith(thread) && call.contains("sync("))
                        .toList();
        assertEquals(List.of(), later);
    }

    private static Process trace(long pid, int n, Path calls) throws IOException {
        Process tracer =
                new ProcessBuilder(
                                "strace",
                                "-f",
                                "-p",
                                String.valueOf(pid),
                                "-e",
                                "trace=" + CALLS,
                                "-e",
                                "inject=" + CALLS + ":error=EIO:when=" + n,
                                "-o",
                                calls.toString())
                        .redirectErrorStream(true)
                        .start();
        BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(tracer.getInputStream(), StandardCharsets.UTF_8));
        String line = said.readLine();
        assertTrue(line != null && line.contains("attached"), line);
        return tracer;
    }

    private static String run(Path directory, String pace) {
        return WorkerProcess.run(directory, "power", "SEGMENT", pace);
    }
}
