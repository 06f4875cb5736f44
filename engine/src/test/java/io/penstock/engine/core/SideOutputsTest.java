package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.WindowResultDecoder;
import io.penstock.codecs.builtin.WindowResultEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Side;
import io.penstock.engine.operator.SideEmitter;
import io.penstock.engine.operator.StateLimit;
import io.penstock.engine.operator.WhenFull;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What stages send beside their results. */
final class SideOutputsTest {
    private static final Side<WindowResultDecoder, WindowResultEncoder> ALERTS =
            Side.of("alerts", BuiltinMessages.WINDOW_RESULT);
    private static final Side<KeyedValueDecoder, KeyedValueEncoder> REJECTED =
            Side.of("rejected", BuiltinMessages.KEYED_VALUE);
    private static final Side<KeyedValueDecoder, KeyedValueEncoder> UNKNOWN =
            Side.of("unknown", BuiltinMessages.KEYED_VALUE);

    private static SinkSpec memory() {
        return Sinks.memory(new MemorySink());
    }

    private static Pipeline pipeline(Consumer<EventTimeStream<KeyedValueDecoder>> body) {
        return Pipeline.define(
                "sides",
                p ->
                        body.accept(
                                p.source("events", BuiltinMessages.KEYED_VALUE)
                                        .eventTime(
                                                KeyedValueDecoder::eventTimeNs, new Disorder(0))));
    }

    /** All results in order: the sink's number, and the message in words. */
    private static List<String> texts(CoreDriver driver) {
        driver.drain();
        List<String> texts = new ArrayList<>();
        KeyedValueDecoder value = new KeyedValueDecoder();
        WindowResultDecoder alert = new WindowResultDecoder();
        for (CoreDriver.Out out : driver.outs()) {
            if (out.message().getShort(2) == WindowResultDecoder.TEMPLATE_ID) {
                BuiltinMessages.WINDOW_RESULT.wrap(alert, out.message(), 0);
                texts.add(out.sinkId() + " alert " + alert.windowStartNs());
            } else {
                BuiltinMessages.KEYED_VALUE.wrap(value, out.message(), 0);
                texts.add(
                        out.sinkId() + " " + value.eventTimeNs() + " " + value.value().mantissa());
            }
        }
        return texts;
    }

    private static List<String> counts(CoreDriver driver, String stage) {
        List<String> counts = new ArrayList<>();
        for (Operator operator : driver.core().operators()) {
            if (operator.name().equals(stage)) {
                String[] labels = operator.countLabels();
                for (int i = 0; i < labels.length; i++) {
                    if (operator.countOf(i) > 0) {
                        counts.add(labels[i] + "=" + operator.countOf(i));
                    }
                }
            }
        }
        return counts;
    }

    private static void put(KeyedValueEncoder result, long timeNs, long value) {
        result.eventTimeNs(timeNs).value().mantissa(value).scale((short) 0);
        byte[] key = "k".getBytes(StandardCharsets.UTF_8);
        result.putKey(key, 0, key.length);
    }

    private static void alert(SideEmitter sides, long timeNs) {
        WindowResultEncoder alert = sides.begin(ALERTS);
        alert.windowStartNs(timeNs).windowEndNs(timeNs).valuesCount(0);
        alert.putKey(new byte[0], 0, 0);
        sides.emit(ALERTS);
    }

