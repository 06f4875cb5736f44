package io.penstock.testkit.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.codecs.BuiltinMessages;
import io.penstock.codecs.builtin.KeyedValueDecoder;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.Ewma;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.NumberOf;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Look-backs under every hostile schedule. */
class LookBackScheduleTest {
    private static final int EVENTS = 50;
    private static final NumberOf<KeyedValueDecoder> VALUE = m -> m.value().mantissa();

    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSeeTheSameWithinATimeUnderEverySchedule(boolean inOrder) {
        run(LookBack.within(Duration.ofMillis(15)), inOrder, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldSeeTheSameRowsUnderEverySchedule(boolean inOrder) {
        LookBack rows = LookBack.rows(3).excludingCurrent();
        run(rows.forgetAfter(Duration.ofMillis(40)), inOrder, 2);
    }

    private static void run(LookBack lookBack, boolean inOrder, long seed) {
        Pipeline pipeline =
                Pipeline.define(
                        "look-back",
                        p -> {
                            Stream<KeyedValueDecoder> events =
                                    p.source("a", BuiltinMessages.KEYED_VALUE)
                                            .eventTime(
                                                    KeyedValueDecoder::eventTimeNs,
                                                    Disorder.within(Duration.ofMillis(5)));
                            (inOrder ? events.inOrder("in-order", Late.drop()) : events)
                                    .keyByBytes("key", (m, target) -> m.getKey(target, 0, 1024))
                                    .lookBack("look", lookBack)
                                    .aggregate(
                                            Rolling.sum(VALUE),
                                            Rolling.min(VALUE),
                                            Rolling.last(VALUE),
                                            Rolling.distinct(m -> m.value().mantissa() % 4),
                                            Ewma.rows(VALUE, 4, 3))
                                    .sink("results", Sinks.memory(new MemorySink()));
                        });
        HarnessInputs inputs = RandomEvents.of(pipeline, seed, EVENTS, true);

        OperatorHarness.of(pipeline).withLeftoverBytes(16 * 1024).withSeed(seed).run(inputs);
    }
}
