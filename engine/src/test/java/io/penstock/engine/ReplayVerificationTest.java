package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.control.ReplayVerification;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import io.penstock.journal.Outcome;
import io.penstock.journal.RecordKind;
import io.penstock.journal.RecordView;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is recorded and what a replay gives are equal, or the first difference is named. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ReplayVerificationTest {
    private static final int EVENTS = 600;
    private static final int KEYS = 5;
    private static final int SNAPSHOT_EVERY = 100;

    /** High bits of every count, so that a test finds it in a file. */
    private static final long MARKED = 0x5EED_C0DE_0000_0000L;

    @TempDir Path directory;

    /** Counts, and from one event on by twos. */
    private static final class Counter implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private final long differsFrom;
        private final boolean isEmitting;
        private ValueState count;

        Counter(long differsFrom, boolean isEmitting) {
            this.differsFrom = differsFrom;
            this.isEmitting = isEmitting;
        }

        @Override
        public void open(HandlerSetup setup) {
            count = setup.value("count", 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            UnsafeBuffer state = count.update();
            long step = event.message().value().mantissa() >= differsFrom ? 2 : 1;
            long next = Math.max(MARKED, state.getLong(0)) + step;
            state.putLong(0, next);
            if (isEmitting) {
                context.begin().eventTimeNs(event.eventTimeNs()).value().mantissa(next - MARKED);
                context.emit();
            }
        }
    }

    private static Pipeline pipeline(long differsFrom, boolean isEmitting) {
        return Pipeline.define(
                "verified",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events =
                            p.source(Totals.SOURCE, BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(3));
                    events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 64))
                            .window("windows", new Windows.Aligned(10, 5), Late.drop())
                            .aggregate(
                                    Aggregates.count(), Aggregates.sum(m -> m.value().mantissa()))
                            .sink("totals", Sinks.memory(new MemorySink()));
                    events.keyBy("number", m -> m.value().mantissa() % KEYS)
                            .process(
                                    "logic",
                                    BuiltinMessages.KEYED_VALUE,
                                    () -> new Counter(differsFrom, isEmitting))
                            .sink("counts", Sinks.memory(new MemorySink()));
                });
    }

    /** Runs all events in two lives; the value of an event is its number. */
    private void run(boolean isEmitting, int shards) {
        for (int life = 0; life < 2; life++) {
            EngineConfig config = EngineConfig.at(directory).shards(shards).snapshotEvery(0);
            try (Engine engine = Engine.open(pipeline(Long.MAX_VALUE, isEmitting), config);
                    Publisher publisher = engine.publisher(Totals.SOURCE)) {
                for (int i = 0; i < EVENTS / 2; i++) {
                    long number = i + (long) life * EVENTS / 2;
                    assertTrue(
                            Totals.offer(publisher, number / 3, "k" + number % KEYS, number) >= 0);
                    if (i % SNAPSHOT_EVERY == SNAPSHOT_EVERY - 1) {
                        snapshot(engine);
                    }
                }
                engine.awaitIdle();
            }
        }
    }

    private static void snapshot(Engine engine) {
        engine.awaitIdle();
        long before = engine.lastSnapshot();
        engine.snapshot();
        while (engine.lastSnapshot() == before) {
            assertNull(engine.lastSnapshotFailure());
            Thread.yield();
        }
    }

    private ReplayVerification.Result verify(Pipeline pipeline) {
        return ReplayVerification.verify(
                pipeline, directory, -1, CoreLimits.DEFAULT, (done, total) -> {});
    }

    private ReplayVerification.Difference difference(Pipeline pipeline) {
        ReplayVerification.Result result = verify(pipeline);
        assertEquals(List.of(), result.damages());
        return result.difference().orElseThrow();
    }

    /** Sequence of the record that holds an event. */
    private long sequenceOf(long number) {
        KeyedValueDecoder decoder = BuiltinMessages.KEYED_VALUE.newDecoder();
        RecordView view = new RecordView();
        try (JournalReader reader = Journals.read(directory.resolve("journal"))) {
            while (reader.next(view) == Outcome.OK) {
                if (view.kind() == RecordKind.DATA) {
                    BuiltinMessages.KEYED_VALUE.wrap(decoder, view.buffer(), view.offset());
                    if (decoder.value().mantissa() == number) {
                        return view.sequence();
                    }
                }
            }
        }
        throw new IllegalStateException("no event " + number);
    }

    private List<Path> snapshots() throws Exception {
        try (Stream<Path> files = Files.list(directory.resolve("snapshots"))) {
            return files.sorted().toList();
        }
    }

    @Test
    void shouldSayWhatWasComparedWhenAllIsEqual() throws Exception {
        run(true, 1);

        ReplayVerification.Result result = verify(pipeline(Long.MAX_VALUE, true));

        assertTrue(result.difference().isEmpty(), result.toString());
        assertEquals(List.of(), result.damages());
        assertEquals(List.of(), result.notes());
        assertEquals(0, result.notRecorded());
        assertEquals(EVENTS, result.results().get("counts"));
        assertTrue(result.results().get("totals") > 100, result.toString());
        assertEquals(snapshots().size(), result.snapshots().size());
        assertTrue(result.snapshots().size() >= 2, result.toString());
        assertEquals(0, result.firstSequence());
        try (Engine engine =
                Engine.open(pipeline(Long.MAX_VALUE, true), EngineConfig.at(directory))) {
            assertEquals(engine.stateHash(), result.stateHash());
            // Beside a running engine, too.
            assertTrue(verify(pipeline(Long.MAX_VALUE, true)).difference().isEmpty());
        }
    }

    @Test
    void shouldCompareSnapshotsOfShards() {
        run(true, 3);

        ReplayVerification.Result result = verify(pipeline(Long.MAX_VALUE, true));

        assertTrue(result.difference().isEmpty(), result.toString());
        assertEquals(List.of(), result.damages());
        assertTrue(result.snapshots().size() >= 2, result.toString());
    }

    @Test
    void shouldNameTheResultThatWasChangedInTheOutputLog() throws Exception {
        run(true, 1);
        int named = 0;
        byte[] whole = Files.readAllBytes(directory.resolve("outputs.log"));
        for (int ordinal : new int[] {0, 1, 299, 300, 599}) {
            RecordedFiles.patchLog(
                    directory,
                    (log, at) -> {
                        boolean isIt = log.getShort(at + 4) == 1 && log.getLong(at + 24) == ordinal;
                        if (isIt) {
                            // The mantissa, behind the headers and the event time.
                            log.putLong(at + 32 + 8 + 8, 4_711);
                        }
                        return isIt;
                    });

            ReplayVerification.Difference found = difference(pipeline(Long.MAX_VALUE, true));

            assertEquals(sequenceOf(ordinal), found.sequence());
            assertEquals("logic", found.stage());
            assertEquals("result " + ordinal + " of sink counts", found.what());
            assertTrue(found.recorded().contains("4711"), found.toString());
            assertTrue(
                    found.replayed().contains(String.valueOf(ordinal / KEYS + 1)),
                    found.toString());
            Files.write(directory.resolve("outputs.log"), whole);
            named++;
        }
        System.out.println(
                "GUARANTEE R21d "
                        + named
                        + " changed results in an output log with all checksums right, each named by"
                        + " sequence, stage and both values");
    }

    @Test
    void shouldNameTheStateThatWasChangedInASnapshot() throws Exception {
        run(false, 1);
        int named = 0;
        for (Path snapshot : snapshots()) {
            byte[] whole = Files.readAllBytes(snapshot);
            long sequence =
                    Long.parseLong(
                            snapshot.toString().substring(snapshot.toString().lastIndexOf('-') + 1),
                            16);
            long events = 0;
            while (events < EVENTS && sequenceOf(events) < sequence) {
                events++;
            }
            long perKey = events / KEYS;
            // All keys have the same count: make that of one key another one, in a whole file.
            RecordedFiles.patchSnapshotAt(snapshot, MARKED + perKey, 2, MARKED + 4_711);

            ReplayVerification.Difference found = difference(pipeline(Long.MAX_VALUE, false));

            assertEquals(sequence, found.sequence());
            assertEquals("logic", found.stage());
            assertEquals("state count in " + snapshot.getFileName(), found.what());
            assertTrue(List.of("0", "1", "2", "3", "4").contains(found.key()), found.key());
            assertEquals("value=0x67120000dec0ed5e", found.recorded());
            assertTrue(!found.recorded().equals(found.replayed()), found.toString());
            Files.write(snapshot, whole);
            named++;
        }
        assertTrue(named >= 2);
        System.out.println(
                "GUARANTEE R21e "
                        + named
                        + " changed states in snapshots with all checksums right, each named by"
                        + " snapshot, stage, state and key");
    }

    @Test
    void shouldNameTheRecordFromWhichAHandlerDiffers() {
        run(true, 1);
        int named = 0;
        for (long number : new long[] {0, 1, 50, 299, 300, 599}) {
            ReplayVerification.Difference found = difference(pipeline(number, true));

            assertEquals(sequenceOf(number), found.sequence());
            assertEquals("logic", found.stage());
            assertEquals("result " + number + " of sink counts", found.what());
            assertTrue(!found.recorded().equals(found.replayed()), found.toString());
            named++;
        }
        System.out.println(
                "GUARANTEE R21f "
                        + named
                        + " handlers that differ from one record on, each named by that record");
    }

    @Test
    void shouldNameTheSnapshotWhenOnlyStateDiffers() throws Exception {
        run(false, 1);

        ReplayVerification.Difference found = difference(pipeline(0, false));

        assertEquals("logic", found.stage());
        assertTrue(found.what().endsWith(snapshots().get(0).getFileName().toString()));
    }

    @Test
    void shouldNameResultsThatAreMissingOrTooMany() throws Exception {
        run(true, 1);
        byte[] whole = Files.readAllBytes(directory.resolve("outputs.log"));
        // A result that is said to be of a record before its own: too many there.
        RecordedFiles.patchLog(
                directory,
                (log, at) -> {
                    boolean isIt = log.getShort(at + 4) == 1 && log.getLong(at + 24) == 40;
                    if (isIt) {
                        log.putLong(at + 16, log.getLong(at + 16) - 1);
                    }
                    return isIt;
                });
        ReplayVerification.Difference found = difference(pipeline(Long.MAX_VALUE, true));
        assertEquals(sequenceOf(40) - 1, found.sequence());

        Files.write(directory.resolve("outputs.log"), whole);
        RecordedFiles.cutLog(directory, 1);
        ReplayVerification.Result result = verify(pipeline(Long.MAX_VALUE, true));
        assertTrue(result.difference().isEmpty());
        assertTrue(result.notRecorded() > 0);
        assertEquals(result.snapshots().size(), result.damages().size(), result.toString());
        assertTrue(result.damages().get(0).contains("the output log lacks"), result.toString());
    }

    @Test
    void shouldTakeATornEndOfTheLogForWhatItIsAndNothingElse() throws Exception {
        run(true, 1);
        Path log = directory.resolve("outputs.log");
        byte[] whole = Files.readAllBytes(log);
        List<byte[]> torn = new ArrayList<>();
        byte[] longer = java.util.Arrays.copyOf(whole, whole.length + 20);
        System.arraycopy(whole, 0, longer, whole.length, 20);
        torn.add(longer);
        torn.add(java.util.Arrays.copyOf(whole, whole.length + 7));
        for (byte[] bytes : torn) {
            Files.write(log, bytes);
            ReplayVerification.Result result = verify(pipeline(Long.MAX_VALUE, true));
            assertTrue(result.difference().isEmpty());
            assertEquals(1, result.notes().size(), result.toString());
        }
        byte[] flipped = whole.clone();
        flipped[whole.length / 2] ^= 1;
        Files.write(log, flipped);
        PenstockException refused =
                assertThrows(PenstockException.class, () -> verify(pipeline(Long.MAX_VALUE, true)));
        assertEquals(Category.DAMAGE, refused.category());
    }
}
