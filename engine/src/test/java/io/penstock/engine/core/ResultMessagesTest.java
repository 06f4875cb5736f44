package io.penstock.engine.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.codecs.builtin.KeyedValueEncoder;
import io.penstock.codecs.builtin.WindowFiringDecoder;
import io.penstock.codecs.builtin.WindowFiringEncoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregate;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Rounding;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Messages that stages make, begun and ended as they must be; failures that name their key. */
final class ResultMessagesTest {
    private static Pipeline pipeline(UnaryOperator<Stream<KeyedValueDecoder>> stage) {
        return Pipeline.define(
                "made",
                p ->
                        stage.apply(
                                        p.source("events", BuiltinMessages.KEYED_VALUE)
                                                .eventTime(
                                                        KeyedValueDecoder::eventTimeNs,
                                                        new Disorder(0)))
                                .sink("out", Sinks.memory(new MemorySink())));
    }

    private static Pipeline handled(Consumer<HandlerContext<KeyedValueEncoder>> then) {
        return pipeline(
                s ->
                        s.keyBy("key", m -> 0)
                                .process(
                                        "handler",
                                        BuiltinMessages.KEYED_VALUE,
                                        () -> new OnEvent(then)));
    }

    private record OnEvent(Consumer<HandlerContext<KeyedValueEncoder>> then)
            implements Handler<KeyedValueDecoder, KeyedValueEncoder> {
        @Override
        public void onEvent(
                Event<KeyedValueDecoder> event, HandlerContext<KeyedValueEncoder> context) {
            then.accept(context);
        }
    }

