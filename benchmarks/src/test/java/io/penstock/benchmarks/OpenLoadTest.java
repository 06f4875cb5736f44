package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.Layout;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OpenLoadTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);

    @TempDir Path directory;

    @Test
    void shouldLetAllFeelTheStallOfOne() {
        Pace pace = new Pace(Events.generate(1000, 10), 1000, 100);
        pace.start();
        for (int i = 0; i < 100; i++) {
            long[] event = pace.await(i);
            if (i == 50) {
                long untilNs = System.nanoTime() + 30 * MS;
                while (System.nanoTime() < untilNs) {
                    Thread.onSpinWait();
                }
            }
            pace.record(event[Events.ID]);
        }
        pace.sent();

        Histogram latencies = pace.latencies();
        assertEquals(70, latencies.getTotalCount(), "the first 30 % are not counted");
        assertTrue(latencies.getMaxValue() >= 30 * MS);
        // Thirty events would have come meanwhile, one a millisecond.
        assertTrue(latencies.getCountBetweenValues(10 * MS, 1000 * MS) >= 20);
    }

    @Test
    void shouldSayThatTheRateWasMissed() {
        Pace pace = new Pace(Events.generate(1000, 10), 1_000_000, 10);
        pace.start();
        pace.await(9);
        long untilNs = System.nanoTime() + 5 * MS;
        while (System.nanoTime() < untilNs) {
            Thread.onSpinWait();
        }
        pace.sent();
        assertFalse(pace.isHeld());
    }

    @ParameterizedTest
    @EnumSource(PacedSystem.class)
    void shouldAnswerUnderLoadAsWithout(PacedSystem system) throws IOException {
        Pace pace = load(JournalKind.SEGMENT).run(system, 2_000_000, 0.25);
        assertEquals(350_000, pace.latencies().getTotalCount());
        assertNothingLeft();
    }

    @Test
    void shouldTellResultsOfTheWindowsThatTheLoadCloses() {
        // Ten seconds of event time: windows close from the fifth on, counted from 3 s on.
        for (PacedSystem system : List.of(PacedSystem.HAND_LOOP, PacedSystem.ENGINE)) {
            Pace pace = load(JournalKind.CHRONICLE).run(system, 2_000_000, 0.5);
            long results = pace.resultLatencies().getTotalCount();
            Answer all = Rounds.windows(pace.events(), pace.count());
            assertTrue(results > all.count() / 4 && results < all.count(), system + " " + results);
        }
    }

    @Test
    void shouldNameTheSystemsThereAre() {
        assertEquals(PacedSystem.RING, PacedSystem.of("penstock-ring"));
        String message =
                assertThrows(IllegalArgumentException.class, () -> PacedSystem.of("kafka"))
                        .getMessage();
        assertTrue(message.contains("hand-loop"), message);
    }

    private OpenLoad load(JournalKind journal) {
        return new OpenLoad(Events.generate(100_000, 500), directory, Layout.SHARED, journal);
    }

    private void assertNothingLeft() throws IOException {
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }
}
