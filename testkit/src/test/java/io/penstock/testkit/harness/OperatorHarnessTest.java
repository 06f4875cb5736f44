package io.penstock.testkit.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.testkit.simulation.SimulatedPipeline;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every operator under every hostile schedule. {@code -Dpenstock.seeds=100000} runs more than the
 * default, {@code -Dpenstock.firstSeed=} starts elsewhere.
 */
class OperatorHarnessTest {
    private final long liveBytes = NativeMemory.liveBytes();

    @AfterEach
    void shouldLeaveNothingBehind() {
        assertEquals(liveBytes, NativeMemory.liveBytes());
    }

    @Test
    void shouldGiveTheSameUnderEveryScheduleWithOneOfEverything() {
        Pipeline pipeline = SimulatedPipeline.define();
        HarnessInputs inputs = RandomEvents.of(pipeline, 42, 60, true);

        HarnessResult result =
                OperatorHarness.of(pipeline).withLeftoverBytes(4096).withSeed(42).run(inputs);

        assertTrue(result.outputs().size() > 60, () -> "only " + result.outputs().size());
    }
}
