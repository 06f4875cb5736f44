package io.penstock.testkit.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.engine.memory.NativeMemory;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.testkit.simulation.SimulatedPipeline;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Every operator under every hostile schedule. {@code -Dpenstock.seeds=100000} runs more than the
 * default, {@code -Dpenstock.firstSeed=} starts elsewhere.
 */
class OperatorHarnessTest {
    private static final int SEEDS = 1;
    private static final int RANDOM_SEEDS = 150;

    /** Some stages keep the last rows of each key for good. */
    private static final long RANDOM_LEFTOVER_BYTES = 1 << 18;

    private static final int SHORT_EVENTS = 25;
    private static final int LONG_EVENTS = 200;

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

    @Test
    void shouldGiveTheSameUnderEveryScheduleWhateverTheOperator() {
        List<String> failures = new ArrayList<>();
        List<Kinds.Kind> kinds = Kinds.all();
        for (Kinds.Kind kind : kinds) {
            long first = Long.getLong("penstock.firstSeed", 0);
            long seeds = Long.getLong("penstock.seeds", SEEDS);
            for (long seed = first; seed < first + seeds; seed++) {
                int events = (seed + kinds.indexOf(kind)) % 3 == 2 ? LONG_EVENTS : SHORT_EVENTS;
                HarnessInputs inputs = RandomEvents.of(kind.pipeline(), seed, events, true);
                OperatorHarness harness =
                        OperatorHarness.of(kind.pipeline())
                                .withSeed(seed)
                                .withSchedules(Schedule.ENGINE_SHARDS, Schedule.ENGINE_CRASHES)
                                .withLeftoverBytes(kind.leftoverBytes());
                try {
                    HarnessResult result =
                            (kind.showsSequences() ? harness.withSequencesInResults() : harness)
                                    .run(inputs);
                    assertTrue(!result.outputs().isEmpty(), "nothing came out");
                } catch (AssertionError | RuntimeException e) {
                    failures.add(kind + ", seed " + seed + ": " + e);
                    break;
                }
            }
        }
        assertEquals(List.of(), failures, () -> String.join("\n", failures));
    }

    @Test
    void shouldGiveTheSameUnderAnyScheduleHoweverStagesArePutTogether() {
        long first = Long.getLong("penstock.firstSeed", 0);
        long seeds = Long.getLong("penstock.seeds", RANDOM_SEEDS);
        Schedule[] schedules = Schedule.values();
        for (long seed = first; seed < first + seeds; seed++) {
            Pipeline pipeline = RandomPipeline.define(seed);
            HarnessInputs inputs = RandomEvents.of(pipeline, seed, 40, true);
            try {
                OperatorHarness.of(pipeline)
                        .withSeed(seed)
                        .withSchedules(schedules[(int) (seed % schedules.length)])
                        .withLeftoverBytes(RANDOM_LEFTOVER_BYTES)
                        .run(inputs);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", " + pipeline.plan() + ": " + e, e);
            }
        }
    }
}
