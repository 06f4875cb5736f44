package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.DequeState;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Idle;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** Stages one by one and in a row, in a core that is driven by hand. */
final class OperatorsTest {
    private static final int ONCE = 0;
    private static final int ALWAYS = 1;

    private final KeyedValueDecoder decoder = new KeyedValueDecoder();

    private static SinkSpec memory() {
        return Sinks.memory(new MemorySink());
    }

    private static EventTimeStream<KeyedValueDecoder> source(
            Pipeline.Definition p, String name, long disorderNs) {
        return p.source(name, BuiltinMessages.KEYED_VALUE)
                .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(disorderNs));
    }

    private static Pipeline pipeline(Consumer<Pipeline.Definition> body) {
        return Pipeline.define("operators", body);
    }

    /** Event time, key and value of a sink's results, with the sequence of their cause. */
    private List<String> texts(CoreDriver driver, int sinkId) {
        driver.drain();
        List<String> texts = new ArrayList<>();
        for (CoreDriver.Out out : driver.outsOf(sinkId)) {
            texts.add(out.sequence() + ": " + text(out.message()));
        }
        return texts;
    }

    private String text(UnsafeBuffer message) {
        BuiltinMessages.KEYED_VALUE.wrap(decoder, message, 0);
        long time = decoder.eventTimeNs();
        long value = decoder.value().mantissa();
        byte[] key = new byte[decoder.keyLength()];
        decoder.getKey(key, 0, key.length);
        return time + " " + new String(key, StandardCharsets.UTF_8) + " " + value;
    }

    private static void copy(KeyedValueDecoder from, KeyedValueEncoder to, long value) {
        to.eventTimeNs(from.eventTimeNs()).value().mantissa(value).scale((short) 0);
        byte[] key = new byte[from.keyLength()];
        from.getKey(key, 0, key.length);
        to.putKey(key, 0, key.length);
    }

    @Test
    void shouldFilterMapAndBranchInTheOrderDeclared() {
        Pipeline pipeline =
                pipeline(
                        p -> {
                            Stream<KeyedValueDecoder> events = source(p, "events", 0);
                            events.filter("even", m -> m.value().mantissa() % 2 == 0)
                                    .map(
                                            "tenfold",
                                            BuiltinMessages.KEYED_VALUE,
                                            (event, result) -> {
                                                long value = event.message().value().mantissa();
                                                copy(event.message(), result, value * 10);
                                            })
                                    .sink("evens", memory());
                            events.sink("all", memory());
                        });
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(5, "a", 1);
            driver.event(6, "b", 2);
            driver.snapshotAndRestore();
            driver.event(4, "c", 4);

            assertEquals(List.of("1: 6 b 20", "2: 4 c 40"), texts(driver, 0));
            assertEquals(List.of("0: 5 a 1", "1: 6 b 2", "2: 4 c 4"), texts(driver, 1));
            assertEquals(
                    List.of(1, 0, 1, 0, 1),
                    driver.outs().stream().map(CoreDriver.Out::sinkId).toList());
        }
    }

    @Test
    void shouldGiveAnyNumberOfResultsOfAnEventInTheOrderEmitted() {
        Pipeline pipeline =
                pipeline(
                        p -> {
                            Stream<KeyedValueDecoder> parts =
                                    source(p, "events", 0)
                                            .flatMap(
                                                    "parts",
                                                    BuiltinMessages.KEYED_VALUE,
                                                    (event, results) -> {
                                                        long n = event.message().value().mantissa();
                                                        for (long i = 1; i <= n; i++) {
                                                            copy(
                                                                    event.message(),
                                                                    results.begin(),
                                                                    10 * n + i);
                                                            results.emit();
                                                        }
                                                    });
                            parts.sink("first", memory());
                            parts.filter("even", m -> m.value().mantissa() % 2 == 0)
                                    .sink("second", memory());
                        });
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(5, "a", 0);
            driver.event(7, "b", 3);
            driver.event(6, "c", 1);

            assertEquals(
                    List.of("1: 7 b 31", "1: 7 b 32", "1: 7 b 33", "2: 6 c 11"), texts(driver, 0));
            assertEquals(List.of("1: 7 b 32"), texts(driver, 1));
            assertEquals(
                    List.of(0, 0, 1, 0, 0),
                    driver.outs().stream().map(CoreDriver.Out::sinkId).toList(),
                    "each result goes all the way before the next");
        }
    }

    @Test
    void shouldRefuseToEmitWhatWasNotBegun() {
        Pipeline pipeline =
                pipeline(
                        p ->
                                source(p, "events", 0)
                                        .flatMap(
                                                "twice",
                                                BuiltinMessages.KEYED_VALUE,
                                                (event, results) -> {
                                                    copy(event.message(), results.begin(), 1);
                                                    results.emit();
                                                    results.emit();
                                                })
                                        .sink("out", memory()));
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            StepFailure failure = assertThrows(StepFailure.class, () -> driver.event(5, "a", 0));
            assertTrue(failure.getMessage().contains("stage twice"), failure::getMessage);
            assertEquals(List.of(), driver.outs());
        }
    }

    @Test
    void shouldReleaseInTimeThenArrivalOrderOverRandomStreams() {
        for (long seed = 1; seed <= 150; seed++) {
            Random random = new Random(seed);
            long disorder = random.nextInt(3) == 0 ? 0 : random.nextInt(30);
            checkOrder(random, disorder, "seed " + seed + ", disorder " + disorder);
        }
    }

    private void checkOrder(Random random, long disorder, String what) {
        Pipeline pipeline =
                pipeline(
                        p -> {
                            EventTimeStream<KeyedValueDecoder> events =
                                    source(p, "events", disorder);
                            events.inOrder("order", Late.toSide("late")).sink("out", memory());
                            events.side("late").sink("late", memory());
                        });
        TreeMap<Long, List<String>> held = new TreeMap<>();
        List<String> expected = new ArrayList<>();
        List<String> late = new ArrayList<>();
        long watermark = Long.MIN_VALUE;
        try (CoreDriver driver = new CoreDriver(pipeline, 7)) {
            for (int i = 0; i < 80; i++) {
                long time = i + (long) random.nextInt(40) - 20;
                String text = time + " k" + i % 5 + " " + i;
                if (time < watermark) {
                    late.add(i + ": " + text);
                } else {
                    held.computeIfAbsent(time, t -> new ArrayList<>()).add(text);
                }
                watermark = Math.max(watermark, time - disorder);
                while (!held.isEmpty() && held.firstKey() <= watermark) {
                    for (String released : held.pollFirstEntry().getValue()) {
                        expected.add(i + ": " + released);
                    }
                }
                driver.event(time, "k" + i % 5, i);
                if (random.nextInt(10) == 0) {
                    driver.snapshotAndRestore();
                }
            }
            held.values().forEach(all -> all.forEach(text -> expected.add("80: " + text)));
            driver.end(0);

            assertEquals(expected, texts(driver, 0), what);
            assertEquals(late, texts(driver, 1), what);
        }
    }

    /**
     * Counts and sums per key; the value of an event is a command: 1 sets a timer at time + 10, 2
     * one in the past, 3 moves the first, 4 cancels it, 5 forgets the key.
     */
    private static final class Commands implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private ValueState count;
        private DequeState times;

        @Override
        public void open(HandlerSetup setup) {
            count = setup.value("count", 8);
            times = setup.deque("times", 8, 8);
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long time = event.eventTimeNs();
            UnsafeBuffer state = count.update();
            state.putLong(0, state.getLong(0) + 1);
            times.append().putLong(0, time);
            UnsafeBuffer head = times.updateHead();
            head.putLong(0, head.getLong(0) + time);
            switch ((int) event.message().value().mantissa()) {
                case 1 -> context.schedule(7, time + 10);
                case 2 -> context.schedule(8, time - 100);
                case 3 -> context.schedule(7, time + 20);
                case 4 -> context.cancel(7);
                case 5 -> count.remove();
                case 6 -> throw new IllegalStateException("planted");
                default -> emit(context, time, state.getLong(0));
            }
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            UnsafeBuffer state = count.read();
            long events = state == null ? 0 : state.getLong(0);
            long kept = times.endIndex() - times.firstIndex();
            if (kept > 1) {
                times.removeFirst();
            }
            emit(context, timeNs, timerId * 10_000 + events * 100 + kept);
        }

        private static void emit(
                HandlerContext<KeyedValueEncoder> context, long timeNs, long value) {
            KeyedValueEncoder result = context.begin();
            result.eventTimeNs(timeNs).value().mantissa(value).scale((short) 0);
            result.putKey(context.key(), 0, context.key().capacity());
            context.emit();
        }
    }

    private static Pipeline commands(long disorderNs) {
        return pipeline(
                p ->
                        source(p, "events", disorderNs)
                                .keyByBytes("key", (m, target) -> m.getKey(target, 0, 64))
                                .process("logic", BuiltinMessages.KEYED_VALUE, Commands::new)
                                .sink("out", memory()));
    }

    @Test
    void shouldKeepStatePerKeyAndFireTimersByTimeKeyAndId() {
        for (int restore : new int[] {ONCE, ALWAYS}) {
            try (CoreDriver driver = new CoreDriver(commands(0), 3)) {
                long[][] script = {{100, 1}, {100, 1}, {101, 0}, {110, 0}};
                String[] keys = {"b", "a", "a", "c"};
                for (int i = 0; i < script.length; i++) {
                    driver.event(script[i][0], keys[i], script[i][1]);
                    if (restore == ALWAYS) {
                        driver.snapshotAndRestore();
                    }
                }

                assertEquals(
                        List.of("2: 101 a 2", "3: 110 c 1", "3: 110 a 70202", "3: 110 b 70101"),
                        texts(driver, 0));
            }
        }
    }

    @Test
    void shouldFireAtOnceATimerThatIsSetInThePast() {
        try (CoreDriver driver = new CoreDriver(commands(5), 3)) {
            driver.event(100, "a", 0);
            driver.event(50, "b", 2);

            assertEquals(List.of("0: 100 a 1", "1: -50 b 80101"), texts(driver, 0));
        }
    }

    @Test
    void shouldMoveAndCancelTimers() {
        try (CoreDriver driver = new CoreDriver(commands(0), 3)) {
            driver.event(100, "moved", 1);
            driver.event(101, "moved", 3);
            driver.event(102, "cancelled", 1);
            driver.snapshotAndRestore();
            driver.event(103, "cancelled", 4);
            driver.event(104, "forgotten", 1);
            driver.event(105, "forgotten", 5);
            driver.event(1000, "end", 0);

            assertEquals(
                    List.of("6: 1000 end 1", "6: 114 forgotten 70002", "6: 121 moved 70202"),
                    texts(driver, 0));
        }
    }

    @Test
    void shouldLeaveNoTraceAndNameStageAndEventWhenAHandlerThrows() {
        try (CoreDriver driver = new CoreDriver(commands(0), 3)) {
            driver.event(100, "a", 1);
            long hash = driver.core().stateHash();

            StepFailure failure = assertThrows(StepFailure.class, () -> driver.event(150, "a", 6));

            assertEquals("logic", failure.stage());
            assertEquals(1, failure.sequence());
            assertTrue(failure.getMessage().contains("planted"), failure::getMessage);
            assertEquals(hash, driver.core().stateHash());
            assertEquals(List.of(), texts(driver, 0));
            assertThrows(StepFailure.class, () -> driver.event(151, "a", 0));
        }
    }

    private static Pipeline union(long idleAfterNs) {
        Idle idle = idleAfterNs == 0 ? Idle.never() : new Idle(idleAfterNs);
        return pipeline(
                p -> {
                    Stream<KeyedValueDecoder> left =
                            p.source("left", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs, Disorder.none(), idle);
                    Stream<KeyedValueDecoder> right =
                            p.source("right", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(
                                            KeyedValueDecoder::eventTimeNs, Disorder.none(), idle);
                    left.union("both", right).inOrder("order", Late.drop()).sink("out", memory());
                });
    }

    private static void send(CoreDriver driver, int source, long time, long value) {
        driver.event(source, time, new byte[] {'k'}, value, 0);
    }

    @Test
    void shouldHoldAUnionBackByItsSlowestSource() {
        try (CoreDriver driver = new CoreDriver(union(0), 1)) {
            send(driver, 0, 10, 1);
            send(driver, 0, 20, 2);
            assertEquals(List.of(), texts(driver, 0));
            send(driver, 1, 15, 3);
            driver.snapshotAndRestore();
            assertEquals(List.of("2: 10 k 1", "2: 15 k 3"), texts(driver, 0));
            driver.end(1);
            assertEquals("3: 20 k 2", texts(driver, 0).get(2));
        }
    }

    @Test
    void shouldLeaveAnIdleSourceOutUntilItSpeaksAgain() {
        try (CoreDriver driver = new CoreDriver(union(100), 1)) {
            driver.at(1000);
            send(driver, 1, 5, 1);
            send(driver, 0, 10, 2);
            driver.tick(1050);
            driver.at(1060);
            send(driver, 0, 20, 3);
            assertEquals(List.of("1: 5 k 1"), texts(driver, 0));
            driver.tick(1100);
            driver.snapshotAndRestore();
            assertEquals(List.of("4: 10 k 2", "4: 20 k 3"), texts(driver, 0).subList(1, 3));
            send(driver, 0, 30, 4);
            send(driver, 1, 40, 5);
            driver.at(1110);
            send(driver, 0, 50, 6);
            send(driver, 0, 60, 7);
            assertEquals(
                    List.of("5: 30 k 4", "7: 40 k 5"),
                    texts(driver, 0).subList(3, texts(driver, 0).size()));
        }
    }

    @Test
    void shouldLeaveOutASourceThatNeverSpokeWhenTicksSayItIsIdle() {
        try (CoreDriver driver = new CoreDriver(union(100), 1)) {
            driver.at(1000);
            send(driver, 0, 10, 1);
            driver.tick(1000);
            assertEquals(List.of(), texts(driver, 0));
            driver.at(1099);
            send(driver, 0, 11, 2);
            driver.tick(1100);
            assertEquals(List.of("3: 10 k 1", "3: 11 k 2"), texts(driver, 0));
        }
    }

    @Test
    void shouldRekeyBetweenTwoKeyedStages() {
        Pipeline pipeline =
                pipeline(
                        p ->
                                source(p, "events", 0)
                                        .keyByBytes("key", (m, t) -> m.getKey(t, 0, 64))
                                        .window("first", new Windows.Aligned(10, 10), Late.drop())
                                        .aggregate(
                                                BuiltinMessages.KEYED_VALUE,
                                                (window, result) -> {
                                                    result.eventTimeNs(window.startNs());
                                                    result.value()
                                                            .mantissa(window.longValue(0))
                                                            .scale((short) 0);
                                                    result.putKey(window.key(), 0, 1);
                                                },
                                                Aggregates.sum(m -> m.value().mantissa()))
                                        .keyBy("by-sum", m -> m.value().mantissa())
                                        .window("second", new Windows.Aligned(20, 20), Late.drop())
                                        .aggregate(
                                                BuiltinMessages.KEYED_VALUE,
                                                (window, result) -> {
                                                    result.eventTimeNs(window.endNs());
                                                    result.value()
                                                            .mantissa(window.longKey())
                                                            .scale((short) window.longValue(0));
                                                    result.putKey(new byte[] {'s'}, 0, 1);
                                                },
                                                Aggregates.count())
                                        .sink("out", memory()));
        for (int restore : new int[] {ONCE, ALWAYS}) {
            try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
                driver.event(1, "a", 5);
                driver.event(2, "b", 3);
                driver.event(3, "b", 2);
                driver.event(11, "c", 5);
                driver.event(12, "d", 8);
                if (restore == ALWAYS) {
                    driver.snapshotAndRestore();
                }
                driver.event(25, "e", 5);
                driver.end(0);

                List<String> counts = new ArrayList<>();
                for (CoreDriver.Out out : driver.outsOf(0)) {
                    BuiltinMessages.KEYED_VALUE.wrap(decoder, out.message(), 0);
                    counts.add(
                            decoder.eventTimeNs()
                                    + " "
                                    + decoder.value().mantissa()
                                    + "x"
                                    + decoder.value().scale());
                }
                assertEquals(
                        List.of("20 5x3", "20 8x1", "40 5x1"), counts.stream().sorted().toList());
            }
        }
    }
}