    /** Doubles small values, rejects large ones, and warns of those that are too small. */
    private static final class Checks implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            long value = event.message().value().mantissa();
            if (value > 100) {
                context.send(REJECTED, event);
                return;
            }
            // Begun before the side's message, and sent behind it.
            KeyedValueEncoder result = context.begin();
            if (value < 0) {
                alert(context, event.eventTimeNs());
                context.schedule(1, event.eventTimeNs() + 10);
            }
            put(result, event.eventTimeNs(), 2 * value);
            context.emit();
        }

        @Override
        public void onTimer(long timerId, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            alert(context, timeNs);
        }
    }

    @Test
    void shouldSendWhatAHandlerSendsToItsSidesInTheOrderSent() {
        Pipeline pipeline =
                pipeline(
                        events -> {
                            Stream<KeyedValueDecoder> checked =
                                    events.keyBy("all", m -> 1)
                                            .process(
                                                    "check",
                                                    BuiltinMessages.KEYED_VALUE,
                                                    Checks::new,
                                                    ALERTS,
                                                    REJECTED);
                            checked.sink("results", memory());
                            checked.side(ALERTS).sink("alerts", memory());
                            checked.side(REJECTED)
                                    .filter("odd", m -> m.value().mantissa() % 2 != 0)
                                    .sink("rejected", memory());
                        });
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(1, "a", 5);
            driver.event(2, "a", -3);
            driver.snapshotAndRestore();
            driver.event(3, "a", 101);
            driver.event(4, "a", 102);
            driver.event(20, "a", 1);

            assertEquals(
                    List.of("0 1 10", "1 alert 2", "0 2 -6", "2 3 101", "0 20 2", "1 alert 12"),
                    texts(driver));
            assertEquals(
                    List.of("in=5", "timers=1", "out=3", "side-alerts=2", "side-rejected=2"),
                    counts(driver, "check"));
        }
    }

    @Test
    void shouldGiveSidesToAHandlerWithALimitAndToOneWithoutAKey() {
        Pipeline pipeline =
                pipeline(
                        events -> {
                            Stream<KeyedValueDecoder> limited =
                                    events.keyBy("value", m -> m.value().mantissa())
                                            .process(
                                                    "limited",
                                                    BuiltinMessages.KEYED_VALUE,
                                                    Checks::new,
                                                    StateLimit.keys(1, WhenFull.REJECT_EVENT)
                                                            .rejectedTo("full"),
                                                    ALERTS,
                                                    REJECTED);
                            events.side("full").sink("full", memory());
                            limited.side(ALERTS).sink("alerts", memory());
                            limited.side(REJECTED).sink("rejected", memory());
                            Stream<KeyedValueDecoder> whole =
                                    events.process(
                                            "whole",
                                            BuiltinMessages.KEYED_VALUE,
                                            Checks::new,
                                            ALERTS,
                                            REJECTED);
                            whole.side(ALERTS).sink("alerts-2", memory());
                            whole.side(REJECTED).sink("rejected-2", memory());
                        });
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(1, "a", -1); // has a timer from now on: the only key
            driver.event(2, "a", -2);
            driver.event(3, "a", 200);
            assertEquals(
                    List.of("1 alert 1", "3 alert 1", "0 2 -2", "3 alert 2", "0 3 200", "4 3 200"),
                    texts(driver));
        }
    }

    @Test
    void shouldSendWhatMapsSendToTheirSides() {
        Pipeline pipeline =
                pipeline(
                        events -> {
                            Stream<KeyedValueDecoder> mapped =
                                    events.map(
                                            "map",
                                            BuiltinMessages.KEYED_VALUE,
                                            (event, result, sides) -> {
                                                long value = event.message().value().mantissa();
                                                if (value < 0) {
                                                    alert(sides, event.eventTimeNs());
                                                }
                                                put(result, event.eventTimeNs(), value + 1);
                                            },
                                            ALERTS);
                            mapped.sink("mapped", memory());
                            mapped.side(ALERTS).sink("alerts", memory());
                            Stream<KeyedValueDecoder> many =
                                    events.flatMap(
                                            "flat-map",
                                            BuiltinMessages.KEYED_VALUE,
                                            (event, results) -> {
                                                long value = event.message().value().mantissa();
                                                if (value > 100) {
                                                    results.send(REJECTED, event);
                                                    put(results.begin(REJECTED), 0, -value);
                                                    results.emit(REJECTED);
                                                }
                                                put(results.begin(), 0, value);
                                                results.emit();
                                            },
                                            REJECTED);
                            many.sink("many", memory());
                            many.side(REJECTED).sink("rejected", memory());
                        });
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(1, "a", -5);
            driver.event(2, "a", 101);

            assertEquals(
                    List.of(
                            "1 alert 1",
                            "0 1 -4",
                            "2 0 -5",
                            "0 2 102",
                            "3 2 101",
                            "3 0 -101",
                            "2 0 101"),
                    texts(driver));
            assertEquals(List.of("in=2", "side-alerts=1"), counts(driver, "map"));
            assertEquals(List.of("in=2", "out=2", "side-rejected=2"), counts(driver, "flat-map"));
        }
    }

    @Test
    void shouldGiveWhatAFilterLeavesOut() {
        Pipeline pipeline =
                pipeline(
                        events -> {
                            Stream<KeyedValueDecoder> even =
                                    events.filter(
                                            "even", m -> m.value().mantissa() % 2 == 0, "odd");
                            even.side("odd").sink("odd", memory());
                            even.sink("even", memory());
                        });
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(1, "a", 1);
            driver.event(2, "a", 2);
            driver.event(3, "a", 3);
            assertEquals(List.of("0 1 1", "1 2 2", "0 3 3"), texts(driver));
            assertEquals(List.of("in=3", "filtered=2"), counts(driver, "even"));
        }
    }

    @Test
    void shouldSendEventsBetweenWindowsAndLateOnesToASideEach() {
        Pipeline pipeline =
                pipeline(
                        events -> {
                            events.keyBy("all", m -> 1)
                                    .window(
                                            "windows",
                                            Windows.hopping(
                                                    Duration.ofNanos(5), Duration.ofNanos(10)),
                                            Late.toSide("late"))
                                    .gapsTo("gaps")
                                    .aggregate(
                                            BuiltinMessages.KEYED_VALUE,
                                            (window, result) ->
                                                    put(
                                                            result,
                                                            window.startNs(),
                                                            window.longValue(0)),
                                            Aggregates.count())
                                    .sink("counts", memory());
                            events.side("late").sink("late", memory());
                            events.side("gaps").sink("gaps", memory());
                        });
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            driver.event(1, "a", 11);
            driver.event(7, "a", 12);
            driver.event(2, "a", 13);
            driver.event(14, "a", 14);
            driver.event(6, "a", 15); // between windows is not late
            driver.end(0);
            assertEquals(List.of("2 7 12", "0 0 1", "1 2 13", "2 6 15", "0 10 1"), texts(driver));
            assertEquals(
                    List.of("in=5", "aggregated=2", "late=1", "gap=2", "fired=2"),
                    counts(driver, "windows"));
        }
    }

    private static void assertFails(String message, Consumer<SideEmitter> logic) {
        Pipeline pipeline =
                pipeline(
                        events -> {
                            Stream<KeyedValueDecoder> stream =
                                    events.flatMap(
                                            "stage",
                                            BuiltinMessages.KEYED_VALUE,
                                            (event, results) -> logic.accept(results),
                                            REJECTED,
                                            ALERTS);
                            stream.side(REJECTED).sink("rejected", memory());
                            stream.side(ALERTS).sink("alerts", memory());
                        });
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            StepFailure failure = assertThrows(StepFailure.class, () -> driver.event(1, "a", 1));
            assertEquals(message, failure.getCause().getMessage());
            assertEquals(List.of(), texts(driver));
            assertEquals(List.of(), counts(driver, "stage"));
        }
    }

    @Test
    void shouldFailTheStepThatUsesASideWrongly() {
        assertFails(
                "stage stage has no side output unknown of KeyedValue(schema=802, template=1,"
                        + " version=0) (declared with it: [rejected, alerts])",
                sides -> sides.begin(UNKNOWN));
        assertFails(
                "a message for side output rejected must be begun before it is emitted",
                sides -> {
                    alert(sides, 5); // undone with the step
                    sides.emit(REJECTED);
                });
        assertFails(
                "a message for side output rejected must be begun before it is emitted",
                sides -> {
                    put(sides.begin(REJECTED), 1, 1);
                    sides.emit(REJECTED);
                    sides.emit(REJECTED);
                });
    }
}
