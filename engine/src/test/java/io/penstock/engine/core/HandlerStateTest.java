package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.operator.AggregateState;
import io.penstock.engine.operator.CompositeKey;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Expiry;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ListState;
import io.penstock.engine.operator.MapState;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.operator.WhenFull;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.fault.PenstockException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** State of handlers, one rule at a time. */
final class HandlerStateTest {
    private static final long TTL = 10;

    /** A handler that is its declarations and what it does with an event. */
    private static final class Small<S> implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private final Function<HandlerSetup, S> setup;
        private final BiConsumer<S, Call> body;
        private final BiConsumer<S, Call> timer;
        private S state;

        Small(
                Function<HandlerSetup, S> setup,
                BiConsumer<S, Call> body,
                BiConsumer<S, Call> timer) {
            this.setup = setup;
            this.body = body;
            this.timer = timer;
        }

        static <S> Supplier<Handler<KeyedValueDecoder, KeyedValueEncoder>> of(
                Function<HandlerSetup, S> setup, BiConsumer<S, Call> body) {
            return of(setup, body, (state, call) -> {});
        }

        static <S> Supplier<Handler<KeyedValueDecoder, KeyedValueEncoder>> of(
                Function<HandlerSetup, S> setup,
                BiConsumer<S, Call> body,
                BiConsumer<S, Call> timer) {
            return () -> new Small<>(setup, body, timer);
        }

        @Override
        public void open(HandlerSetup declared) {
            state = setup.apply(declared);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long number = event.message().value().mantissa();
            body.accept(state, new Call(number, event.eventTimeNs(), context));
        }

