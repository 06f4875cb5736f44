package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.control.ReaderHold;
import io.penstock.engine.control.Replay;
import io.penstock.engine.control.Retention;
import io.penstock.engine.control.StateView;
import io.penstock.engine.control.Trim;
import io.penstock.engine.control.TrimReport;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.CsvFileSink;
import io.penstock.engine.egress.FieldsCsvFormat;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.JournalInfo;
import io.penstock.journal.JournalKind;
import io.penstock.journal.JournalProgress;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What an engine gives up of its journal, what holds it, and what starts again from the rest. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
final class RetentionTest {
    private static final int EVENTS = 12_000;
    private static final int SNAPSHOT_EVERY = 1_000;
    private static final long SEGMENT_BYTES = 32 * 1024;
    private static final int BLOCK = 500;
    private static final Duration ANSWER = Duration.ofSeconds(30);

    @TempDir Path folder;

    private EngineConfig config(String name, JournalKind kind, Layout layout) {
        return EngineConfig.at(folder.resolve(name))
                .journal(kind)
                .layout(layout)
                .sinkPath("results", path(name).resolve("results.csv"))
                .ringCapacity(256)
                .snapshotEvery(SNAPSHOT_EVERY)
                .segmentLengthBytes(SEGMENT_BYTES);
    }

    private EngineConfig config(String name) {
        return config(name, JournalKind.SEGMENT, Layout.SHARED);
    }

    private static Pipeline pipeline() {
        return Totals.pipeline(Sinks.csv(Path.of("results.csv")), 10);
    }

    private Path path(String name) {
        return folder.resolve(name);
    }

    /** Publishes in blocks, so that snapshots come between them, and waits. */
    private static void publish(Engine engine, int from, int to) {
        try (Publisher publisher = engine.publisher(Totals.SOURCE)) {
            for (int i = from; i < to; i += BLOCK) {
                Totals.publish(publisher, i, Math.min(to, i + BLOCK));
                engine.awaitIdle();
            }
        }
    }

    /** A run without retention to its end. */
    private byte[] expected() throws IOException {
        EngineConfig config = config("expected");
        try (Engine engine = Engine.open(pipeline(), config)) {
            publish(engine, 0, EVENTS);
            engine.awaitDrained(engine.endSource(Totals.SOURCE, EVENTS, 0));
        }
        return Files.readAllBytes(path("expected").resolve("results.csv"));
    }

    /** A directory with so many events in it, of which nothing was given up. */
    private void fill(String name, int events) {
        try (Engine engine = Engine.open(pipeline(), config(name))) {
            publish(engine, 0, events);
        }
    }

    private JournalInfo verify(String name) {
        return Journals.verify(path(name).resolve("journal"), JournalProgress.NONE);
    }

    private List<Path> snapshots(String name) throws IOException {
        try (Stream<Path> files = Files.list(path(name).resolve("snapshots"))) {
            return files.sorted().toList();
        }
    }

    private static long sequence(Path snapshot) {
        String name = String.valueOf(snapshot.getFileName());
        return Long.parseLong(name.substring(name.lastIndexOf('-') + 1), 16);
    }

