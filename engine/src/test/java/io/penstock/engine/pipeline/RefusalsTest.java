package io.penstock.engine.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.core.Core;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Expiry;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.RollingAggregate;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.WindowSettings;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** What would go wrong later is refused where it is said, by the name of who said it. */
final class RefusalsTest {
    private static final Duration AGES = Duration.ofDays(365 * 1000);
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir Path directory;

    private static EventTimeStream<KeyedValueDecoder> events(Pipeline.Definition p) {
        return p.source("events", BuiltinMessages.KEYED_VALUE)
                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.none());
    }

    private static KeyedStream<KeyedValueDecoder> keyed(Pipeline.Definition p) {
        return events(p).keyBy("key", m -> 1);
    }

    private static SinkSpec memory() {
        return Sinks.memory(new MemorySink());
    }

    private static void assertConfiguration(String message, Executable call) {
        PenstockException refused = assertThrows(PenstockException.class, call, message);
        assertEquals(Category.CONFIGURATION, refused.category(), refused::getMessage);
        assertTrue(refused.getMessage().contains(message), refused::getMessage);
    }

    private static void assertRefused(String message, Consumer<Pipeline.Definition> body) {
        assertConfiguration(message, () -> Pipeline.define("refused", body));
    }

    private static Pipeline handled(
            Supplier<? extends Handler<KeyedValueDecoder, KeyedValueEncoder>> handlers) {
        return Pipeline.define(
                "handled",
                p ->
                        keyed(p).process("logic", BuiltinMessages.KEYED_VALUE, handlers)
                                .sink("out", memory()));
    }

    /** Does nothing with events. */
    private static class Idler implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {}
    }

    @Test
    void shouldRefuseWhatIsNullWhereItIsGiven() {
        Map<String, Consumer<Pipeline.Definition>> nulls =
                Map.ofEntries(
                        Map.entry(
                                "source s needs a type of messages: null",
                                p -> p.source("s", null)),
                        Map.entry(
                                "source s needs a function for event time: null",
                                p ->
                                        p.source("s", BuiltinMessages.KEYED_VALUE)
                                                .eventTime(null, Disorder.none())),
                        Map.entry(
                                "source s needs watermarks: null",
                                p ->
                                        p.source("s", BuiltinMessages.KEYED_VALUE)
                                                .eventTime(m -> 1, null)),
                        Map.entry("stage f needs a predicate", p -> events(p).filter("f", null)),
                        Map.entry(
                                "stage m needs a function",
                                p -> events(p).map("m", BuiltinMessages.KEYED_VALUE, null)),
                        Map.entry(
                                "stage n needs a type of results",
                                p -> events(p).flatMap("n", null, (e, out) -> {})),
                        Map.entry("stage i needs what", p -> events(p).inOrder("i", null)),
                        Map.entry("stage u needs another", p -> events(p).union("u", null)),
                        Map.entry("key k needs a function", p -> events(p).keyBy("k", null)),
                        Map.entry("key b needs a function", p -> events(p).keyByBytes("b", null)),
                        Map.entry("key p needs a function", p -> events(p).keyByParts("p", null)),
                        Map.entry("sink o needs a place", p -> events(p).sink("o", null)),
                        Map.entry("stage d needs a memory", p -> keyed(p).dedupe("d", null)),
                        Map.entry("stage l needs rows", p -> keyed(p).lookBack("l", null)),
                        Map.entry(
                                "stage a needs aggregates",
                                p ->
                                        keyed(p).lookBack("a", LookBack.rows(2))
                                                .aggregate(
                                                        (RollingAggregate<KeyedValueDecoder>)
                                                                null)),
                        Map.entry(
                                "stage h needs a supplier of handlers",
                                p -> keyed(p).process("h", BuiltinMessages.KEYED_VALUE, null)),
                        Map.entry(
                                "stage w needs what",
                                p -> keyed(p).window("w", Windows.count(3), null)),
                        Map.entry(
                                "stage x needs aggregates",
                                p ->
                                        keyed(p).window("x", Windows.count(3), Late.drop())
                                                .aggregate((Aggregate<KeyedValueDecoder>) null)));
        nulls.forEach(RefusalsTest::assertRefused);
        assertConfiguration("needs a body", () -> Pipeline.define("refused", null));
        assertConfiguration("a sink in memory needs", () -> Sinks.memory(null));
        assertConfiguration("of the caller's own needs", () -> Sinks.custom(null));
        assertConfiguration("need a zone", () -> Windows.days(1, null));
    }

    @Test
    void shouldRefuseAHandlerThatIsNotThere() {
        Pipeline pipeline = handled(() -> (Idler) null);
        assertConfiguration("stage logic needs a handler", () -> open(pipeline).close());
    }

    @Test
    void shouldRefuseDurationsThatCannotBeCounted() {
        List<Executable> calls =
                List.of(
                        () -> Windows.tumbling(AGES),
                        () -> Windows.hopping(SECOND, AGES),
                        () -> Windows.cumulative(AGES, SECOND),
                        () -> Windows.sessions(AGES),
                        () -> Windows.tumbling(SECOND).offset(AGES),
                        () -> Trigger.onWatermark().early(AGES),
                        () -> Trigger.onWatermark().earlyByClock(AGES),
                        () -> Disorder.within(AGES),
                        () -> Watermarks.lag(AGES),
                        () -> Idle.after(AGES),
                        () -> FutureGuard.reject(AGES),
                        () -> FutureGuard.clampJump(AGES),
                        () -> Dedupe.within(AGES),
                        () -> Expiry.after(AGES),
                        () -> LookBack.within(AGES),
                        () ->
                                Pipeline.define(
                                        "p",
                                        p ->
                                                keyed(p).window(
                                                                "w",
                                                                Windows.tumbling(SECOND),
                                                                Late.drop())
                                                        .allowedLateness(AGES)));
        for (Executable call : calls) {
            assertConfiguration("must be shorter than 292 years: duration=PT8760000H", call);
        }
        assertConfiguration("must be given", () -> Windows.tumbling(null));
        assertConfiguration(
                "tickEvery must be 0 to 100 years",
                () -> Engine.open(handled(Idler::new), config().tickEvery(AGES)));
    }

    @Test
    void shouldRefuseToMakeJournalReadyBehindItsEnd() {
        assertConfiguration(
                "journalAheadBytes must not be negative: -1",
                () -> Engine.open(handled(Idler::new), config().journalAheadBytes(-1)));
    }

    @Test
    void shouldRefuseNegativeLatenessHoweverItIsGiven() {
        assertConfiguration(
                "allowed lateness must not be negative: latenessNs=-5",
                () ->
                        new WindowSettings(
                                Windows.tumbling(SECOND), -5, Trigger.onWatermark(), false));
    }

    @Test
    void shouldRefuseToBeChangedOnceItIsDefined() {
        Stream<?>[] kept = new Stream<?>[1];
        Pipeline.Definition[] scope = new Pipeline.Definition[1];
        Pipeline.define(
                "done",
                p -> {
                    scope[0] = p;
                    kept[0] = events(p);
                    kept[0].sink("out", memory());
                });

        String late = "pipeline done is defined already: ";
        assertConfiguration(late + "stage f", () -> kept[0].filter("f", m -> true));
        assertConfiguration(late + "sink more", () -> kept[0].sink("more", memory()));
        assertConfiguration(late + "side output events/x", () -> kept[0].side("x"));
        assertConfiguration(late + "parameter size", () -> scope[0].parameter("size", 1));
        assertConfiguration(
                late + "source t", () -> scope[0].source("t", BuiltinMessages.KEYED_VALUE));
    }

    @Test
    void shouldRefuseAParameterThatIsGivenTwice() {
        assertRefused(
                "a parameter is given once: size=1, and again 2",
                p -> p.parameter("size", 1).parameter("size", 2));
    }

    @Test
    void shouldRefuseAnAccumulatorMessageWithTexts() {
        assertConfiguration(
                "the accumulator of aggregate last must be a message without groups and texts",
                () ->
                        Aggregates.ofMessage(
                                "last",
                                BuiltinMessages.KEYED_VALUE,
                                (reader, writer, event) -> {},
                                (reader, writer, other) -> {},
                                (reader, number) -> number.set(0, 0)));
    }

    @Test
    void shouldRefuseStateNamesThatAQueryCannotAskFor() {
        for (String name : new String[] {null, "", "A b", "timers", "clock-timers", "a/b"}) {
            Pipeline pipeline =
                    handled(
                            () ->
                                    new Idler() {
                                        @Override
                                        public void open(HandlerSetup setup) {
                                            setup.value(name, 8);
                                        }
                                    });
            assertConfiguration("stage logic, value " + name, () -> open(pipeline).close());
        }
    }

    @Test
    void shouldRefuseAHandlerThatTwoCoresWouldShare() {
        long liveBytes = NativeMemory.liveBytes();
        Idler shared = new Idler();
        Pipeline pipeline = handled(() -> shared);
        try (Core first = open(pipeline)) {
            assertEquals(-1, first.lastSequence());
            assertConfiguration(
                    "the supplier of stage logic gave the same one twice",
                    () -> open(pipeline).close());
        }
        Idler other = new Idler();
        Pipeline sharded = handled(() -> other);
        try (OutputRing outputs = new OutputRing(1 << 20)) {
            assertConfiguration(
                    "gave the same one twice",
                    () ->
                            Core.create(sharded, CoreLimits.DEFAULT, 1, outputs, ShardConfig.of(2))
                                    .close());
        }
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    private static Core open(Pipeline pipeline) {
        return new Core(pipeline, CoreLimits.DEFAULT, 1, null);
    }

    private EngineConfig config() {
        return EngineConfig.at(directory.resolve("engine"));
    }

    @Test
    void shouldRefuseEarlyResultsByTheClockWithoutTicks() {
        Pipeline pipeline =
                Pipeline.define(
                        "early",
                        p ->
                                keyed(p).window("sums", Windows.tumbling(SECOND), Late.drop())
                                        .trigger(Trigger.onWatermark().earlyByClock(SECOND))
                                        .aggregate(Aggregates.count())
                                        .sink("out", memory()));
        assertConfiguration(
                "stage sums gives early results by the engine's clock, which stands still in"
                        + " silence without ticks: tickEvery=PT0S (use EngineConfig.tickEvery",
                () -> Engine.open(pipeline, config()));

        Engine.open(pipeline, config().tickEvery(Duration.ofMillis(100))).close();
    }
}