        @Override
        public void onTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            timer.accept(state, new Call(id, timeNs, context));
        }
    }

    private record Call(long number, long timeNs, HandlerContext<KeyedValueEncoder> context) {
        void emit(long result) {
            KeyedValueEncoder message = context.begin();
            message.eventTimeNs(timeNs).value().mantissa(result).scale((short) 0);
            message.putKey(new byte[0], 0, 0);
            context.emit();
        }
    }

    private static Pipeline pipeline(
            Function<Stream<KeyedValueDecoder>, Stream<KeyedValueDecoder>> stages) {
        return Pipeline.define(
                "state",
                p ->
                        stages.apply(
                                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                                .eventTime(
                                                        KeyedValueDecoder::eventTimeNs,
                                                        Disorder.none()))
                                .sink("out", Sinks.memory(new MemorySink())));
    }

    private static Pipeline keyed(Supplier<Handler<KeyedValueDecoder, KeyedValueEncoder>> handler) {
        return pipeline(
                events ->
                        events.keyBy("key", DedupeTest::number)
                                .process("stage", BuiltinMessages.KEYED_VALUE, handler));
    }

    private static Pipeline limited(
            Supplier<Handler<KeyedValueDecoder, KeyedValueEncoder>> handler, StateLimit limit) {
        return pipeline(
                events ->
                        events.keyBy("key", DedupeTest::number)
                                .process("stage", BuiltinMessages.KEYED_VALUE, handler, limit));
    }

    private static ValueState valueWithTtl(HandlerSetup setup) {
        return setup.value("v", 8, Expiry.after(Duration.ofNanos(TTL)));
    }

    private static List<Long> run(Pipeline pipeline, Consumer<CoreDriver> events) {
        try (CoreDriver driver = new CoreDriver(pipeline, 3)) {
            events.accept(driver);
            return DedupeTest.values(driver, 0);
        }
    }

    private static void countUp(ValueState state, Call call) {
        UnsafeBuffer block = state.update();
        block.putLong(0, block.getLong(0) + 1);
        call.emit(block.getLong(0));
    }

    private static void tell(ValueState state, Call call) {
        UnsafeBuffer block = state.read();
        call.emit(block == null ? 0 : block.getLong(0));
    }

    @Test
    void shouldForgetAnEntryExactlyWhenTheWatermarkReachesItsLastWriteAndLifetime() {
        Pipeline pipeline =
                keyed(
                        Small.of(
                                HandlerStateTest::valueWithTtl,
                                (state, call) -> {
                                    if (call.number() == 0) {
                                        tell(state, call);
                                    } else {
                                        countUp(state, call);
                                    }
                                }));
        // The watermark before an event counts: that of the event before it.
        List<Long> told =
                run(
                        pipeline,
                        driver -> {
                            driver.event(100, "1", 1);
                            driver.event(109, "2", 1);
                            driver.event(109, "1", 0);
                            driver.event(110, "2", 1);
                            driver.event(110, "1", 0);
                        });
        assertEquals(List.of(1L, 1L, 1L, 2L, 0L), told);
    }

    @Test
    void shouldKeepALateWriteForItsLifetimeBehindTheWatermark() {
        Pipeline pipeline =
                keyed(Small.of(HandlerStateTest::valueWithTtl, HandlerStateTest::countUp));
        List<Long> told =
                run(
                        pipeline,
                        driver -> {
                            driver.event(100, "1", 1);
                            driver.event(20, "2", 1);
                            driver.event(109, "1", 1);
                            driver.event(21, "2", 1);
                        });
        assertEquals(List.of(1L, 1L, 2L, 2L), told);
    }

    @Test
    void shouldExpireWhatExpiresAtTheTimeOfATimerBeforeIt() {
        Pipeline pipeline =
                keyed(
                        Small.of(
                                HandlerStateTest::valueWithTtl,
                                (state, call) -> {
                                    state.update().putLong(0, 7);
                                    call.context().schedule(1, call.timeNs() + TTL - 1);
                                    call.context().schedule(2, call.timeNs() + TTL);
                                },
                                HandlerStateTest::tell));
        assertEquals(
                List.of(7L, 0L),
                run(
                        pipeline,
                        driver -> {
                            driver.event(100, "1", 1);
                            driver.end(0);
                        }));
    }

    @Test
    void shouldKeepAnEntryThatIsReadWhereReadsRenew() {
        for (boolean byReads : new boolean[] {true, false}) {
            Expiry expiry = new Expiry(TTL, byReads);
            Pipeline pipeline =
                    keyed(
                            Small.of(
                                    setup -> setup.value("v", 8, expiry),
                                    (state, call) -> {
                                        if (call.number() == 1) {
                                            state.update().putLong(0, 7);
                                        } else {
                                            tell(state, call);
                                        }
                                    }));
            List<Long> told =
                    run(
                            pipeline,
                            driver -> {
                                driver.event(100, "1", 1);
                                driver.event(105, "1", 0);
                                driver.event(112, "2", 0);
                                driver.event(113, "1", 0);
                            });
            assertEquals(List.of(7L, 0L, byReads ? 7L : 0L), told);
        }
    }

    @Test
    void shouldKeepOneStateForAStageWithoutAKey() {
        Pipeline pipeline =
                pipeline(
                        events ->
                                events.process(
                                        "stage",
                                        BuiltinMessages.KEYED_VALUE,
                                        Small.of(
                                                setup -> setup.aggregate("all"),
                                                (AggregateState all, Call call) -> {
                                                    all.add(call.number());
                                                    call.emit(all.sum());
                                                })));
        assertTrue(pipeline.plan().text().contains("process key=none"), pipeline.plan().text());
        assertEquals(
                List.of(5L, 12L, 9L),
                run(
                        pipeline,
                        driver -> {
                            driver.event(1, "a", 5);
                            driver.event(2, "b", 7);
                            driver.snapshotAndRestore();
                            driver.event(3, "", -3);
                        }));
    }

    @Test
    void shouldKeyByNumbersAndTextsTogether() {
        Pipeline pipeline =
                pipeline(
                        events ->
                                events.keyByParts(
                                                "both",
                                                (m, key) ->
                                                        key.add(m.value().mantissa())
                                                                .add(m, KeyedValueDecoder::wrapKey))
                                        .process(
                                                "stage",
                                                BuiltinMessages.KEYED_VALUE,
                                                Small.of(
                                                        setup -> setup.list("l", 8),
                                                        HandlerStateTest::appendAndTell)));
        assertEquals(
                List.of(7001L, 7001L, 8001L, 7002L),
                run(
                        pipeline,
                        driver -> {
                            driver.event(1, "a", 7);
                            driver.event(2, "", 7);
                            driver.event(3, "a", 8);
                            driver.snapshotAndRestore();
                            driver.event(4, "a", 7);
                        }));
    }

    private static void appendAndTell(ListState list, Call call) {
        list.append();
        call.emit(CompositeKey.number(call.context().key(), 0) * 1000 + list.size());
    }

    @Test
    void shouldRefuseToChangeAPartThatIsNotInTheBlock() {
        for (int[] part : new int[][] {{-8, 8}, {8, 16}, {24, 0}, {0, -8}, {8, 0x7FFFFFFF}}) {
            Pipeline pipeline =
                    keyed(
                            Small.of(
                                    setup -> setup.value("v", 16),
                                    (ValueState value, Call call) -> {
                                        value.update(8, 8).putLong(8, call.number());
                                        call.emit(value.update(16, 0).getLong(8));
                                        value.update(part[0], part[1]);
                                    }));
            try (CoreDriver driver = new CoreDriver(pipeline, 3)) {
                StepFailure failure =
                        assertThrows(StepFailure.class, () -> driver.event(1, "1", 7));
                assertTrue(
                        failure.getMessage().contains("offset=" + part[0] + " length=" + part[1]),
                        failure.getMessage());
            }
        }
    }

    @Test
    void shouldFailTheStepWhenAMapIsChangedWhileItIsIteratedOver() {
        Pipeline pipeline =
                keyed(
                        Small.of(
                                setup -> setup.map("m", 0),
                                (MapState map, Call call) -> {
                                    map.update(1);
                                    map.update(2);
                                    for (boolean on = map.first(); on; on = map.next()) {
                                        if (call.number() == 1) {
                                            map.removeThis();
                                        } else {
                                            map.remove(2);
                                        }
                                    }
                                    call.emit(map.size());
                                }));
        try (CoreDriver driver = new CoreDriver(pipeline, 3)) {
            driver.event(1, "1", 1);
            assertEquals(List.of(0L), DedupeTest.values(driver, 0));
            StepFailure failure = assertThrows(StepFailure.class, () -> driver.event(2, "1", 2));
            assertTrue(failure.getMessage().contains("iterated over"), failure.getMessage());
        }
    }

    @Test
    void shouldCountAKeyThatHasOnlyATimerAndCancelTheTimersOfAnEvictedKey() {
        Pipeline pipeline =
                limited(
                        Small.of(
                                setup -> setup.value("v", 8),
                                (state, call) ->
                                        call.context().schedule(call.number(), call.timeNs() + 50),
                                (state, call) -> call.emit(call.number())),
                        StateLimit.keys(2, WhenFull.EVICT_OLDEST));
        List<Long> fired =
                run(
                        pipeline,
                        driver -> {
                            driver.event(1, "1", 11);
                            driver.event(2, "1", 12);
                            driver.event(3, "2", 21);
                            driver.event(4, "3", 31);
                            driver.event(5, "2", 22);
                            driver.end(0);
                        });
        assertEquals(List.of(21L, 31L, 22L), fired);
    }

    @Test
    void shouldTurnALimitInBytesIntoKeysByWhatAKeyTakes() {
        // The limit's own entry 8 + 16, the state's 8 + 16 + 8 + 28: 84 bytes a key.
        for (long bytes : new long[] {84, 2 * 84 - 1, 2 * 84}) {
            Pipeline pipeline =
                    limited(
                            Small.of(HandlerStateTest::valueWithTtl, HandlerStateTest::countUp),
                            StateLimit.bytes(bytes, WhenFull.EVICT_OLDEST));
            List<Long> told =
                    run(
                            pipeline,
                            driver -> {
                                driver.event(1, "1", 1);
                                driver.event(1, "2", 1);
                                driver.event(1, "1", 1);
                            });
            assertEquals(List.of(1L, 1L, bytes < 2 * 84 ? 1L : 2L), told, "bytes=" + bytes);
        }
        Pipeline tooSmall =
                limited(
                        Small.of(HandlerStateTest::valueWithTtl, HandlerStateTest::countUp),
                        StateLimit.bytes(83, WhenFull.STOP));
        assertThrows(PenstockException.class, () -> run(tooSmall, driver -> {}));
        Pipeline lists =
                limited(
                        Small.of(setup -> setup.list("l", 8), (state, call) -> {}),
                        StateLimit.bytes(1 << 20, WhenFull.STOP));
        assertThrows(PenstockException.class, () -> run(lists, driver -> {}));
    }

    @Test
    void shouldTellTheLimitInThePlan() {
        Pipeline pipeline =
                limited(
                        Small.of(HandlerStateTest::valueWithTtl, HandlerStateTest::countUp),
                        StateLimit.keys(10, WhenFull.EVICT_OLDEST));
        String text = pipeline.plan().text();
        assertTrue(text.contains("limit=keys:10 whenFull=EVICT_OLDEST"), text);
    }

    @Test
    void shouldRefuseASnapshotOfOtherStates() {
        Pipeline one = keyed(Small.of(setup -> setup.value("v", 8), HandlerStateTest::countUp));
        Pipeline other = keyed(Small.of(setup -> setup.value("v", 16), HandlerStateTest::countUp));
        MemorySnapshotStorage storage = new MemorySnapshotStorage();
        try (CoreDriver driver = new CoreDriver(one, 3);
                SnapshotWriter writer = new SnapshotWriter(storage, "s")) {
            driver.event(1, "1", 1);
            driver.core().writeTo(writer);
            writer.seal();
        }
        try (OutputRing ring = new OutputRing(64 * 1024);
                Core core = new Core(other, CoreDriver.LIMITS, 1, ring);
                SnapshotReader reader = new SnapshotReader(storage, "s")) {
            PenstockException refused =
                    assertThrows(PenstockException.class, () -> core.readFrom(reader));
            assertEquals(PenstockException.Category.OTHER_PLAN, refused.category());
            assertTrue(refused.getMessage().contains("value length=16"), refused.getMessage());
        }
    }

    /** Bytes of state per key of a number, with 100,000 of them: what SEMANTICS.md states. */
    @Test
    void shouldTakeNoMoreMemoryPerKeyThanStated() {
        Expiry ttl = Expiry.after(Duration.ofHours(1));
        assertBytesPerKey("value", 40, setup -> setup.value("s", 8), ValueState::update);
        assertBytesPerKey("value, expiring", 72, s -> s.value("s", 8, ttl), ValueState::update);
        assertBytesPerKey("aggregate", 72, s -> s.aggregate("s"), a -> a.add(1));
        assertBytesPerKey("list", 140, s -> s.list("s", 8), ListState::append);
        assertBytesPerKey("map", 120, s -> s.map("s", 8), map -> map.update(1));
        assertBytesPerKey("map, expiring", 152, s -> s.map("s", 8, ttl), map -> map.update(1));
        assertBytesPerId("forever", 32, Dedupe.forever());
        assertBytesPerId("last rows", 48, Dedupe.lastRows(1 << 20));
        assertBytesPerId("within", 64, Dedupe.within(Duration.ofHours(1)));
    }

    private static final int KEYS = 100_000;

    private static <S> void assertBytesPerKey(
            String what, long most, Function<HandlerSetup, S> setup, Consumer<S> write) {
        Pipeline pipeline = keyed(Small.of(setup, (state, call) -> write.accept(state)));
        assertBytes(what, most, pipeline);
    }

    private static void assertBytesPerId(String what, long most, Dedupe dedupe) {
        assertBytes(
                what,
                most,
                pipeline(e -> e.keyBy("key", DedupeTest::number).dedupe("once", dedupe)));
    }

    private static void assertBytes(String what, long most, Pipeline pipeline) {
        try (CoreDriver driver = new CoreDriver(pipeline, 3)) {
            for (int i = 0; i < KEYS; i++) {
                driver.event(i, "" + i, i);
            }
            long perKey = (driver.core().stateBytes() + KEYS - 1) / KEYS;
            assertTrue(perKey <= most, () -> what + ": bytes per key: " + perKey);
            assertTrue(perKey > most / 2, () -> what + ": bytes per key: " + perKey);
        }
    }

    /** Uses every form of state for two keys in turn, without allocating. */
    private static final class Busy implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private ValueState value;
        private MapState map;
        private ListState list;
        private AggregateState aggregate;

        @Override
        public void open(HandlerSetup setup) {
            Expiry ttl = Expiry.after(Duration.ofNanos(1000)).renewedByReads();
            value = setup.value("v", 8, ttl);
            map = setup.map("m", 8, ttl);
            list = setup.list("l", 8, ttl);
            aggregate = setup.aggregate("a", ttl);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long number = event.message().value().mantissa();
            long seen = 0;
            map.update(number & 7).putLong(0, number);
            for (boolean on = map.first(); on; on = map.next()) {
                seen += map.longSubKey() + map.block().getLong(0);
            }
            list.append().putLong(0, number);
            if (list.size() > 10) {
                list.clear();
            }
            aggregate.add(number);
            seen += aggregate.floorAverage();
            value.update().putLong(0, seen);
            context.schedule(number & 3, event.eventTimeNs() + 100);
        }
    }

    @Test
    void shouldAllocateNothingWhenHandlersUseTheirState() {
        Pipeline pipeline =
                pipeline(
                        events ->
                                events.keyByParts(
                                                "parts",
                                                (m, key) ->
                                                        key.add(m.value().mantissa() % 300)
                                                                .add(m, KeyedValueDecoder::wrapKey))
                                        .dedupe("once", Dedupe.within(Duration.ofNanos(50)))
                                        .keyBy("number", m -> m.value().mantissa() % 200)
                                        .process(
                                                "busy",
                                                BuiltinMessages.KEYED_VALUE,
                                                Busy::new,
                                                StateLimit.keys(100, WhenFull.EVICT_OLDEST)));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long me = Thread.currentThread().getId();
        byte[] key = {'k'};
        try (CoreDriver driver = new CoreDriver(pipeline, 3, 4 * 4096)) {
            long least = Long.MAX_VALUE;
            long number = 0;
            for (int stretch = 0; stretch < 12 && least > 0; stretch++) {
                long nothing = -threads.getThreadAllocatedBytes(me);
                nothing += threads.getThreadAllocatedBytes(me);
                long before = threads.getThreadAllocatedBytes(me);
                for (int i = 0; i < 10_000; i++) {
                    driver.event(0, number, key, number, 0);
                    number++;
                }
                long allocated = threads.getThreadAllocatedBytes(me) - before - nothing;
                least = Math.min(least, allocated);
            }
            assertEquals(0, least);
        }
    }
}
