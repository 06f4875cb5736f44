package io.penstock.testkit.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/**
 * Simulates many seeds. {@code -Dpenstock.seeds=100000} runs more than the default of 1,000, {@code
 * -Dpenstock.firstSeed=} starts elsewhere: the seed of a failure, say, with {@code
 * -Dpenstock.seeds=1}.
 */
class SimulationTest {
    private static final int DEFAULT_SEEDS = 1000;
    private static final int CHECK_TRACE_EVERY = 100;

    @Test
    void shouldKeepEveryPromiseWhateverTheSeed() {
        long first = Long.getLong("penstock.firstSeed", 0);
        long seeds = Long.getLong("penstock.seeds", DEFAULT_SEEDS);
        Simulator simulator = new Simulator();
        long lives = 0;
        long results = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            Simulator.Run run = simulator.run(seed);
            lives += run.lives();
            results += run.results();
            if (seed % CHECK_TRACE_EVERY == 0) {
                assertEquals(run, simulator.run(seed), "seed " + seed + " ran otherwise");
            }
        }
        // A simulator that crashes nothing and gives nothing would keep every promise, too.
        assertTrue(seeds < DEFAULT_SEEDS || lives > 3 * seeds, "only " + lives + " lives");
        assertTrue(seeds < DEFAULT_SEEDS || results > 100 * seeds, "only " + results + " results");
    }
}
