package io.penstock.journal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A writer that is killed loses nothing it said was appended, and never locks out the next. */
@Timeout(120)
final class KillTest {
    private static final long SEED = 42;

    @TempDir Path directory;

    @Test
    void shouldLoseNothingWhenWriterIsKilled() throws Exception {
        killRepeatedly(JournalKind.CHRONICLE, List.of(), 4);
    }

    @Test
    void shouldLoseNothingWhenWriterOfSegmentsIsKilled() throws Exception {
        killRepeatedly(JournalKind.SEGMENT, List.of(), 6);
    }

    @Test
    void shouldStartAgainWhenWriterWasKilledAsFirstProcessOfItsNamespace() throws Exception {
        List<String> namespace =
                List.of("unshare", "--pid", "--fork", "--mount-proc", "--kill-child");
        Assumptions.assumeTrue(
                isPermitted(namespace), "skipped: no process namespace may be made here");
        killRepeatedly(JournalKind.CHRONICLE, namespace, 3);
    }

    private void killRepeatedly(JournalKind kind, List<String> prefix, int kills) throws Exception {
        Random random = new Random(SEED);
        long appended = -1;
        for (int i = 0; i < kills; i++) {
            Process process =
                    TestProcess.start(
                            prefix,
                            TestProcess.flags(),
                            WriterMain.class,
                            directory.toString(),
                            kind.toString());
            long said = readThenKill(process, 300 + random.nextInt(2000));
            assertTrue(said > appended, "nothing was appended in life " + i + ", seed " + SEED);
            appended = said;
            try (JournalReader reader = Journals.read(directory)) {
                TestJournals.Read read = TestJournals.readAll(reader);
                assertEquals(Outcome.END, read.outcome(), () -> read.toString());
                assertTrue(read.count() > appended, () -> read + ", seed " + SEED);
            }
        }
        try (Journal journal = Journals.open(config())) {
            assertTrue(journal.lastSequence() >= appended);
            assertFalse(journal.recovery().isCut(), () -> journal.recovery().toString());
            assertTrue(journal.epoch() > kills);
            assertEquals(kind, Journals.kind(directory));
        }
    }

    private JournalConfig config() {
        return JournalConfig.at(directory)
                .withLengths(TestStore.SMALL_BLOCK, TestStore.SMALL_FRAME);
    }

    private static long readThenKill(Process process, int lines) throws Exception {
        long last = -1;
        try (BufferedReader said =
                new BufferedReader(
                        new InputStreamReader(
                                process.getInputStream(), StandardCharsets.US_ASCII))) {
            String line = said.readLine();
            for (int i = 0; i < lines && line != null; i++) {
                last = Long.parseLong(line);
                line = said.readLine();
            }
            // By its handle: the process itself would close the pipe that is still read.
            List<ProcessHandle> all = process.descendants().collect(Collectors.toList());
            process.toHandle().destroyForcibly();
            process.waitFor();
            for (ProcessHandle descendant : all) {
                // The kernel kills it when its parent ends: its lock is free when it is gone.
                descendant.onExit().get(30, TimeUnit.SECONDS);
            }
            for (String rest = line; rest != null; rest = said.readLine()) {
                last = rest.isEmpty() ? last : Math.max(last, parse(rest, last));
            }
        }
        return last;
    }

    /** The last line may have been cut: then it is shorter, and so a lower number. */
    private static long parse(String line, long otherwise) {
        return line.chars().allMatch(Character::isDigit) ? Long.parseLong(line) : otherwise;
    }

    private static boolean isPermitted(List<String> prefix) throws InterruptedException {
        List<String> command = new ArrayList<>(prefix);
        command.add("true");
        try {
            Process probe = new ProcessBuilder(command).start();
            return probe.waitFor(10, TimeUnit.SECONDS) && probe.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