    private static String failure(Pipeline pipeline) {
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            return assertThrows(StepFailure.class, () -> driver.event(5, "a", 1)).getMessage();
        }
    }

    @Test
    void shouldFailTheStepThatEmitsWhatWasNotBegun() {
        String failure = failure(handled(HandlerContext::emit));
        assertTrue(failure.contains("stage handler"), failure);
        assertTrue(failure.contains("emit() was called without begin()"), failure);
    }

    @Test
    void shouldFailTheStepThatEmitsAResultTwice() {
        String failure =
                failure(
                        handled(
                                context -> {
                                    context.begin();
                                    context.emit();
                                    context.emit();
                                }));
        assertTrue(failure.contains("emit() was called without begin()"), failure);
    }

    @Test
    void shouldFailTheStepThatBeginsAResultTwice() {
        String failure =
                failure(
                        handled(
                                context -> {
                                    context.begin();
                                    context.begin();
                                }));
        assertTrue(failure.contains("begin() was called again before emit()"), failure);
        failure =
                failure(
                        pipeline(
                                s ->
                                        s.flatMap(
                                                "parts",
                                                BuiltinMessages.KEYED_VALUE,
                                                (event, results) -> {
                                                    results.begin();
                                                    results.begin();
                                                })));
        assertTrue(failure.contains("begin() was called again before emit()"), failure);
    }

    @Test
    void shouldBeginAnewInTheNextCallWhenAResultWasNotEmitted() {
        try (CoreDriver driver = new CoreDriver(handled(HandlerContext::begin), 1)) {
            driver.event(5, "a", 1);
            driver.event(6, "a", 1);
            assertEquals(List.of(), driver.outs());
        }
    }

    /** Otherwise the text would be that of the result before. */
    @Test
    void shouldGiveAnEmptyTextWhenNoneWasSet() {
        Pipeline pipeline =
                pipeline(
                        s ->
                                s.map(
                                        "sometimes",
                                        BuiltinMessages.KEYED_VALUE,
                                        (event, result) -> {
                                            long value = event.message().value().mantissa();
                                            result.value().mantissa(value).scale((short) 0);
                                            if (value != 2) {
                                                result.putKey(new byte[] {1, 2, 3}, 0, 3);
                                            }
                                        }));
        try (CoreDriver driver = new CoreDriver(pipeline, 1)) {
            for (int value = 1; value <= 3; value++) {
                driver.event(5, "a", value);
            }
            List<Integer> lengths =
                    driver.outs().stream()
                            .map(
                                    out -> {
                                        KeyedValueDecoder decoder = new KeyedValueDecoder();
                                        BuiltinMessages.KEYED_VALUE.wrap(decoder, out.message(), 0);
                                        return decoder.keyLength();
                                    })
                            .toList();
            assertEquals(List.of(3, 0, 3), lengths);
        }
    }

    @Test
    void shouldGiveAnEmptyGroupAndTextWhenNoneWasSet() {
        Maker<WindowFiringDecoder, WindowFiringEncoder> maker =
                new Maker<>(BuiltinMessages.WINDOW_FIRING);
        WindowFiringEncoder first = maker.begin();
        first.valuesCount(2).next().next();
        first.putKey(new byte[] {1, 2, 3}, 0, 3);
        int fullLength = maker.end(0, 0, 0, 0).length();
        maker.begin().valuesCount(2).next().next();
        Event<WindowFiringDecoder> noKey = maker.end(0, 0, 0, 0);
        assertEquals(fullLength - 3, noKey.length());
        assertEquals(2, noKey.message().values().count());

        maker.begin().revision(7);
        Event<WindowFiringDecoder> blank = maker.end(0, 0, 0, 0);

        WindowFiringDecoder message = blank.message();
        assertEquals(7, message.revision());
        assertEquals(0, message.values().count());
        assertEquals(0, message.keyLength());
        int code =
                BuiltinMessages.WINDOW_FIRING
                        .validator()
                        .validate(blank.buffer(), blank.offset(), blank.length());
        assertEquals(0, code);
    }

    private static final NumberOf<KeyedValueDecoder> VALUE = m -> m.value().mantissa();

    @Test
    void shouldNameTheKeyOfEveryKindOfWindowWhenAValueOverflowsOrCannotBeRead() {
        for (Windows windows :
                List.of(
                        Windows.tumbling(Duration.ofNanos(10)),
                        Windows.sessions(Duration.ofNanos(10)),
                        Windows.count(2))) {
            for (boolean isLong : new boolean[] {true, false}) {
                Aggregate<KeyedValueDecoder> sum = Aggregates.sumOfProducts(VALUE, VALUE);
                String failure =
                        failureOfTwo(
                                s -> windowed(s, isLong, windows, sum),
                                Long.MIN_VALUE,
                                Long.MIN_VALUE);
                String said = "of stage sums, key " + (isLong ? "3" : "'k'") + ": ";
                assertTrue(failure.contains(said + "a sum needs more than"), failure);

                Aggregate<KeyedValueDecoder> average =
                        Aggregates.weightedAverage(VALUE, VALUE, 2, Rounding.FLOOR);
                failure = failureOfTwo(s -> windowed(s, isLong, windows, average), 5, -5);
                assertTrue(failure.contains(said + "the weights of"), failure);
            }
        }
    }

    private static Stream<KeyedValueDecoder> windowed(
            Stream<KeyedValueDecoder> stream,
            boolean isLong,
            Windows windows,
            Aggregate<KeyedValueDecoder> aggregate) {
        return keyed(stream, isLong)
                .window("sums", windows, Late.drop())
                .aggregate(BuiltinMessages.KEYED_VALUE, (window, result) -> {}, aggregate);
    }

    private static KeyedStream<KeyedValueDecoder> keyed(
            Stream<KeyedValueDecoder> stream, boolean isLong) {
        return isLong
                ? stream.keyBy("three", m -> 3)
                : stream.keyByBytes("bytes", (m, to) -> m.getKey(to, 0, 64));
    }

    private static String failureOfTwo(
            UnaryOperator<Stream<KeyedValueDecoder>> stage, long first, long second) {
        try (CoreDriver driver = new CoreDriver(pipeline(stage), 1)) {
            return assertThrows(
                            StepFailure.class,
                            () -> {
                                driver.event(5, "k", first);
                                driver.event(5, "k", second);
                                driver.end(0);
                            })
                    .getMessage();
        }
    }

    @Test
    void shouldNameTheKeyOfALookBackWhoseSumOverflows() {
        for (boolean isLong : new boolean[] {true, false}) {
            String failure =
                    failureOfTwo(
                            s ->
                                    keyed(s, isLong)
                                            .lookBack("look", LookBack.rows(3))
                                            .aggregate(
                                                    BuiltinMessages.KEYED_VALUE,
                                                    (event, view, result) -> true,
                                                    Rolling.sumOfSquares(VALUE)),
                            Long.MIN_VALUE,
                            Long.MIN_VALUE);
            String said = "look-back of stage look, key " + (isLong ? "3" : "'k'") + ": a sum";
            assertTrue(failure.contains(said), failure);
        }
    }
}
