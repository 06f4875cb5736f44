package io.penstock.engine.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How a plan is split among shards.
 *
 * <p>The first keyed stage on each path is split: each shard does its own keys' part. What leads to
 * such a stage is common: every core runs it, and does the same. All else runs behind the shards.
 */
final class Split {
    /** What a stage is to the shards. */
    enum Role {
        /** Every core runs it. */
        COMMON,
        /** Each shard runs it for its own keys. */
        SPLIT,
        /** The core behind the shards runs it. */
        BEHIND
    }

    private final Role[] roles;

    /**
     * Splits a plan.
     *
     * @param writers by edge: the stages that write to it besides the stage it is named after
     */
    Split(List<Node> nodes, Map<String, Set<String>> writers) {
        List<List<Node>> inputs = new ArrayList<>();
        for (Node node : nodes) {
            List<Node> all = new ArrayList<>(node.inputs());
            Set<String> others = writers.getOrDefault(node.name(), Set.of());
            nodes.stream().filter(other -> others.contains(other.name())).forEach(all::add);
            inputs.add(all);
        }
        boolean[] isFed = fedByKeyed(nodes, inputs);
        roles = new Role[nodes.size()];
        for (Node node : nodes) {
            boolean isSplit = node.key() != null && !isFed[node.index()];
            roles[node.index()] = isSplit ? Role.SPLIT : Role.BEHIND;
        }
        markCommon(nodes, inputs);
    }

    private static boolean[] fedByKeyed(List<Node> nodes, List<List<Node>> inputs) {
        boolean[] isFed = new boolean[nodes.size()];
        // A side output may be declared before the stages that write to it: until nothing changes.
        boolean hasChanged = true;
        while (hasChanged) {
            hasChanged = false;
            for (Node node : nodes) {
                for (Node input : inputs.get(node.index())) {
                    if (!isFed[node.index()] && (input.key() != null || isFed[input.index()])) {
                        isFed[node.index()] = true;
                        hasChanged = true;
                    }
                }
            }
        }
        return isFed;
    }

    private void markCommon(List<Node> nodes, List<List<Node>> inputs) {
        boolean hasChanged = true;
        while (hasChanged) {
            hasChanged = false;
            for (Node node : nodes) {
                if (roles[node.index()] == Role.BEHIND) {
                    continue;
                }
                for (Node input : inputs.get(node.index())) {
                    if (roles[input.index()] == Role.BEHIND) {
                        roles[input.index()] = Role.COMMON;
                        hasChanged = true;
                    }
                }
            }
        }
    }

    Role roleOf(Node node) {
        return roles[node.index()];
    }

    /** Whether there is a stage to split. */
    boolean isSplittable() {
        for (Role role : roles) {
            if (role == Role.SPLIT) {
                return true;
            }
        }
        return false;
    }
}