    static Stream<Arguments> kindsAndLayouts() {
        List<Arguments> all = new ArrayList<>();
        for (JournalKind kind : JournalKind.values()) {
            for (Layout layout : Layout.values()) {
                all.add(Arguments.of(kind, layout));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("kindsAndLayouts")
    void shouldGiveTheSameResultsWhateverIsGivenUp(JournalKind kind, Layout layout)
            throws IOException {
        byte[] expected = expected();
        long first = 0;
        int lives = 4;
        for (int life = 0; life < lives; life++) {
            EngineConfig config = config("d", kind, layout).retention(Retention.SNAPSHOTS);
            try (Engine engine = Engine.open(pipeline(), config)) {
                // At least: closing takes a snapshot that is due, and trims behind it.
                assertTrue(engine.firstSequence() >= first);
                first = engine.firstSequence();
                publish(engine, life * EVENTS / lives, (life + 1) * EVENTS / lives);
                assertNull(engine.lastRetentionFailure());
                assertTrue(engine.firstSequence() > first, "nothing was given up in this life");
                first = engine.firstSequence();
                if (life == lives - 1) {
                    engine.awaitDrained(engine.endSource(Totals.SOURCE, EVENTS, 0));
                }
            }
            // So the file is written again, from the output log alone.
            if (life == 1) {
                Files.delete(path("d").resolve("results.csv"));
            }
        }
        assertArrayEquals(expected, Files.readAllBytes(path("d").resolve("results.csv")));
        JournalInfo info = verify("d");
        assertTrue(info.isSound(), () -> info.damages().toString());
        assertTrue(info.firstSequence() >= first);
        assertTrue(first <= sequence(snapshots("d").get(0)));
        assertTrue(first > EVENTS / 2, "first kept: " + first);
        assertTailOfReplay(expected);
        System.out.println(
                "GUARANTEE R15t "
                        + lives
                        + " lives with a journal trimmed behind each snapshot ("
                        + kind
                        + ", "
                        + layout
                        + "), results byte for byte those without");
    }

    /** A replay from the oldest snapshot gives the end of what a run gave. */
    private void assertTailOfReplay(byte[] expected) throws IOException {
        Path file = path("replayed.csv");
        Replay replay =
                new Replay(
                                pipeline(),
                                CoreLimits.DEFAULT,
                                1,
                                List.of(
                                        new CsvFileSink(
                                                file,
                                                new FieldsCsvFormat(
                                                        pipeline().sinks().get(0).type()))))
                        .withSnapshots(path("d"));
        Replay.Result result;
        try (JournalReader reader = Journals.read(path("d").resolve("journal"))) {
            result = replay.run(reader, -1, (done, total) -> {});
        }
        assertEquals(sequence(snapshots("d").get(0)), result.snapshotSequence());
        List<String> all =
                new String(expected, java.nio.charset.StandardCharsets.UTF_8).lines().toList();
        List<String> tail = Files.readAllLines(file);
        assertEquals(all.get(0), tail.get(0));
        assertTrue(tail.size() > 100, "rows: " + tail.size());
        assertEquals(
                all.subList(all.size() - tail.size() + 1, all.size()),
                tail.subList(1, tail.size()));
    }

    @ParameterizedTest
    @EnumSource(JournalKind.class)
    void shouldTrimUnderLoadWhenAsked(JournalKind kind) throws Exception {
        byte[] expected = expected();
        long trims = 0;
        EngineConfig config = config("d", kind, Layout.DEDICATED);
        try (Engine engine = Engine.open(pipeline(), config)) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            Thread load =
                    new Thread(
                            () -> {
                                try {
                                    publish(engine, 0, EVENTS);
                                } catch (RuntimeException | Error e) {
                                    failure.set(e);
                                }
                            });
            load.start();
            long first = 0;
            while (load.isAlive()) {
                TrimReport tried = Trim.run(path("d"), true, ANSWER);
                assertTrue(tried.firstBefore() >= first);
                TrimReport done = Trim.run(path("d"), false, ANSWER);
                assertEquals(tried.firstBefore(), done.firstBefore(), "a dry run trims nothing");
                assertTrue(done.firstSequence() >= tried.firstSequence());
                assertTrue(done.lastSequence() >= done.firstSequence() - 1);
                assertFalse(done.heldBy().isEmpty());
                first = done.firstSequence();
                trims += done.segments() > 0 ? 1 : 0;
            }
            load.join();
            assertNull(failure.get());
            TrimReport last = Trim.run(path("d"), false, ANSWER);
            assertTrue(last.firstSequence() > EVENTS / 2, last::toString);
            assertTrue(last.heldBy().get(0).startsWith("snapshot snapshot-"), last::toString);
            engine.awaitDrained(engine.endSource(Totals.SOURCE, EVENTS, 0));
        }
        assertTrue(trims >= 1, "none of the trims gave anything up");
        assertArrayEquals(expected, Files.readAllBytes(path("d").resolve("results.csv")));
        assertFalse(Files.exists(path("d").resolve("requests")));
        assertTrue(verify("d").isSound());
    }

    @Test
    void shouldTrimADirectoryThatNoEngineHas() throws IOException {
        fill("d", EVENTS / 2);
        JournalInfo before = verify("d");
        long limit = sequence(snapshots("d").get(0));

        TrimReport tried = Trim.run(path("d"), true, ANSWER);
        assertEquals(before.segments(), verify("d").segments());
        assertEquals(before.epoch(), verify("d").epoch());
        TrimReport done = Trim.run(path("d"), false, ANSWER);

        long expected = 0;
        int segments = 0;
        for (JournalInfo.Segment segment : before.segments()) {
            if (segment.firstSequence() <= limit && segment.firstSequence() > expected) {
                expected = segment.firstSequence();
                segments++;
            }
        }
        assertTrue(segments > 3, "segments: " + segments);
        assertEquals(expected, done.firstSequence());
        assertEquals(segments, done.segments());
        assertEquals(tried.firstSequence(), done.firstSequence());
        assertEquals(tried.segments(), done.segments());
        assertEquals(tried.lengthBytes(), done.lengthBytes());
        assertTrue(tried.isDryRun());
        assertEquals(expected, verify("d").firstSequence());
        assertEquals(0, Trim.run(path("d"), false, ANSWER).segments());
    }

    @Test
    void shouldGiveUpNothingWithFewerThanTwoWholeSnapshots() throws IOException {
        fill("d", EVENTS / 2);
        Path newest = snapshots("d").get(1);
        byte[] bytes = Files.readAllBytes(newest);
        bytes[bytes.length / 2] ^= 4;
        Files.write(newest, bytes);

        TrimReport report = Trim.run(path("d"), false, ANSWER);

        assertEquals(0, report.segments());
        assertTrue(report.heldBy().get(0).contains("two snapshots"), report::toString);
        assertTrue(report.heldBy().get(1).contains("does not count"), report::toString);
        Files.delete(newest);
        assertEquals(0, Trim.run(path("d"), false, ANSWER).segments());
        Files.delete(snapshots("d").get(0));
        assertEquals(0, Trim.run(path("d"), false, ANSWER).segments());
    }

    @Test
    void shouldGiveUpNothingThatTheOutputLogWouldBeMadeOf() throws IOException {
        fill("d", EVENTS / 2);
        Path log = path("d").resolve("outputs.log");
        byte[] bytes = Files.readAllBytes(log);
        bytes[bytes.length / 3] ^= 1;
        Files.write(log, bytes);

        TrimReport report = Trim.run(path("d"), false, ANSWER);

        assertEquals(0, report.segments());
        assertTrue(report.heldBy().get(1).contains("the output log lacks results"));
        assertArrayEquals(bytes, Files.readAllBytes(log));
        Files.delete(log);
        assertEquals(0, Trim.run(path("d"), false, ANSWER).segments());
        fill("d", 0);
        assertTrue(Trim.run(path("d"), false, ANSWER).segments() > 0);
    }

    @Test
    void shouldKeepWhatARegisteredReaderNeeds() throws IOException {
        fill("d", EVENTS / 2);
        try (ReaderHold slower = ReaderHold.register(path("d"), "slow\ner", 300)) {
            try (ReaderHold slow = ReaderHold.register(path("d"), "slow", 700)) {
                TrimReport report = Trim.run(path("d"), false, ANSWER);
                assertTrue(report.firstSequence() <= 300, report::toString);
                assertTrue(report.heldBy().get(0).startsWith("reader slow?er (process "));
                assertTrue(report.heldBy().get(0).endsWith(" at sequence 300"));
                assertTrue(report.heldBy().get(1).startsWith("reader slow (process "));

                slower.moveTo(5_500);
                slower.moveTo(10);
                slow.moveTo(701);
                report = Trim.run(path("d"), false, ANSWER);
                assertTrue(report.firstSequence() > 300 && report.firstSequence() <= 701);
                assertEquals(2, report.heldBy().size(), report::toString);
            }
            assertTrue(Trim.run(path("d"), false, ANSWER).firstSequence() > 2_000);
        }
        assertFalse(Files.exists(path("d").resolve("readers")));
    }

    @Test
    void shouldKeepWhatAReaderOfAnotherProcessNeedsAsLongAsItLives() throws Exception {
        fill("d", EVENTS / 2);
        try (TestProcess.Running reader =
                TestProcess.start(TestProcess.flags(), ReaderMain.class, path("d").toString())) {
            assertEquals("registered", reader.readLine());
            try (Engine engine = Engine.open(pipeline(), config("d"))) {
                TrimReport report = Trim.run(path("d"), false, ANSWER);
                assertTrue(report.firstSequence() <= 400, report::toString);
                assertTrue(report.heldBy().get(0).startsWith("reader other (process "));
                reader.kill();
                report = Trim.run(path("d"), false, ANSWER);
                assertTrue(report.firstSequence() > 2_000, report::toString);
                assertEquals(1, report.heldBy().size(), report::toString);
                assertTrue(engine.firstSequence() > 2_000);
            }
        }
        try (Stream<Path> left = Files.list(path("d").resolve("readers"))) {
            assertEquals(0, left.count());
        }
    }

    /** Registers a reader and waits to be killed. */
    static final class ReaderMain {
        private ReaderMain() {}

        public static void main(String[] args) throws IOException {
            try (ReaderHold hold = ReaderHold.register(Path.of(args[0]), "other", 400)) {
                hold.moveTo(400);
                System.out.println("registered");
                System.out.flush();
                while (System.in.read() >= 0) {}
            }
        }
    }

    @Test
    void shouldHoldEverythingForAReaderThatCannotBeUnderstood() throws Exception {
        fill("d", EVENTS / 2);
        try (TestProcess.Running reader =
                TestProcess.start(TestProcess.flags(), ReaderMain.class, path("d").toString())) {
            assertEquals("registered", reader.readLine());
            Path file;
            try (Stream<Path> files = Files.list(path("d").resolve("readers"))) {
                file = files.findFirst().orElseThrow();
            }
            byte[] bytes = Files.readAllBytes(file);
            bytes[1] ^= 1;
            Files.write(file, bytes);

            TrimReport report = Trim.run(path("d"), false, ANSWER);

            assertEquals(0, report.firstSequence());
            assertTrue(
                    report.heldBy().get(0).contains("position cannot be read"),
                    () -> report.heldBy().toString());
        }
    }

    @Test
    void shouldRecoverFromTheOlderSnapshotAndRefuseWithoutAny() throws IOException {
        byte[] expected = expected();
        fill("d", EVENTS / 2);
        assertTrue(Trim.run(path("d"), false, ANSWER).segments() > 0);
        List<Path> both = snapshots("d");
        byte[] older = Files.readAllBytes(both.get(0));
        byte[] newer = Files.readAllBytes(both.get(1));
        flip(both.get(1));
        try (Engine engine = Engine.open(pipeline(), config("d").snapshotEvery(0))) {
            assertEquals(sequence(both.get(0)), engine.recovery().snapshotSequence());
            assertEquals(1, engine.recovery().passedOver().size());
        }
        flip(both.get(0));
        byte[] log = Files.readAllBytes(path("d").resolve("outputs.log"));
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> Engine.open(pipeline(), config("d")).close());
        assertEquals(Category.DAMAGE, refused.category());
        assertTrue(refused.getMessage().contains("the journal begins at sequence"));
        assertTrue(refused.getMessage().contains("restore snapshots and output log"));
        assertTrue(refused.getMessage().contains(both.get(0).getFileName().toString()));
        Files.delete(both.get(0));
        Files.delete(both.get(1));
        assertThrows(PenstockException.class, () -> Engine.open(pipeline(), config("d")).close());
        assertArrayEquals(log, Files.readAllBytes(path("d").resolve("outputs.log")));

        Files.write(both.get(0), older);
        Files.write(both.get(1), newer);
        try (Engine engine = Engine.open(pipeline(), config("d"))) {
            publish(engine, EVENTS / 2, EVENTS);
            engine.awaitDrained(engine.endSource(Totals.SOURCE, EVENTS, 0));
        }
        assertArrayEquals(expected, Files.readAllBytes(path("d").resolve("results.csv")));
    }

    private static void flip(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 2;
        Files.write(file, bytes);
    }

    @Test
    void shouldRefuseAnOutputLogThatCannotBeMadeAgainAndLeaveItAsItIs() throws IOException {
        fill("d", EVENTS / 2);
        assertTrue(Trim.run(path("d"), false, ANSWER).segments() > 0);
        Path log = path("d").resolve("outputs.log");
        byte[] whole = Files.readAllBytes(log);
        Random random = new Random(5);
        for (int i = 0; i < 6; i++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(whole.length / 2)] ^= (byte) (1 << random.nextInt(8));
            Files.write(log, damaged);
            PenstockException refused =
                    assertThrows(
                            PenstockException.class,
                            () -> Engine.open(pipeline(), config("d")).close());
            assertEquals(Category.DAMAGE, refused.category());
            assertTrue(refused.getMessage().contains("the output log lacks results"));
            assertArrayEquals(damaged, Files.readAllBytes(log));
        }
        Files.write(log, whole);
        Engine.open(pipeline(), config("d")).close();
    }

