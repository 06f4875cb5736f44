package io.penstock.testkit.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.HandlerSetup;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import io.penstock.testkit.harness.HarnessInputs;
import io.penstock.testkit.harness.HarnessResult;
import io.penstock.testkit.harness.OperatorHarness;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.junit.jupiter.api.Test;

/** The event times that results have for the stages behind. */
class ResultTimesTest {
    /** Event times of the results of a stage. */
    private static List<Long> times(
            Function<KeyedStream<KeyedValueDecoder>, Stream<? extends MessageDecoderFlyweight>>
                    stage,
            long... eventTimes) {
        Pipeline pipeline =
                Pipeline.define(
                        "times",
                        p -> {
                            EventTimeStream<KeyedValueDecoder> events =
                                    p.source("events", BuiltinMessages.KEYED_VALUE)
                                            .eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    Disorder.none());
                            told(stage.apply(events.keyBy("all", m -> 0)));
                        });
        HarnessInputs inputs = new HarnessInputs(pipeline);
        for (long time : eventTimes) {
            inputs.at(1_000_000 + inputs.count());
            RandomStream.send(
                    inputs, "events", new TimedValue(inputs.count(), time, new byte[0], 1));
        }
        HarnessResult result = OperatorHarness.of(pipeline).run(inputs.endAll());
        KeyedValueDecoder decoder = new KeyedValueDecoder();
        return result.outputs("times").stream()
                .map(
                        output -> {
                            BuiltinMessages.KEYED_VALUE.wrap(decoder, output.message(), 0);
                            return decoder.eventTimeNs();
                        })
                .toList();
    }

    private static <T extends MessageDecoderFlyweight> void told(Stream<T> stream) {
        stream.map(
                        "told",
                        BuiltinMessages.KEYED_VALUE,
                        (event, result) -> {
                            result.eventTimeNs(event.eventTimeNs());
                            result.value().mantissa(0).scale((short) 0);
                            result.putKey(new byte[0], 0, 0);
                        })
                .sink("times", Sinks.memory(new MemorySink()));
    }

    private static Stream<? extends MessageDecoderFlyweight> window(
            KeyedStream<KeyedValueDecoder> keyed, Windows windows, Trigger trigger) {
        return keyed.window("windows", windows, Late.drop())
                .allowedLateness(Duration.ofNanos(windows instanceof Windows.Count ? 0 : 100))
                .trigger(trigger)
                .aggregate(Aggregates.count());
    }

    @Test
    void shouldDateAResultOfAWindowTheLastNanosecondBeforeItsEnd() {
        Trigger early = Trigger.onWatermark().early(Duration.ofNanos(3));
        Windows windows = new Windows.Aligned(10, 10);

        // Early at 4 and at 7; at 12 on time, and the next one early; late by 5; the end.
        assertEquals(
                List.of(9L, 9L, 9L, 19L, 9L, 19L),
                times(k -> window(k, windows, early), 2, 4, 7, 12, 5));
        assertEquals(
                List.of(9L, 19L),
                times(k -> window(k, windows, Trigger.finalOnly()), 2, 4, 7, 12, 5));
    }

    @Test
    void shouldDateAResultOfASessionTheLastNanosecondBeforeItsEnd() {
        Windows sessions = Windows.sessions(Duration.ofNanos(5));

        assertEquals(
                List.of(8L, 9L, 24L),
                times(k -> window(k, sessions, Trigger.onWatermark()), 2, 4, 20, 5));
    }

    @Test
    void shouldDateAWindowOfCountsByItsLargestEventTime() {
        Windows counts = Windows.count(3);

        assertEquals(
                List.of(9L, 4L),
                times(k -> window(k, counts, Trigger.onWatermark()), 2, 9, 7, 4, 3));
    }

    /** Sets a timer of each kind at the first event. */
    private static final class Timers implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void open(HandlerSetup setup) {
            // It keeps nothing.
        }

        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            if (event.eventTimeNs() == 2) {
                context.schedule(1, 6);
                context.scheduleByClock(1, context.timeNs() + 2);
            }
        }

        @Override
        public void onTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            emit(context);
        }

        @Override
        public void onClockTimer(long id, long timeNs, HandlerContext<KeyedValueEncoder> context) {
            emit(context);
        }

        private static void emit(HandlerContext<KeyedValueEncoder> context) {
            context.begin().putKey(new byte[0], 0, 0);
            context.emit();
        }
    }

    @Test
    void shouldDateAResultOfATimerByTheTimerAndByTheClockByTheWatermark() {
        // By the clock with the third event, before which the watermark is 3; then that of 6.
        assertEquals(
                List.of(3L, 6L),
                times(k -> k.process("timers", BuiltinMessages.KEYED_VALUE, Timers::new), 2, 3, 9));
    }
}
