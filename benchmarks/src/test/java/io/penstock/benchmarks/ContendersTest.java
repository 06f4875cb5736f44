package io.penstock.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.benchmarks.Interleaved.Entrant;
import io.penstock.engine.Layout;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Windows;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContendersTest {
    private static final int COUNT = 30_000;

    private record Window(long key, long startMs) {}

    private record Totals(long sum, long count, long max) {
        Totals with(Totals other) {
            return new Totals(sum + other.sum, count + other.count, Math.max(max, other.max));
        }
    }

    @Test
    void shouldGenerateTheSameEventsAlways() {
        Events events = Events.generate(COUNT, 100);
        assertEquals(events.sum(1), Events.generate(COUNT, 100).sum(1));

        Map<Long, Integer> accounts = new HashMap<>();
        long[] values = events.values();
        long latestMs = values[Events.TIME_MS];
        int late = 0;
        for (int at = 0; at < values.length; at += Events.LONGS) {
            accounts.merge(values[at + Events.ACCOUNT], 1, Integer::sum);
            long timeMs = values[at + Events.TIME_MS];
            assertTrue(timeMs >= latestMs - Events.DISORDER_MS);
            late += timeMs < latestMs ? 1 : 0;
            latestMs = Math.max(latestMs, timeMs);
        }
        assertEquals(100, accounts.size());
        assertEquals(0.02, (double) late / COUNT, 0.005);
        // Zipf: the first key's share is 1 over the sum of k^-0.9.
        double norm = 0;
        for (int k = 1; k <= 100; k++) {
            norm += Math.pow(k, -0.9);
        }
        int most = accounts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
        assertEquals(1 / norm, (double) most / COUNT, 0.02);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100, 20_000})
    void shouldAnswerWindowsAsPlainCollectionsDo(int keys) {
        Events events = Events.generate(500_000, keys);
        Answer oracle = windowsByCollections(events, 1000, 1000);

        assertEquals(oracle, run(new HandLoop("hand", events)));
        HandLoopBehindDisruptor behind = new HandLoopBehindDisruptor("behind", events);
        assertEquals(oracle, run(behind));
        assertEquals(oracle, run(behind));
    }

    @Test
    void shouldAnswerWindowsThroughWholeEngine(@TempDir Path directory) throws Exception {
        Events events = Events.generate(100_000, 2000);
        Answer expected = run(new HandLoop("hand", events));
        for (PenstockPipeline.Results results : PenstockPipeline.Results.values()) {
            Contender pipeline =
                    new PenstockPipeline("penstock", events, directory, Layout.SHARED, results);
            assertEquals(expected, run(pipeline));
            assertEquals(expected, run(pipeline));
        }
        assertNothingLeft(directory);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 50, 5_000})
    void shouldAnswerSessionsThroughTheCoreAsByHand(long gapMs) {
        Events events = Events.generate(200_000, 1_000);
        Answer expected = run(new HandSessions(events, gapMs));

        Pipeline sessions =
                Pipelines.windows(
                        Windows.sessions(Duration.ofMillis(gapMs)), Sinks.custom(new TotalsSink()));
        assertEquals(expected, run(new CoreRun("core", events, sessions)));
        assertTrue(expected.count() > 100, expected::toString);
    }

    @ParameterizedTest
    @ValueSource(longs = {10, 500, 3_500})
    void shouldAnswerTimersThroughTheCoreAsByHand(long quietMs) {
        Events events = Events.generate(200_000, 1_000);
        Answer expected = run(new HandTimers(events, quietMs));

        Pipeline quiet = Pipelines.quiet(quietMs, Sinks.custom(new TotalsSink()));
        assertEquals(expected, run(new CoreRun("core", events, quiet)));
        assertTrue(expected.count() >= 1_000, expected::toString);
    }

    @ParameterizedTest
    @CsvSource({"1000,1000", "3000,1000", "3500,1000", "1000,300"})
    void shouldAnswerOverlappingWindowsThroughTheCoreAsByHand(long sizeMs, long everyMs) {
        Events events = Events.generate(200_000, 1_000);
        Answer expected = run(new HandPanes("by-hand", events, sizeMs, everyMs));
        assertEquals(windowsByCollections(events, sizeMs, everyMs), expected);

        Pipeline hopping =
                Pipelines.windows(
                        Windows.hopping(Duration.ofMillis(sizeMs), Duration.ofMillis(everyMs)),
                        Sinks.custom(new TotalsSink()));
        assertEquals(expected, run(new CoreRun("core", events, hopping)));
    }

    @Test
    void shouldHandOffEveryEvent() {
        Events events = Events.generate(COUNT, 100);
        Answer expected = events.sum(3);
        for (int claim : new int[] {1, 16}) {
            for (Contender contender :
                    List.of(
                            new BareHandOff("bare", events, 3, claim, false),
                            new BareHandOff("bare-multi", events, 3, claim, true),
                            new PenstockHandOff("ours", events, 3, claim, 1),
                            new PenstockHandOff("ours-multi", events, 3, claim, 2))) {
                assertEquals(expected, run(contender), contender.name() + claim);
                assertEquals(expected, run(contender), contender.name() + claim);
            }
        }
    }

    @Test
    void shouldStoreEveryEventAndLeaveNothing(@TempDir Path directory) throws Exception {
        Events events = Events.generate(COUNT, 100);
        for (boolean isHandedOff : new boolean[] {true, false}) {
            for (int batch : new int[] {1, 64}) {
                for (Contender contender :
                        List.of(
                                new MappedCopyAppend("map", events, directory, batch, isHandedOff),
                                new ChronicleAppend("cq", events, directory, batch, isHandedOff),
                                new PenstockAppend("we", events, directory, batch, isHandedOff, 8),
                                new PenstockAppend(
                                        "segments",
                                        events,
                                        directory,
                                        batch,
                                        isHandedOff,
                                        8,
                                        JournalKind.SEGMENT))) {
                    assertEquals(events.sum(1), run(contender), contender.name() + batch);
                }
            }
        }
        assertNothingLeft(directory);
    }

    @Test
    void shouldReplayWhatAnEngineJournaled(@TempDir Path directory) {
        Events events = Events.generate(COUNT, 100);
        Answer expected = windowsByCollections(events, Events.WINDOW_MS, Events.WINDOW_MS);
        Path journal = JournalReplay.record(events, directory, expected);
        Contender replay = new JournalReplay("replay", events, journal);
        assertEquals(expected, run(replay));
        assertEquals(expected, run(replay));
    }

    @Test
    void shouldComputeSameWindowsWithLongerEventsAndShards(@TempDir Path directory) {
        Events events = Events.generate(COUNT, 100);
        Answer expected = windowsByCollections(events, Events.WINDOW_MS, Events.WINDOW_MS);
        assertEquals(
                expected,
                run(
                        new PenstockPipeline(
                                        "long",
                                        events,
                                        directory,
                                        Layout.SHARED,
                                        PenstockPipeline.Results.CHECKSUM)
                                .eventLength(1024)));
        for (int shards : new int[] {1, 2}) {
            ShardedRun sharded = new ShardedRun("shards-" + shards, events, shards);
            assertEquals(expected, run(sharded));
            assertEquals(expected, run(sharded));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "encode",
                "decode",
                "csv",
                "frame-write",
                "frame-read",
                "timer-add",
                "timer-fire",
                "snapshot-write",
                "snapshot-restore"
            })
    void shouldDoTheWorkThatIsMeasured(String name) {
        Work work = MicroBenchmark.of(name, COUNT);
        assertEquals(work.expected(), run(work));
        assertEquals(work.expected(), run(work));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldReadAndChangeValuesOfRandomKeys(boolean isWriting) {
        StateWork work = new StateWork(1000, COUNT, isWriting);
        assertEquals(work.expected(), run(work));
        assertEquals(work.expected(), run(work));
        work.close();
    }

    @Test
    void shouldReadBackWhatALongLogWasGiven(@TempDir Path directory) throws Exception {
        List<SustainedLog> logs =
                List.of(
                        new SustainedLog.OfCopy(Files.createDirectory(directory.resolve("m"))),
                        new SustainedLog.OfJournal(directory.resolve("s"), JournalKind.SEGMENT),
                        new SustainedLog.OfJournal(directory.resolve("c"), JournalKind.CHRONICLE),
                        new SustainedLog.OfChronicle(directory.resolve("b"), 64),
                        new SustainedLog.OfChronicle(directory.resolve("a"), 1));
        for (SustainedLog log : logs) {
            try (log) {
                long sum = 0;
                UnsafeBuffer batch = new UnsafeBuffer(new byte[64 * Events.LENGTH]);
                for (int first = 0; first < 64_000; first += 64) {
                    sum += Sustained.fill(batch, first);
                    log.append(batch, first, 64);
                }
                log.force();
                assertEquals(new Answer(64_000, sum), log.readBack());
            }
        }
    }

    @Test
    void shouldRefuseFigureWhenAnswerIsWrong() {
        Events events = Events.generate(1000, 10);
        HandLoop contender = new HandLoop("hand", events);
        Answer right = run(contender);
        Interleaved interleaved = new Interleaved(0, 1, line -> {});
        assertEquals(1, interleaved.run("right", List.of(new Entrant(contender, right))).size());
        List<Entrant> wrong = List.of(new Entrant(contender, new Answer(1, 2)));
        IllegalStateException failure =
                assertThrows(IllegalStateException.class, () -> interleaved.run("wrong", wrong));
        assertTrue(failure.getMessage().endsWith("expected 1/2"), failure.getMessage());
    }

    @Test
    void shouldStopBothThreadsWhenOneFails() {
        Events events = Events.generate(300_000, 10);
        Path missing = Path.of("no", "such", "directory");
        assertThrows(
                RuntimeException.class,
                () -> run(new MappedCopyAppend("missing", events, missing, 1, true)));
        Contender failing =
                new TwoThreads("failing", events.count()) {
                    private SlotRing ring;

                    @Override
                    void open() {
                        ring = new SlotRing(false);
                    }

                    @Override
                    void produce() {
                        for (int i = 0; i < events.count(); i++) {
                            ring.publish(events.values(), i, 1, this);
                        }
                    }

                    @Override
                    void consume() {
                        throw new IllegalArgumentException("planted");
                    }

                    @Override
                    Answer answer() {
                        return null;
                    }

                    @Override
                    void close() {
                        ring.free();
                    }
                };
        failing.prepare();
        assertEquals(
                "planted",
                assertThrows(IllegalStateException.class, failing::run).getCause().getMessage());
        assertThrows(IllegalStateException.class, failing::finish);
    }

    private static void assertNothingLeft(Path directory) throws IOException {
        try (Stream<Path> left = Files.list(directory)) {
            assertEquals(List.of(), left.toList());
        }
    }

    private static Answer run(Contender contender) {
        contender.prepare();
        contender.run();
        return contender.finish();
    }

    private static Answer windowsByCollections(Events events, long sizeMs, long everyMs) {
        Map<Window, Totals> windows = new HashMap<>();
        long[] values = events.values();
        for (int at = 0; at < values.length; at += Events.LONGS) {
            long timeMs = values[at + Events.TIME_MS];
            long amount = values[at + Events.AMOUNT];
            long startMs = Math.floorDiv(timeMs, everyMs) * everyMs;
            for (; startMs > timeMs - sizeMs; startMs -= everyMs) {
                windows.merge(
                        new Window(values[at + Events.ACCOUNT], startMs),
                        new Totals(amount, 1, amount),
                        Totals::with);
            }
        }
        long checksum = 0;
        for (Map.Entry<Window, Totals> entry : windows.entrySet()) {
            Window window = entry.getKey();
            Totals totals = entry.getValue();
            checksum +=
                    Answer.mix(
                            window.key(),
                            window.startMs(),
                            totals.sum(),
                            totals.count(),
                            totals.max());
        }
        return new Answer(windows.size(), checksum);
    }
}
