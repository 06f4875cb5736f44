package io.penstock.engine.core;

import io.penstock.engine.operator.Operator;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.PlanPart;
import io.penstock.engine.pipeline.RunningPlan;
import io.penstock.engine.shard.Exchange;
import io.penstock.engine.shard.ShardAssignment;
import io.penstock.journal.RecordView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The cores that share the work of a plan's split stages, and their exchanges. */
final class Shards implements AutoCloseable {
    private final List<Core> cores = new ArrayList<>();
    private final List<Exchange> exchanges = new ArrayList<>();
    private final boolean[] isDone;

    Shards(Pipeline pipeline, CoreLimits limits, long hashSeed, ShardConfig config) {
        this.isDone = new boolean[config.shards()];
        boolean isMade = false;
        try {
            for (int i = 0; i < config.shards(); i++) {
                exchanges.add(new Exchange(config.exchangeBytes()));
                PlanPart.Shard part =
                        new PlanPart.Shard(
                                new ShardAssignment(i, config.shards()), exchanges.get(i));
                cores.add(new Core(pipeline, part, limits, hashSeed));
            }
            isMade = true;
        } finally {
            if (!isMade) {
                close();
            }
        }
    }

    /** The part of the plan that is left for the core behind the shards. */
    PlanPart behind() {
        List<RunningPlan> plans = new ArrayList<>();
        cores.forEach(core -> plans.add(core.plan()));
        return new PlanPart.BehindShards(exchanges, plans);
    }

    List<Core> cores() {
        return cores;
    }

    int count() {
        return isDone.length;
    }

    /** A stage on a shard by its place in the whole plan; null if it does not run there. */
    Operator stage(int shard, int index) {
        for (RunningPlan.OperatorNode node : cores.get(shard).plan().operators()) {
            if (node.index() == index) {
                return node.operator();
            }
        }
        return null;
    }

    /** Lets each shard go on with a record as far as it can, on the caller's thread. */
    void stepAll(RecordView record) {
        for (int i = 0; i < isDone.length; i++) {
            Step step = isDone[i] ? Step.COMPLETE : Step.MORE;
            while (step == Step.MORE) {
                step = cores.get(i).step(record);
            }
            isDone[i] = step == Step.COMPLETE;
        }
    }

    /** The record is complete; the next may be stepped. */
    void completeAll() {
        Arrays.fill(isDone, false);
    }

    long stateBytes() {
        long sum = 0;
        for (int i = 0; i < isDone.length; i++) {
            sum += cores.get(i).stateBytes();
        }
        return sum;
    }

    @Override
    public void close() {
        cores.forEach(Core::close);
        exchanges.forEach(Exchange::close);
    }
}
