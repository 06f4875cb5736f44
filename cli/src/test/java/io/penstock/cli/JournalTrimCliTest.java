package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.builtin.Definition;
import io.penstock.cli.crash.Workload;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.control.ReaderHold;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code journal trim} says and does, and what the other commands say of what is left. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class JournalTrimCliTest {
    private static final int ROWS = 3_000;
    private static final Pattern FIRST = Pattern.compile("keeps? sequences (\\d+) to (\\d+)");

    @TempDir Path folder;
    private Path directory;

    @BeforeEach
    void makeDirectory() throws IOException {
        Path input = folder.resolve("input.csv");
        directory = folder.resolve("d");
        Workload.write(input, ROWS, 50, 3);
        Definition definition = Workload.definition("aggregate");
        EngineConfig config =
                EngineConfig.at(directory)
                        .journal(JournalKind.SEGMENT)
                        .maxMessageLength(definition.maxMessageLength())
                        .snapshotEvery(500)
                        .segmentLengthBytes(48 * 1024);
        WholeRun.of(input, definition, config);
    }

    private CommandRun command(String... words) {
        return CommandRun.of(words);
    }

    private static long kept(CommandRun run) {
        Matcher matcher = FIRST.matcher(run.out());
        assertTrue(matcher.find(), run.out());
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void shouldSayWhatIsGivenUpAndWhatHoldsTheRest() {
        String dir = directory.toString();
        CommandRun tried = command("journal", "trim", "--dry-run", dir).expect(0);
        long first = kept(tried);
        assertTrue(first > 500, tried.out());
        assertTrue(tried.out().startsWith("would give up sequences 0 to " + (first - 1) + ": "));
        assertFalse(command("journal", "info", dir).expect(0).out().contains("begins at"));

        try (ReaderHold reader = ReaderHold.register(directory, "mine", 1_500)) {
            CommandRun held = command("journal", "trim", dir).expect(0);
            assertTrue(kept(held) > 0 && kept(held) <= 1_500, held.out());
            assertTrue(held.out().contains("held by reader mine (process "), held.out());
            reader.moveTo(ROWS);
        }
        CommandRun done = command("journal", "trim", dir).expect(0);
        assertEquals(first, kept(done));
        assertTrue(done.out().contains("held by snapshot snapshot-"), done.out());
        CommandRun again = command("journal", "trim", dir).expect(0);
        assertTrue(again.out().startsWith("gave up nothing\n"), again.out());

        String info = command("journal", "info", dir).expect(0).out();
        assertTrue(info.contains("begins at sequence " + first + ": "), info);
        assertTrue(command("journal", "verify", dir).expect(0).out().endsWith("sound\n"));
    }

    @Test
    void shouldStartFromWhatIsLeftOrSayFromWhere() throws IOException {
        String dir = directory.toString();
        long first = kept(command("journal", "trim", dir).expect(0));

        List<String> records = command("journal", "cat", dir).expect(0).out().lines().toList();
        assertTrue(records.get(0).startsWith("{\"sequence\":" + first + ","), records.get(0));
        command("journal", "cat", "--hold", "--from", String.valueOf(first), dir).expect(0);
        assertFalse(Files.exists(directory.resolve("readers")));
        command("journal", "cat", "--from", "0", dir)
                .expect(2)
                .says("the journal begins at sequence " + first + " now, asked for 0");

        Path file = folder.resolve("replayed.csv");
        command("replay", "--hold", "--dir", dir, "--output", file.toString())
                .expect(0)
                .says("replayed from sequence ", "the journal was trimmed");
        List<String> all = Files.readAllLines(directory.resolve("output.csv"));
        List<String> tail = Files.readAllLines(file);
        assertTrue(tail.size() > 10 && tail.size() < all.size(), "rows: " + tail.size());
        assertEquals(all.get(0), tail.get(0));
        assertEquals(
                all.subList(all.size() - tail.size() + 1, all.size()),
                tail.subList(1, tail.size()));

        command("why", dir).expect(0);
        command("state", dir).expect(0);
        command("state", dir, "--at", String.valueOf(ROWS - 1)).expect(0);
        command("state", dir, "--at", "3")
                .expect(2)
                .says("it begins at sequence " + first + " now, asked for 3");
        command("replay", "--dir", dir, "--to", String.valueOf(first))
                .expect(2)
                .says("the oldest snapshot that is kept is of sequence ");
    }

    @Test
    void shouldNameADirectoryThatIsNone() {
        command("journal", "trim", folder.toString())
                .expect(2)
                .says("is no directory of an engine");
        command("journal", "trim", folder.resolve("nothing").toString())
                .expect(2)
                .says("is no directory");
    }
}
