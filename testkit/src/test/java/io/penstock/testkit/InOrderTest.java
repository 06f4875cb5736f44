package io.penstock.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Expiry;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.operator.ValueState;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.pipeline.Watermarks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/** What stands behind events in order, and behind results: time, rows, early results. */
final class InOrderTest {
    private static final long SECOND_NS = 1_000_000_000L;

    /** Tells how often the key was seen within its lifetime, and that a timer has fired. */
    private static final class Watch implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        private ValueState state;

        @Override
        public void open(HandlerSetup setup) {
            state = setup.value("state", 8, Expiry.after(Duration.ofNanos(100)));
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            UnsafeBuffer block = state.update();
            block.putLong(0, block.getLong(0) + 1);
            context.schedule(1, event.eventTimeNs() + 60);
            tell(context, event.eventTimeNs(), block.getLong(0));
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            tell(context, timeNs, -1);
        }

        private static void tell(
                HandlerContext<KeyedValueEncoder> context, long timeNs, long value) {
            KeyedValueEncoder result = context.begin();
            result.eventTimeNs(timeNs);
            result.value().mantissa(value).scale((short) 0);
            context.emit();
        }
    }

    private static Pipeline watched(boolean isUnion) {
        return Pipeline.define(
                "watched",
                p -> {
                    Stream<KeyedValueDecoder> events =
                            p.source("events", BuiltinMessages.KEYED_VALUE)
                                    .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(500))
                                    .inOrder("order", Late.drop());
                    if (isUnion) {
                        events =
                                events.union(
                                        "union",
                                        p.source("others", BuiltinMessages.KEYED_VALUE)
                                                .eventTime(
                                                        KeyedValueDecoder::eventTimeNs,
                                                        new Disorder(0)));
                    }
                    events.keyBy("key", m -> m.value().mantissa())
                            .process("watch", BuiltinMessages.KEYED_VALUE, Watch::new)
                            .sink("out", Sinks.memory(new MemorySink()));
                });
    }

    private static void send(TestEngine engine, String source, long timeNs, long value) {
        engine.send(
                source,
                BuiltinMessages.KEYED_VALUE,
                m -> {
                    m.eventTimeNs(timeNs);
                    m.value().mantissa(value).scale((short) 0);
                    m.putKey(new byte[0], 0, 0);
                });
    }

    /** Time and value of each result. */
    private static List<String> results(TestEngine engine) {
        Pattern fields = Pattern.compile("\"eventTimeNs\":(-?\\d+).*\"mantissa\":(-?\\d+)");
        List<String> texts = new ArrayList<>();
        for (String json : engine.outputsAsJson("out")) {
            Matcher matcher = fields.matcher(json);
            assertEquals(true, matcher.find(), json);
            texts.add(matcher.group(1) + ":" + matcher.group(2));
        }
        return texts;
    }

    @Test
    void shouldFireAndForgetWhatIsDueBeforeAnEventThatWasFreedByTheSameRecord() {
        try (TestEngine engine = TestEngine.start(watched(false))) {
            for (long timeNs : new long[] {170, 0, 60, 50, 270}) {
                send(engine, "events", timeNs, 7);
            }
            engine.endSource("events");
            engine.run();

            // At 170 and at 270 what was known is forgotten, and the timers before have fired.
            assertEquals(
                    List.of("0:1", "50:2", "60:3", "120:-1", "170:1", "230:-1", "270:1", "330:-1"),
                    results(engine));
        }
    }

    @Test
    void shouldHoldWhatIsBehindAUnionBackByTheOthers() {
        try (TestEngine engine = TestEngine.start(watched(true))) {
            send(engine, "events", 0, 7);
            send(engine, "events", 90, 7);
            send(engine, "events", 2000, 7);
            engine.run();
            assertEquals(List.of("0:1", "90:2"), results(engine)); // others have given nothing
            send(engine, "others", 145, 8);
            engine.run();
            assertEquals(List.of("0:1", "90:2", "145:1"), results(engine)); // no timer of 150 yet
            send(engine, "others", 400, 8);
            engine.run();
            assertEquals(List.of("0:1", "90:2", "145:1", "400:2", "150:-1"), results(engine));
        }
    }

    private static List<String> rows(TestEngine engine) {
        Pattern row = Pattern.compile("\"triggerRow\":(-?\\d+)");
        List<String> rows = new ArrayList<>();
        for (String json : engine.outputsAsJson("out")) {
            Matcher matcher = row.matcher(json);
            assertEquals(true, matcher.find(), json);
            rows.add(matcher.group(1));
        }
        return rows;
    }

    /**
     * A count of two behind order: the row is that of its second event, wherever time came from.
     */
    @Test
    void shouldNameTheRowThatCompletedACountHoweverLongItWaited() {
        for (int shards = 1; shards <= 2; shards++) {
            for (boolean isCrashing : new boolean[] {false, true}) {
                for (boolean isLagging : new boolean[] {false, true}) {
                    checkRows(shards, isCrashing, isLagging);
                }
            }
        }
    }

    private static void checkRows(int shards, boolean isCrashing, boolean isLagging) {
        Pipeline pipeline =
                Pipeline.define(
                        "rows",
                        p -> {
                            var source = p.source("events", BuiltinMessages.KEYED_VALUE);
                            Stream<KeyedValueDecoder> events =
                                    isLagging
                                            ? source.eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    Watermarks.lag(Duration.ofSeconds(1)))
                                            : source.eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    Disorder.within(Duration.ofSeconds(60)));
                            events.inOrder("order", Late.drop())
                                    .keyBy("key", m -> 0)
                                    .window("counts", Windows.count(2), Late.drop())
                                    .firings(Aggregates.count())
                                    .sink("out", Sinks.memory(new MemorySink()));
                        });
        try (TestEngine engine = TestEngine.start(pipeline, shards)) {
            long fromNs = TestEngine.START_NS + SECOND_NS;
            for (int i : new int[] {2, 0, 1, 4, 3}) { // by time: rows 1, 2, 0, 4, 3
                send(engine, "events", fromNs + i, i);
            }
            engine.run();
            if (isCrashing) {
                engine.snapshot();
                engine.crashAndRecover();
            }
            if (isLagging) {
                for (int i = 0; i < 5; i++) {
                    engine.advanceTime(Duration.ofSeconds(1));
                    engine.run();
                }
            }
            engine.endSource("events");
            engine.run();

            assertEquals(
                    List.of("2", "4", "-1"), // rows of times 1 and 3; the end completes no count
                    rows(engine),
                    "shards " + shards + ", crash " + isCrashing + ", lag " + isLagging);
        }
    }

    /** Windows, re-keyed into windows with early results, all of it set free by ticks. */
    @Test
    void shouldTellEveryChangeEarlyAlsoOfResultsThatTicksSetFree() {
        Duration hour = Duration.ofHours(1);
        for (Windows windows :
                List.of(
                        Windows.tumbling(hour),
                        Windows.hopping(hour, hour),
                        Windows.cumulative(hour, hour),
                        Windows.sessions(hour),
                        Windows.global())) {
            for (Trigger trigger :
                    List.of(
                            Trigger.onWatermark().early(Duration.ofSeconds(2)),
                            Trigger.onWatermark().earlyByClock(Duration.ofSeconds(2)))) {
                for (boolean isInOrder : new boolean[] {false, true}) {
                    checkEarly(windows, trigger, isInOrder);
                }
            }
        }
    }

    private static void checkEarly(Windows windows, Trigger trigger, boolean isInOrder) {
        Pipeline pipeline =
                Pipeline.define(
                        "early",
                        p -> {
                            Stream<KeyedValueDecoder> counted =
                                    p.source("events", BuiltinMessages.KEYED_VALUE)
                                            .eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    Watermarks.lag(Duration.ofSeconds(1)))
                                            .keyBy("key", m -> m.value().mantissa())
                                            .window(
                                                    "counts",
                                                    Windows.tumbling(Duration.ofSeconds(5)),
                                                    Late.drop())
                                            .aggregate(
                                                    BuiltinMessages.KEYED_VALUE,
                                                    InOrderTest::encode,
                                                    Aggregates.count());
                            (isInOrder ? counted.inOrder("order", Late.drop()) : counted)
                                    .keyBy("none", m -> 0)
                                    .window("sums", windows, Late.drop())
                                    .trigger(trigger)
                                    .aggregate(
                                            BuiltinMessages.KEYED_VALUE,
                                            InOrderTest::encode,
                                            Aggregates.sum(m -> m.value().mantissa()))
                                    .sink("out", Sinks.memory(new MemorySink()));
                        });
        try (TestEngine engine = TestEngine.start(pipeline)) {
            for (long seconds : new long[] {1, 1, 6, 11}) {
                send(engine, "events", TestEngine.START_NS + seconds * SECOND_NS, 1);
            }
            engine.run();
            for (int i = 0; i < 30; i++) {
                engine.advanceTime(Duration.ofSeconds(1));
                engine.run();
            }

            assertEquals(
                    List.of("2", "3", "4"),
                    results(engine).stream().map(r -> r.substring(r.indexOf(':') + 1)).toList(),
                    windows + " " + trigger + " in order: " + isInOrder);
        }
    }

    private static void encode(WindowView window, KeyedValueEncoder result) {
        result.eventTimeNs(window.startNs());
        result.value().mantissa(window.longValue(0)).scale((short) 0);
    }

    @Test
    void shouldEndASessionInOrderBeforeAnEventAtExactlyItsEnd() {
        Pipeline pipeline =
                Pipeline.define(
                        "sessions",
                        p ->
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(KeyedValueDecoder::eventTimeNs, new Disorder(50))
                                        .inOrder("order", Late.drop())
                                        .keyBy("none", m -> 0)
                                        .window(
                                                "sessions",
                                                Windows.sessions(Duration.ofNanos(10)),
                                                Late.drop())
                                        .aggregate(
                                                BuiltinMessages.KEYED_VALUE,
                                                InOrderTest::encode,
                                                Aggregates.count())
                                        .sink("out", Sinks.memory(new MemorySink())));
        try (TestEngine engine = TestEngine.start(pipeline)) {
            for (long timeNs : new long[] {20, 0, 9, 29}) {
                send(engine, "events", timeNs, 1);
            }
            engine.endSource("events");
            engine.run();

            assertEquals(List.of("0:2", "20:2"), results(engine));
        }
        try (TestEngine engine = TestEngine.start(pipeline)) {
            for (long timeNs : new long[] {19, 9}) {
                send(engine, "events", timeNs, 1);
            }
            engine.endSource("events");
            engine.run();

            assertEquals(List.of("9:1", "19:1"), results(engine));
        }
    }
}