    @Test
    void shouldNameTheShardsThatTheSnapshotsAreOf() {
        try (Engine engine = Engine.open(pipeline(), config("d").shards(2))) {
            publish(engine, 0, EVENTS / 2);
        }
        assertTrue(Trim.run(path("d"), false, ANSWER).segments() > 0);

        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> Engine.open(pipeline(), config("d")).close());

        assertEquals(Category.CONFIGURATION, refused.category());
        assertTrue(refused.getMessage().contains("as many shards as before: 2"));
        try (Engine engine = Engine.open(pipeline(), config("d").shards(2))) {
            assertTrue(engine.recovery().snapshotSequence() > 0);
        }
    }

    @Test
    void shouldShowTheStateAsFarBackAsSnapshotsReach() throws IOException {
        fill("d", EVENTS / 2);
        copyWithoutSnapshots("d", "whole");
        long first = Trim.run(path("d"), false, ANSWER).firstSequence();
        long oldest = sequence(snapshots("d").get(0));
        long last = verify("d").lastSequence();
        for (long sequence : new long[] {oldest, oldest + 1, (oldest + last) / 2, last}) {
            try (StateView view = view("d", StateView.Position.at(sequence));
                    StateView whole = view("whole", StateView.Position.at(sequence))) {
                assertEquals(whole.stateHash(), view.stateHash(), "at " + sequence);
            }
        }
        assertSays("it begins at sequence " + first + " now", first - 1);
        assertSays("the oldest snapshot that is kept is of sequence " + oldest, oldest - 1);
        assertSays("its last sequence is " + last, last + 1);
        PenstockException early =
                assertThrows(
                        PenstockException.class, () -> view("d", StateView.Position.atTime(17)));
        assertEquals(Category.CONFIGURATION, early.category());
        assertTrue(early.getMessage().contains("the journal begins later than that"));
    }

    /** A directory of the same journal, whose state is made from its first record. */
    private void copyWithoutSnapshots(String from, String to) throws IOException {
        try (Stream<Path> files = Files.walk(path(from))) {
            for (Path file : files.toList()) {
                Path relative = path(from).relativize(file);
                if (!relative.startsWith("snapshots")) {
                    Files.copy(file, path(to).resolve(relative));
                }
            }
        }
    }

    private StateView view(String name, StateView.Position position) {
        return StateView.open(
                pipeline(), path(name), position, CoreLimits.DEFAULT, (done, total) -> {});
    }

    private void assertSays(String text, long sequence) {
        PenstockException refused =
                assertThrows(
                        PenstockException.class,
                        () -> view("d", StateView.Position.at(sequence)).close());
        assertEquals(Category.CONFIGURATION, refused.category(), refused.getMessage());
        assertTrue(refused.getMessage().contains(text), refused.getMessage());
    }

    @ParameterizedTest
    @EnumSource(JournalKind.class)
    void shouldTellAReaderThatIsOvertakenAndSkipNothing(JournalKind kind) {
        long overtaken = 0;
        EngineConfig config = config("d", kind, Layout.SHARED).retention(Retention.SNAPSHOTS);
        try (Engine engine = Engine.open(pipeline(), config)) {
            publish(engine, 0, BLOCK);
            try (JournalReader reader = Journals.read(path("d").resolve("journal"))) {
                RecordView view = new RecordView();
                long expected = 0;
                for (int i = BLOCK; i < EVENTS; i += BLOCK) {
                    publish(engine, i, i + BLOCK);
                    Outcome outcome = Outcome.OK;
                    for (int read = 0; read < BLOCK / 3 && outcome == Outcome.OK; read++) {
                        outcome = reader.next(view);
                        if (outcome == Outcome.OK) {
                            assertEquals(expected++, view.sequence());
                        }
                    }
                    if (outcome != Outcome.OK) {
                        assertEquals(Outcome.GAP, outcome, () -> reader.damage().toString());
                        assertTrue(reader.damage().isGivenUp(), () -> reader.damage().toString());
                        assertEquals(Category.INPUT, reader.damage().toException().category());
                        overtaken++;
                        expected = reader.firstSequence();
                        assertEquals(Outcome.OK, reader.seek(expected));
                    }
                }
            }
        }
        assertTrue(overtaken > 1, "overtaken: " + overtaken);
    }

    @Test
    void shouldNotWaitForAnAnswerForEver() {
        try (Engine engine = Engine.open(pipeline(), config("d").retention(Retention.ALL))) {
            publish(engine, 0, BLOCK);
            TrimReport report = Trim.run(path("d"), false, ANSWER);
            assertEquals(0, report.segments());
            assertTrue(report.heldBy().get(0).contains("there is none"), report::toString);
        }
        // Somebody has the directory, and never answers.
        try (io.penstock.engine.control.EngineDirectory mine =
                io.penstock.engine.control.EngineDirectory.open(path("d"), pipeline())) {
            assertFalse(mine.isNew());
            PenstockException refused =
                    assertThrows(
                            PenstockException.class,
                            () -> Trim.run(path("d"), false, Duration.ofMillis(50)));
            assertEquals(Category.LOCKED, refused.category());
        }
        assertFalse(Files.exists(path("d").resolve("requests")));
        assertThrows(
                PenstockException.class, () -> Trim.run(path("nothing"), false, Duration.ZERO));
    }

    @Test
    void shouldForgetWhatWasAskedOfAnEngineThatEnded() throws IOException {
        fill("d", EVENTS / 2);
        Path requests = Files.createDirectories(path("d").resolve("requests"));
        Files.writeString(requests.resolve("left.trim"), "nothing of ours");
        try (Engine engine = Engine.open(pipeline(), config("d"))) {
            assertFalse(Files.exists(requests));
            Files.createDirectories(requests);
            Files.writeString(requests.resolve("foreign.trim"), "nothing of ours");
            assertTrue(Trim.run(path("d"), false, ANSWER).segments() > 0);
            assertFalse(Files.exists(requests.resolve("foreign.trim")));
            assertTrue(engine.firstSequence() > 0);
        }
    }

    @Test
    void shouldKeepEverythingByDefault() throws IOException {
        try (Engine engine = Engine.open(Totals.pipeline(new MemorySink()), config("memory"))) {
            publish(engine, 0, EVENTS / 2);
            assertEquals(0, engine.firstSequence());
        }
        assertEquals(0, verify("memory").firstSequence());
    }
}
