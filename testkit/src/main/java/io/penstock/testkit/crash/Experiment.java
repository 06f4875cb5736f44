package io.penstock.testkit.crash;

import io.penstock.engine.control.AssemblyConfig;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.core.ShardConfig;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.ring.RingConfig;
import io.penstock.engine.ring.SlotLayout;
import io.penstock.journal.Durability;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * All that runs of one kit have in common.
 *
 * @param pipelines makes the pipeline anew for each life
 * @param sinkSpecs of the plan, by sink id
 * @param script what goes in
 * @param durability level of acknowledgement
 * @param promised the level that is checked: the same, but where the checks themselves are tested
 * @param shards cores that share the work
 * @param seed of schedules and faults
 * @param worlds by sink, where the user has given one
 */
record Experiment(
        Supplier<Pipeline> pipelines,
        List<PlanSink> sinkSpecs,
        Script script,
        Durability durability,
        Durability promised,
        int shards,
        long seed,
        Map<String, Supplier<? extends SinkWorld>> worlds) {
    private static final int RING_CAPACITY = 64;
    private static final int MIN_STRIDE = 256;
    private static final int PRODUCERS = 2;
    private static final int BATCH_LIMIT = 16;
    private static final int NEVER = 0;

    /** The same with something like a file in place of each world. */
    Experiment withoutWorlds() {
        return new Experiment(
                pipelines, sinkSpecs, script, durability, promised, shards, seed, Map.of());
    }

    List<String> sinks() {
        return sinkSpecs.stream().map(PlanSink::name).toList();
    }

    SinkWorld newWorld(String sink) {
        Supplier<? extends SinkWorld> given = worlds.get(sink);
        return given == null ? new FileWorld() : given.get();
    }

    int strideBytes() {
        return Math.max(MIN_STRIDE, SlotLayout.strideFor(script.longestMessage()));
    }

    AssemblyConfig config() {
        CoreLimits limits = CoreLimits.DEFAULT;
        return new AssemblyConfig(
                new RingConfig(RING_CAPACITY, strideBytes(), PRODUCERS),
                2 * limits.maxStepOutputBytes(),
                BATCH_LIMIT,
                limits,
                durability,
                NEVER,
                NEVER,
                ShardConfig.of(shards));
    }
}
