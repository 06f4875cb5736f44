package io.penstock.testkit.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.operator.Lateness;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.WindowedStream;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Trigger;
import io.penstock.engine.window.Windows;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions and windows of counts under every hostile schedule. */
class SessionHarnessTest {
    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void shouldGiveTheSameSessionsUnderEverySchedule(long seed) {
        Trigger all = Trigger.onWatermark().early(ms(25)).retracting();
        run(sessions(all, 30), seed);
    }

    @Test
    void shouldGiveTheSameFinalSessionsUnderEverySchedule() {
        run(sessions(Trigger.finalOnly(), 30), 4);
    }

    @Test
    void shouldGiveTheSameSessionsWithoutLatenessUnderEverySchedule() {
        run(sessions(Trigger.onWatermark(), 0), 5);
    }

    @Test
    void shouldGiveTheSameCountsUnderEverySchedule() {
        Pipeline pipeline =
                Pipeline.define(
                        "counts",
                        p ->
                                windowed(events(p, "a"), Windows.count(3), Late.drop())
                                        .firings(
                                                Aggregates.count(),
                                                Aggregates.sum(m -> m.value().mantissa()))
                                        .sink("results", Sinks.memory(new MemorySink())));
        run(pipeline, 6);
    }

    private static void run(Pipeline pipeline, long seed) {
        HarnessInputs inputs = RandomEvents.of(pipeline, seed, 60, true);

        HarnessResult result =
                OperatorHarness.of(pipeline).withLeftoverBytes(4096).withSeed(seed).run(inputs);

        assertTrue(result.outputs().size() > 15, () -> "only " + result.outputs().size());
    }

    private static Pipeline sessions(Trigger trigger, int latenessMs) {
        return Pipeline.define(
                "sessions",
                p -> {
                    EventTimeStream<KeyedValueDecoder> events = events(p, "a");
                    windowed(events, Windows.sessions(ms(7)), Late.toSide("late"))
                            .allowedLateness(ms(latenessMs))
                            .trigger(trigger)
                            .firings(
                                    Aggregates.count(),
                                    Aggregates.sum(m -> m.value().mantissa()),
                                    Aggregates.last(m -> m.value().mantissa()))
                            .sink("results", Sinks.memory(new MemorySink()));
                    events.side("late").sink("late", Sinks.memory(new MemorySink()));
                });
    }

    private static EventTimeStream<KeyedValueDecoder> events(Pipeline.Definition p, String source) {
        return p.source(source, BuiltinMessages.KEYED_VALUE)
                .eventTime(KeyedValueDecoder::eventTimeNs, Disorder.within(ms(5)));
    }

    private static WindowedStream<KeyedValueDecoder> windowed(
            EventTimeStream<KeyedValueDecoder> events, Windows windows, Lateness lateness) {
        return events.keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                .window("windows", windows, lateness);
    }

    private static Duration ms(int value) {
        return Duration.ofMillis(value);
    }
}
