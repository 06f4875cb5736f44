package io.penstock.engine.pipeline;

import java.util.List;

/**
 * One stage of a plan, before it runs.
 *
 * @param index place in plan order; inputs have lower ones
 * @param name unique in the plan
 * @param description type and parameters as the plan prints and hashes them
 * @param inputs stages it reads
 * @param builder makes the running stage
 */
record Node(int index, String name, String description, List<Node> inputs, Builder builder) {

    /** Makes a stage's operator and wires it behind its inputs. */
    @FunctionalInterface
    interface Builder {
        /** Called once per core, in plan order. */
        void build(RunningPlan build, Node node);
    }
}
