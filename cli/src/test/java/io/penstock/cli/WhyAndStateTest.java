package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code why} and {@code state} print of a directory. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
final class WhyAndStateTest {
    private static final String ROWS = "t,k,v\n1,a,1.5\n2,b,2\n12,a,3\n3,a,9\n25,a,4\n";

    @TempDir Path folder;

    @BeforeEach
    void run() throws IOException {
        Path input = Files.writeString(folder.resolve("in.csv"), ROWS);
        CommandRun.of(
                        "run",
                        "aggregate",
                        "--input",
                        input.toString(),
                        "--dir",
                        directory(),
                        "--set",
                        "time=t",
                        "--set",
                        "key=k",
                        "--set",
                        "value=v",
                        "--set",
                        "window=tumbling:10ms")
                .expect(0);
    }

    private String directory() {
        return folder.resolve("d").toString();
    }

    /** The lines, with journaled times replaced. */
    private static List<String> lines(CommandRun run) {
        return run.expect(0)
                .out()
                .replaceAll("2\\d\\d\\d-\\d\\d-[^ ,;\n]*", "JOURNALED")
                .lines()
                .toList();
    }

    @Test
    void shouldSayWhatHoldsAWindowBack() {
        List<String> lines = lines(CommandRun.of("why", directory(), "--at", "2"));

        assertEquals("at sequence 2, journaled JOURNALED", lines.get(0));
        assertEquals(
                "source events: watermark 1970-01-01T00:00:00.012Z, last event"
                        + " 1970-01-01T00:00:00.012Z, last record journaled JOURNALED, events 3",
                lines.get(1));
        assertEquals("stage windows: watermark 1970-01-01T00:00:00.012Z", lines.get(2));
        assertEquals(
                "  next window [1970-01-01T00:00:00.010Z, 1970-01-01T00:00:00.020Z) due at"
                        + " 1970-01-01T00:00:00.020Z, 0.008s away",
                lines.get(3));
        assertTrue(
                lines.get(4).startsWith("  nothing comes out because source events holds it back"),
                lines::toString);
        assertTrue(
                lines.get(4).endsWith("it takes an event of 1970-01-01T00:00:00.020Z or later"),
                lines::toString);
    }

    @Test
    void shouldSayThatNothingWaitsWhenAllHasEnded() {
        List<String> lines = lines(CommandRun.of("why", directory()));

        assertTrue(lines.get(1).startsWith("source events: ended, "), lines::toString);
        assertEquals("stage windows: watermark end-of-time, late 1", lines.get(2));
        assertEquals("  nothing waits here: it has no open window, timer or event", lines.get(3));
    }

    @Test
    void shouldShowOpenWindowsAsTheyWereBehindASequence() {
        List<String> lines =
                lines(CommandRun.of("state", directory(), "--at", "1", "--stage", "windows"));

        String window = " window-start=1970-01-01T00:00:00Z window-end=1970-01-01T00:00:00.010Z";
        assertEquals(
                List.of(
                        "at sequence 1, journaled JOURNALED",
                        "stage windows: watermark 1970-01-01T00:00:00.002Z in=2 aggregated=2"
                                + " late=0 gap=0 fired=0",
                        "  panes key=a"
                                + window
                                + " first-arrival=1 count=1 sum=1.5 min=1.5 max=1.5 first=1.5"
                                + " last=1.5",
                        "  panes key=b"
                                + window
                                + " first-arrival=2 count=1 sum=2 min=2 max=2 first=2 last=2"),
                lines);
        assertEquals(
                List.of(lines.get(0), lines.get(1), lines.get(3)),
                lines(
                        CommandRun.of(
                                "state",
                                directory(),
                                "--at=1",
                                "--stage=windows",
                                "--state=panes",
                                "--key=b")));
        assertEquals(
                List.of(lines.get(0), lines.get(1), lines.get(2), "1 more entries (raise --limit)"),
                lines(
                        CommandRun.of(
                                "state", directory(), "--at=1", "--stage=windows", "--limit=1")));
    }

    @Test
    void shouldGoToATime() {
        String end = lines(CommandRun.of("state", directory())).get(0);
        String later = Instant.parse("2200-01-01T00:00:00Z").toString();
        assertEquals(end, lines(CommandRun.of("state", directory(), "--at", later)).get(0));
        CommandRun.of("state", directory(), "--at", "1999-01-01T00:00:00Z")
                .expect(2)
                .says("the journal begins later than that");
        CommandRun.of("state", directory(), "--at", "yesterday")
                .expect(2)
                .says("must be a sequence, or a time");
    }

    @Test
    void shouldNameTheNearestWhenSomethingIsNotThere() {
        CommandRun.of("state", directory(), "--stage", "window")
                .expect(2)
                .says("has no stage window (did you mean 'windows'?)");
        CommandRun.of("state", directory(), "--at=1", "--stage=windows", "--key=c")
                .expect(2)
                .says("stage windows keeps nothing for key c", "a");
        CommandRun.of("state", directory(), "--stage=windows", "--state=pane")
                .expect(2)
                .says("has no state pane (did you mean 'panes'?)");
        CommandRun.of("why", directory(), "--at", "99")
                .expect(2)
                .says("its last sequence is 5, asked for 99");
    }
}
