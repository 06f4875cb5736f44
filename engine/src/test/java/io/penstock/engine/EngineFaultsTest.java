package io.penstock.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.control.EngineState;
import io.penstock.engine.control.StateEntry;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.operator.AggregateState;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.ring.ClaimStatus;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What an engine says when something is wrong, and what a query says of state. */
@Timeout(60)
final class EngineFaultsTest {
    @TempDir Path directory;

    private EngineConfig config(String name) {
        return EngineConfig.at(directory.resolve(name)).ringCapacity(64).batchLimit(16);
    }

    private static EventTimeStream<KeyedValueDecoder> events(Pipeline.Definition p) {
        return p.source(Totals.SOURCE, BuiltinMessages.KEYED_VALUE)
                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none());
    }

    private static Pipeline passingTo(SinkSpec results) {
        return Pipeline.define("passing", p -> events(p).sink("results", results));
    }

    private static Pipeline handling(
            Supplier<? extends Handler<KeyedValueDecoder, KeyedValueEncoder>> handlers) {
        return Pipeline.define(
                "handling",
                p ->
                        events(p)
                                .keyBy("key", m -> m.value().mantissa())
                                .process("logic", BuiltinMessages.KEYED_VALUE, handlers)
                                .sink("results", Sinks.memory(new MemorySink())));
    }

    /** What an engine that is given one event fails with. */
    private PenstockException failureOf(String name, Pipeline pipeline) {
        try (Engine engine = Engine.open(pipeline, config(name));
                Publisher publisher = engine.publisher(Totals.SOURCE)) {
            long sequence = Totals.offer(publisher, 1, "a", 5);
            assertThrows(PenstockException.class, () -> engine.awaitDrained(sequence));
            return assertInstanceOf(PenstockException.class, engine.failure());
        }
    }

    private static void assertSays(PenstockException fault, Category category, String... parts) {
        assertEquals(category, fault.category(), fault::getMessage);
        for (String part : parts) {
            assertTrue(fault.getMessage().contains(part), fault::getMessage);
        }
    }

    /** Takes nothing. */
    private static final class Broken implements Sink {
        @Override
        public long open(Committed committed) {
            return 0;
        }

        @Override
        public void write(OutputRecord record) {
            throw new IllegalStateException("my sink is broken");
        }

        @Override
        public void flush() {}

        @Override
        public void force() {}

        @Override
        public Committed committed() {
            return Committed.NONE;
        }

        @Override
        public void close() {}
    }

    @Test
    void shouldNameSinkAndResultAndRecordWhenASinkThrows() {
        assertSays(
                failureOf("broken-sink", passingTo(Sinks.custom(new Broken()))),
                Category.FAILED,
                "sink results failed to take result 0, of the record at sequence 0: ",
                "my sink is broken");
    }

    private static SinkSpec csv(BiConsumer<KeyedValueDecoder, CsvLine> fields) {
        return Sinks.csv(
                CsvFormat.of(BuiltinMessages.KEYED_VALUE, List.of("time", "value"), fields));
    }

    @Test
    void shouldRefuseRowsWithAnotherNumberOfFieldsThanColumns() throws IOException {
        assertSays(
                failureOf("short-row", passingTo(csv((m, line) -> line.field(m.eventTimeNs())))),
                Category.FAILED,
                "sink results failed to take result 0",
                "a row needs a field for each column: columns=[time, value] fields=1");
        assertSays(
                failureOf(
                        "long-row",
                        passingTo(csv((m, line) -> line.field(1).field("2").emptyField()))),
                Category.FAILED,
                "fields=3");

        SinkSpec whole = csv((m, line) -> line.time(m.eventTimeNs()).decimal(15, 1));
        SinkSpec verbatim = csv((m, line) -> line.verbatim("x,y"));
        for (SinkSpec spec : List.of(whole, verbatim)) {
            String name = spec == whole ? "whole" : "verbatim";
            try (Engine engine = Engine.open(passingTo(spec), config(name));
                    Publisher publisher = engine.publisher(Totals.SOURCE)) {
                engine.awaitDrained(Totals.offer(publisher, 1, "a", 5));
            }
            String expected = spec == whole ? "1970-01-01T00:00:00.000000001Z,1.5" : "x,y";
            assertEquals(
                    "time,value\n" + expected + "\n",
                    Files.readString(directory.resolve(name).resolve("results.csv")));
        }
    }

    @Test
    void shouldRefuseTwoCsvSinksWithOneFileHoweverItIsWritten() {
        Path file = directory.resolve("rows.csv");
        Path same = directory.resolve("./rows.csv");
        Function<EngineConfig, Engine> open =
                config ->
                        Engine.open(
                                Pipeline.define(
                                        "two",
                                        p -> {
                                            Stream<KeyedValueDecoder> events = events(p);
                                            events.sink("first", Sinks.csv(file));
                                            events.sink("second", Sinks.csv(same));
                                        }),
                                config);
        assertSays(
                assertThrows(PenstockException.class, () -> open.apply(config("one-file"))),
                Category.CONFIGURATION,
                "sinks first and second would both write ",
                "rows.csv");
        open.apply(config("own").sinkPath("second", directory.resolve("other.csv"))).close();
        open.apply(config("counted").withoutFile("first")).close();
        assertSays(
                assertThrows(
                        PenstockException.class,
                        () ->
                                open.apply(
                                        config("moved")
                                                .sinkPath("first", directory.resolve("x.csv"))
                                                .sinkPath("second", directory.resolve("x.csv")))),
                Category.CONFIGURATION,
                "x.csv");
    }

    @Test
    void shouldSayWhyAMessageWasRefused() {
        Engine engine =
                Engine.open(
                        passingTo(Sinks.memory(new MemorySink())),
                        config("refusals").maxMessageLength(96));
        Publisher publisher = engine.publisher(Totals.SOURCE);
        assertEquals(ClaimStatus.TOO_LONG, publisher.claim(4000));
        assertTrue(publisher.refusal().contains("length=4000, at most 96"), publisher::refusal);
        UnsafeBuffer garbage = new UnsafeBuffer(new byte[40]);
        assertEquals(ClaimStatus.INVALID, publisher.offer(garbage, 0, 40));
        assertTrue(publisher.refusal().contains("schema id"), publisher::refusal);
        assertEquals(0, Totals.offer(publisher, 1, "a", 1));
        assertEquals("the message is well-formed", publisher.refusal());
        engine.close();
        assertEquals(ClaimStatus.CLOSED, Totals.offer(publisher, 2, "a", 1));
        assertEquals("the publisher or its engine is closed", publisher.refusal());
        publisher.close();
    }

    /** Fails with a value of 13 while it is told to. */
    private static Pipeline poisoned(boolean[] isPoison) {
        return handling(
                () ->
                        (event, context) -> {
                            if (isPoison[0] && event.message().value().mantissa() == 13) {
                                throw new IllegalStateException("thirteen");
                            }
                        });
    }

    @Test
    void shouldTellOfAPoisonEventAsDocumentedWhereverItIsMet() {
        boolean[] isPoison = new boolean[1];
        long sequence;
        try (Engine engine = Engine.open(poisoned(isPoison), config("poison"));
                Publisher publisher = engine.publisher(Totals.SOURCE)) {
            sequence = Totals.offer(publisher, 1, "a", 13);
            engine.awaitDrained(sequence);
            isPoison[0] = true;
            assertSays(
                    assertThrows(PenstockException.class, () -> engine.stateAt(sequence)),
                    Category.FAILED,
                    "stage logic failed at sequence " + sequence,
                    "thirteen");
        }
        assertSays(
                assertThrows(
                        PenstockException.class,
                        () -> Engine.open(poisoned(isPoison), config("poison"))),
                Category.FAILED,
                "stage logic failed at sequence " + sequence,
                "thirteen");
    }

    private PenstockException failureOfKey(String name, int length, boolean isWritten) {
        return failureOf(
                name,
                Pipeline.define(
                        "long-keys",
                        p ->
                                events(p)
                                        .keyByBytes(
                                                "key",
                                                (m, target) -> {
                                                    if (isWritten) {
                                                        target.setMemory(0, length, (byte) 'k');
                                                    }
                                                    return length;
                                                })
                                        .process(
                                                "logic",
                                                BuiltinMessages.KEYED_VALUE,
                                                () -> (event, context) -> {})
                                        .sink("out", Sinks.memory(new MemorySink()))));
    }

    @Test
    void shouldNameTheLimitOfAKeyOfBytes() {
        String stage = "stage logic failed at sequence 0";
        assertSays(
                failureOfKey("long-key", 16_385, false),
                Category.FAILED,
                stage,
                "a key of bytes must fit: limit=16384 length=16385 bytes");
        assertSays(
                failureOfKey("negative-key", -1, false), Category.FAILED, stage, "length=-1 bytes");
        assertSays(
                failureOfKey("written-key", 20_000, true),
                Category.FAILED,
                stage,
                "must stay within the message and the key's 16384 bytes");
    }

    /** Sets a timer again to a time that has come. */
    private static final class Restless implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private final boolean byClock;
        private final long stepNs;

        Restless(boolean byClock, long stepNs) {
            this.byClock = byClock;
            this.stepNs = stepNs;
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            if (byClock) {
                context.scheduleByClock(1, context.timeNs());
            } else {
                context.schedule(1, event.eventTimeNs() - 1);
            }
        }

        @Override
        public void onTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            context.schedule(id, timeNs + stepNs);
        }

        @Override
        public void onClockTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            context.scheduleByClock(id, timeNs - 1);
        }
    }

    @Test
    void shouldStopATimerThatSetsItselfAgainWithoutEnd() {
        for (boolean byClock : new boolean[] {false, true}) {
            assertSays(
                    failureOf("restless" + byClock, handling(() -> new Restless(byClock, 0))),
                    Category.FAILED,
                    "stage logic failed at sequence ",
                    "timers set themselves again without end");
        }
    }

    /** Sets a timer by the clock, and says when it fires. */
    private static final class Alarm implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            context.scheduleByClock(1, context.timeNs() + 1);
        }

        @Override
        public void onClockTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            context.begin().eventTimeNs(timeNs);
            context.emit();
        }
    }

    @Test
    void shouldFireTimersByTheClockWithTheNextRecordWithoutTicks() {
        try (Engine engine = Engine.open(handling(Alarm::new), config("silent"));
                Publisher publisher = engine.publisher(Totals.SOURCE)) {
            Totals.offer(publisher, 1, "a", 5);
            engine.awaitIdle();
            engine.publishCounters();
            assertEquals(0, engine.counters().get("logic.clock-timers"));
            engine.awaitDrained(Totals.offer(publisher, 2, "a", 6));
            engine.publishCounters();
            assertEquals(1, engine.counters().get("logic.clock-timers"));
        }
    }

    @Test
    void shouldSayThatItClosedInTheMiddleOfARecord() {
        Engine engine = Engine.open(handling(() -> new Restless(false, 1)), config("endless"));
        engine.stuckAfterNs(Duration.ofMillis(200).toNanos());
        Totals.offer(engine.publisher(Totals.SOURCE), 1, "a", 5);
        long end = engine.endSource(Totals.SOURCE, 2, 0);

        assertSays(
                assertThrows(PenstockException.class, engine::close),
                Category.FAILED,
                "closed without an end to the record at sequence " + end);
        assertEquals(EngineState.Phase.CLOSED, engine.phase());
        engine.close();
    }

    /** Adds its events up. */
    private static final class Adding implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private AggregateState sums;

        @Override
        public void open(HandlerSetup setup) {
            sums = setup.aggregate("sums");
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            sums.add(event.message().value().mantissa());
        }
    }

    @Test
    void shouldShowAggregatesByFieldsAndKeysOfPartsAsPeopleReadThem() {
        Pipeline pipeline =
                Pipeline.define(
                        "parts",
                        p ->
                                events(p)
                                        .keyByParts(
                                                "key",
                                                (m, key) ->
                                                        key.add(-7)
                                                                .addAscii("say \"\\\"")
                                                                .add(
                                                                        new UnsafeBuffer(
                                                                                new byte[] {0, 1}),
                                                                        0,
                                                                        2))
                                        .process("logic", BuiltinMessages.KEYED_VALUE, Adding::new)
                                        .sink("out", Sinks.memory(new MemorySink())));
        try (Engine engine = Engine.open(pipeline, config("parts"));
                Publisher publisher = engine.publisher(Totals.SOURCE)) {
            Totals.offer(publisher, 1, "a", Long.MAX_VALUE);
            Totals.offer(publisher, 2, "a", Long.MAX_VALUE);
            long last = Totals.offer(publisher, 3, "a", -5);
            engine.awaitDrained(last);

            List<StateEntry> all = engine.query("logic", "sums", null, last);
            assertEquals(1, all.size());
            StateEntry entry = all.get(0);
            assertEquals("[-7,\"say \\\"\\\\\\\"\",0x0001]", entry.key());
            assertEquals(3, entry.number("count"));
            assertEquals("18446744073709551609", entry.text("sum"));
            assertEquals(-5, entry.number("min"));
            assertEquals(Long.MAX_VALUE, entry.number("max"));
            assertEquals(all, engine.query("logic", "sums", entry.key(), last));
            String hex = "0x017ffffffffffffff902000773617920225c2202000" + "20001";
            assertEquals(all, engine.query("logic", "sums", hex, last));
            assertEquals(List.of(), engine.query("logic", "sums", "[-7]", last));
        }
    }

    @Test
    void shouldFindTheEmptyKeyByTheEmptyText() {
        Pipeline pipeline =
                Pipeline.define(
                        "empty",
                        p ->
                                events(p)
                                        .keyByBytes("key", (m, target) -> m.getKey(target, 0, 99))
                                        .process("logic", BuiltinMessages.KEYED_VALUE, Adding::new)
                                        .sink("out", Sinks.memory(new MemorySink())));
        try (Engine engine = Engine.open(pipeline, config("empty"));
                Publisher publisher = engine.publisher(Totals.SOURCE)) {
            Totals.offer(publisher, 1, "", 4);
            long last = Totals.offer(publisher, 1, "a", 5);
            engine.awaitDrained(last);
            assertEquals(4, engine.query("logic", "sums", "", last).get(0).number("max"));
            assertEquals(4, engine.query("logic", "sums", "0x", last).get(0).number("max"));
            assertEquals(1, engine.query("logic", "sums", "", last).size());
            assertEquals(5, engine.query("logic", "sums", "a", last).get(0).number("max"));
        }
    }

    @Test
    void shouldNeverSayThatAJournalEndsBehindWhatWasAskedFor() {
        try (Engine engine = Engine.open(handling(Adding::new), config("moving"));
                Publisher publisher = engine.publisher(Totals.SOURCE)) {
            for (int i = 0; i < 60; i++) {
                Totals.publish(publisher, 50L * i, 50L * i + 50);
                long wanted = 50L * i + 49;
                try {
                    assertEquals(0, engine.query("logic", "sums", "-1", wanted).size());
                } catch (PenstockException e) {
                    String last = e.getMessage().replaceAll(".*sequence is (-?\\d+),.*", "$1");
                    assertTrue(Long.parseLong(last) < wanted, e::getMessage);
                }
            }
        }
    }
}
