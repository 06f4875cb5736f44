package io.penstock.engine.pipeline;

import io.penstock.engine.shard.Exchange;
import io.penstock.engine.shard.ShardAssignment;
import java.util.List;

/** Which part of a plan a core runs. */
public sealed interface PlanPart {
    /** All of it. */
    record Whole() implements PlanPart {}

    /**
     * What leads to the keyed stages that are split, and of these the work for a shard's keys.
     *
     * @param assignment the shard
     * @param exchange where the split stages' results go
     */
    record Shard(ShardAssignment assignment, Exchange exchange) implements PlanPart {}

    /**
     * All of it, with the split stages' results taken from shards.
     *
     * @param exchanges of all shards
     * @param shards the plans they run
     */
    record BehindShards(List<Exchange> exchanges, List<RunningPlan> shards) implements PlanPart {}
}
