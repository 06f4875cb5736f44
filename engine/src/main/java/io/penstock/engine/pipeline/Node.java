package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.Key;
import java.util.List;

/**
 * One stage of a plan, before it runs.
 *
 * @param index place in plan order; inputs have lower ones
 * @param name unique in the plan
 * @param description type and parameters as the plan prints and hashes them
 * @param inputs stages it reads
 * @param key what splits the stage's work among shards; null for a stage that is not split
 * @param type of the messages the stage gives; null where nobody asks
 * @param builder makes the running stage
 */
record Node(
        int index,
        String name,
        String description,
        List<Node> inputs,
        Key<?> key,
        MessageType<?, ?> type,
        Builder builder) {

    /** Makes a stage's operator and wires it behind its inputs. */
    @FunctionalInterface
    interface Builder {
        /** Called once per core, in plan order. */
        void build(RunningPlan build, Node node);
    }
}
