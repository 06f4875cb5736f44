package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.control.StateEntry;
import io.penstock.engine.control.StateView;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State from outside: at any record, beside a running engine and without one. */
final class StateViewTest {
    private static final int EVENTS = 400;
    private static final int KEYS = 5;
    private static final long WINDOW_NS = 50;

    @TempDir Path directory;

    /** Keeps how often its key came, and sets a timer. */
    private static final class Counting implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private ValueState count;

        @Override
        public void open(HandlerSetup setup) {
            count = setup.value("count", 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            UnsafeBuffer state = count.update();
            state.putLong(0, state.getLong(0) + 1);
            context.schedule(3, event.eventTimeNs() + 10 * WINDOW_NS);
            context.scheduleByClock(4, Long.MAX_VALUE);
        }
    }

    private static Pipeline pipeline() {
        return Pipeline.define(
                "viewed",
                p -> {
                    Stream<KeyedValueDecoder> events =
                            p.source(Totals.SOURCE, BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(5));
                    events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 64))
                            .window(
                                    "windows",
                                    new Windows.Aligned(WINDOW_NS, WINDOW_NS),
                                    Late.drop())
                            .aggregate(
                                    Aggregates.count(), Aggregates.sum(m -> m.value().mantissa()))
                            .sink("results", Sinks.memory(new MemorySink()));
                    events.keyBy("number", m -> m.value().mantissa())
                            .process("logic", BuiltinMessages.KEYED_VALUE, Counting::new)
                            .sink("logic", Sinks.memory(new MemorySink()));
                    events.inOrder("order", Late.drop())
                            .sink("ordered", Sinks.memory(new MemorySink()));
                });
    }

    /** What was true behind each record, on plain collections. */
    private static final class Oracle {
        private final Map<Long, Map<Long, Long>> countsBehind = new TreeMap<>();
        private final Map<Long, Map<String, Long>> openSumsBehind = new TreeMap<>();
        private final Map<Long, Long> counts = new TreeMap<>();
        private final List<long[]> events = new ArrayList<>();

        private void event(long sequence, long timeNs, long key) {
            counts.merge(key, 1L, Long::sum);
            countsBehind.put(sequence, new TreeMap<>(counts));
            events.add(new long[] {timeNs, key});
            Map<String, Long> sums = new TreeMap<>();
            long open = Math.floorDiv(timeNs - 5, WINDOW_NS);
            for (long[] event : events) {
                long window = Math.floorDiv(event[0], WINDOW_NS);
                if (window >= open) {
                    sums.merge("k" + event[1] + "@" + window * WINDOW_NS, event[1], Long::sum);
                }
            }
            openSumsBehind.put(sequence, sums);
        }
    }

    private static Oracle publish(Engine engine, long seed) {
        Oracle oracle = new Oracle();
        Random random = new Random(seed);
        try (Publisher publisher = engine.publisher(Totals.SOURCE)) {
            long timeNs = 0;
            for (int i = 0; i < EVENTS; i++) {
                timeNs += random.nextInt(10);
                long key = random.nextInt(KEYS);
                long sequence = Totals.offer(publisher, timeNs, "k" + key, key);
                assertTrue(sequence >= 0, () -> "status " + sequence);
                oracle.event(sequence, timeNs, key);
                if (i % 50 == 0) {
                    engine.awaitIdle();
                    if (i % 100 == 0) {
                        engine.snapshot();
                    }
                }
            }
        }
        engine.awaitIdle();
        return oracle;
    }

    private static Map<Long, Long> counts(StateView view) {
        Map<Long, Long> counts = new TreeMap<>();
        for (StateEntry entry : view.entries("logic", "count", null)) {
            byte[] block = HexFormat.of().parseHex(entry.text("value"));
            counts.put(Long.valueOf(entry.key()), new UnsafeBuffer(block).getLong(0));
        }
        return counts;
    }

    private static Map<String, Long> sums(StateView view) {
        Map<String, Long> sums = new TreeMap<>();
        for (StateEntry entry : view.entries("windows", "panes", null)) {
            sums.put(
                    entry.key() + "@" + entry.number("window-start"),
                    Long.valueOf(entry.text("sum")));
        }
        return sums;
    }

    @Test
    void shouldShowTheStateBehindEachRecordWhileTheEngineRuns() {
        EngineConfig config = EngineConfig.at(directory);
        try (Engine engine = Engine.open(pipeline(), config)) {
            Oracle oracle = publish(engine, 1);
            List<Long> sequences = new ArrayList<>(oracle.countsBehind.keySet());
            boolean fromSnapshot = false;
            for (int i = 0; i < sequences.size(); i += 37) {
                long sequence = sequences.get(i);
                try (StateView view = engine.stateAt(sequence)) {
                    assertEquals(sequence, view.sequence());
                    assertEquals(oracle.countsBehind.get(sequence), counts(view));
                    assertEquals(oracle.openSumsBehind.get(sequence), sums(view));
                    fromSnapshot |= view.snapshotSequence() >= 0;
                }
            }
            assertTrue(fromSnapshot, "one of them must have begun at a snapshot");

            long last = sequences.get(sequences.size() - 1);
            List<StateEntry> timers = engine.query("logic", "timers", "2", last);
            assertEquals(1, timers.size());
            assertEquals(3, timers.get(0).number("id"));
            assertEquals(1, engine.query("logic", "clock-timers", "2", last).size());
            assertEquals(List.of(), engine.query("logic", "count", "99", last));
            try (StateView view = engine.stateAt(last)) {
                assertEquals(engine.stateHash(), view.stateHash());
            }
        }
    }

    @Test
    void shouldShowTheStateOfShardsAsThatOfOneThread() {
        EngineConfig config = EngineConfig.at(directory).shards(2);
        try (Engine engine = Engine.open(pipeline(), config)) {
            Oracle oracle = publish(engine, 4);
            List<Long> sequences = List.copyOf(oracle.countsBehind.keySet());
            for (long sequence : List.of(sequences.get(0), sequences.get(300))) {
                try (StateView view = engine.stateAt(sequence)) {
                    assertEquals(oracle.countsBehind.get(sequence), counts(view));
                    assertEquals(oracle.openSumsBehind.get(sequence), sums(view));
                }
            }
        }
    }

    @Test
    void shouldWriteNothingWhenADirectoryIsLookedAt() throws IOException {
        try (Engine engine = Engine.open(pipeline(), EngineConfig.at(directory))) {
            publish(engine, 2);
        }
        Map<String, String> before = files();

        try (StateView view =
                StateView.open(
                        pipeline(),
                        directory,
                        StateView.Position.END,
                        CoreLimits.DEFAULT,
                        (done, total) -> {})) {
            assertEquals(KEYS, counts(view).size());
            assertTrue(view.why().get(0).startsWith("at sequence " + view.sequence()));
        }

        assertEquals(before, files());
    }

    private Map<String, String> files() throws IOException {
        Map<String, String> files = new TreeMap<>();
        try (java.util.stream.Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                files.put(
                        directory.relativize(path).toString(),
                        Files.getLastModifiedTime(path)
                                + " "
                                + new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1)
                                        .hashCode());
            }
        }
        return files;
    }

    @Test
    void shouldNameWhatIsNotThere() {
        try (Engine engine = Engine.open(pipeline(), EngineConfig.at(directory))) {
            Oracle oracle = publish(engine, 3);
            long last = oracle.countsBehind.keySet().stream().max(Long::compare).orElseThrow();
            assertFault("has no stage logik (did you mean 'logic'?)", engine, "logik", null, 0);
            assertFault("has no state coun (did you mean 'count'?)", engine, "logic", "coun", 0);
            assertFault("does not reach so far", engine, "logic", null, 1_000_000);
            try (StateView view = engine.stateAt(last)) {
                assertEquals(
                        "(there are: 0, 1, 2, 3, 4)", sortedHint(view.nearestKey("logic", "77")));
            }
        }
    }

    /** Keys stand in the order in which they came, which the seed decides. */
    private static String sortedHint(String hint) {
        String names = hint.substring("(there are: ".length(), hint.length() - 1);
        return "(there are: "
                + String.join(", ", Arrays.stream(names.split(", ")).sorted().toList())
                + ")";
    }

    private static void assertFault(
            String text, Engine engine, String stage, String state, long sequence) {
        PenstockException fault =
                assertThrows(
                        PenstockException.class, () -> engine.query(stage, state, "1", sequence));
        assertEquals(Category.CONFIGURATION, fault.category());
        assertTrue(fault.getMessage().contains(text), fault::getMessage);
    }

    private static Pipeline twoSources() {
        return Pipeline.define(
                "two",
                p -> {
                    Stream<KeyedValueDecoder> left =
                            p.source("left", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(5));
                    Stream<KeyedValueDecoder> right =
                            p.source("right", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(7));
                    left.union("both", right)
                            .keyBy("all", m -> 1)
                            .window(
                                    "windows",
                                    new Windows.Aligned(WINDOW_NS, WINDOW_NS),
                                    Late.drop())
                            .aggregate(Aggregates.count())
                            .sink("out", Sinks.memory(new MemorySink()));
                });
    }

    /** The lines of an explanation, journaled times left out. */
    private static List<String> why(Engine engine) {
        long last = engine.counters().get("processed.sequence");
        try (StateView view = engine.stateAt(last)) {
            return view.why().stream()
                    .map(line -> line.replaceAll("20\\d\\d-[^ ,;]*", "JOURNALED"))
                    .map(line -> line.replace("1970-01-01T00:00:00.0000000", ""))
                    .toList();
        }
    }

    @Test
    void shouldSayWhichSourceHoldsAWindowBackAndSinceWhen() {
        try (Engine engine = Engine.open(twoSources(), EngineConfig.at(directory));
                Publisher left = engine.publisher("left");
                Publisher right = engine.publisher("right")) {
            Totals.offer(left, 60, "k", 1);
            Totals.offer(left, 58, "k", 1);
            engine.awaitIdle();
            engine.publishCounters();
            assertEquals(
                    List.of(
                            "at sequence 1, journaled JOURNALED",
                            "source left: watermark 55Z, last event 58Z, latest event 60Z, last"
                                    + " record journaled JOURNALED, events 2",
                            "source right: no event yet, events 0",
                            "stage windows: no watermark yet",
                            "  next window [50Z, 1970-01-01T00:00:00.000000100Z) due at"
                                    + " 1970-01-01T00:00:00.000000100Z",
                            "  nothing comes out because source right holds it back: it has given"
                                    + " nothing yet; it takes an event of"
                                    + " 1970-01-01T00:00:00.000000107Z or later; and source left,"
                                    + " whose watermark is 55Z"),
                    why(engine));

            Totals.offer(right, 70, "k", 1);
            Totals.offer(right, 20, "k", 1);
            engine.awaitIdle();
            engine.publishCounters();
            List<String> lines = why(engine);
            assertEquals(
                    "source right: watermark 63Z, last event 20Z, latest event 70Z, last record"
                            + " journaled JOURNALED, events 2, behind 1",
                    lines.get(2));
            assertEquals("stage windows: watermark 55Z, late 1", lines.get(3));
            assertEquals(
                    "  next window [50Z, 1970-01-01T00:00:00.000000100Z) due at"
                            + " 1970-01-01T00:00:00.000000100Z, 0.000000045s away",
                    lines.get(4));
            assertEquals(
                    "  nothing comes out because source left holds it back: its watermark is 55Z"
                            + " since JOURNALED (journaled), its last event 58Z, its last record"
                            + " journaled JOURNALED; it takes an event of"
                            + " 1970-01-01T00:00:00.000000105Z or later; and source right, whose"
                            + " watermark is 63Z",
                    lines.get(5));
        }
    }

    @Test
    void shouldRefuseIdlenessWithoutTicks() {
        Pipeline idling =
                Pipeline.define(
                        "idling",
                        p ->
                                p.source(Totals.SOURCE, BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs,
                                                Disorder.none(),
                                                Idle.after(Duration.ofSeconds(1)))
                                        .sink("out", Sinks.memory(new MemorySink())));
        PenstockException fault =
                assertThrows(
                        PenstockException.class,
                        () -> Engine.open(idling, EngineConfig.at(directory)));
        assertTrue(fault.getMessage().contains("tickEvery"), fault::getMessage);
        Engine.open(idling, EngineConfig.at(directory).tickEvery(Duration.ofMillis(100))).close();
    }
}
