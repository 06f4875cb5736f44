package io.penstock.engine.pipeline;

import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.OrderOperator;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.SinkOperator;
import io.penstock.engine.operator.SourceOperator;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.pipeline.Split.Role;
import io.penstock.engine.shard.Exchange;
import io.penstock.engine.shard.RemoteOperator;
import io.penstock.engine.shard.ShardEdge;
import io.penstock.engine.shard.ShardGate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * A plan, or a part of it, as operators: wired once per core, in plan order; used by the core's
 * thread only.
 */
public final class RunningPlan {
    private final StepContext context;
    private final PlanPart part;
    private final List<Node> nodes;
    private final Map<String, Set<String>> writers;
    private final Split split;
    private final Output<?>[] outputs;
    private final BitSet[] ancestors;
    private final BitSet[] orders;
    private final List<OperatorNode> operators = new ArrayList<>();
    private final List<SourceOperator<?>> sources = new ArrayList<>();
    private final List<SinkOperator<?>> sinks = new ArrayList<>();

    /** The node whose stage is being made. */
    private Node current;

    RunningPlan(
            StepContext context,
            PlanPart part,
            List<Node> nodes,
            Map<String, Set<String>> writers,
            Split split) {
        this.context = context;
        this.part = part;
        this.nodes = nodes;
        this.writers = writers;
        this.split = split;
        this.outputs = new Output<?>[nodes.size()];
        this.ancestors = new BitSet[nodes.size()];
        this.orders = new BitSet[nodes.size()];
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] = new Output<>();
            ancestors[i] = new BitSet();
            orders[i] = new BitSet();
        }
    }

    void build() {
        for (Node node : nodes) {
            current = node;
            Role role = split.roleOf(node);
            if (part instanceof PlanPart.BehindShards behind && role == Role.SPLIT) {
                addRemote(node, behind);
            } else if (!(part instanceof PlanPart.Shard) || role != Role.BEHIND || isSource(node)) {
                node.builder().build(this, node);
            }
        }
    }

    /** Every core follows the clocks of all sources. */
    private static boolean isSource(Node node) {
        return node.inputs().isEmpty();
    }

    StepContext context() {
        return context;
    }

    /** All stages in plan order. */
    public List<OperatorNode> operators() {
        return operators;
    }

    /** The sources by their ids. */
    public List<SourceOperator<?>> sources() {
        return sources;
    }

    /** The sinks by their ids. */
    public List<SinkOperator<?>> sinks() {
        return sinks;
    }

    /**
     * The edge behind the stage that is being made, or a side that it has been declared to write
     * to; its type is that of the stream.
     */
    <T extends MessageDecoderFlyweight> Output<T> output(Node node) {
        if (!node.name().equals(current.name()) && !isWriter(current, node)) {
            throw new IllegalStateException(
                    "stage " + current.name() + " is not declared to write to " + node.name());
        }
        if (part instanceof PlanPart.Shard shard && split.roleOf(current) == Role.SPLIT) {
            Output<T> output = new Output<>();
            output.add(new ShardEdge<>(shard.exchange(), context.path(), node.index()));
            return output;
        }
        return edge(node);
    }

    private boolean isWriter(Node stage, Node node) {
        return writers.getOrDefault(node.name(), Set.of()).contains(stage.name());
    }

    @SuppressWarnings("unchecked")
    private <T extends MessageDecoderFlyweight> Output<T> edge(Node node) {
        return (Output<T>) outputs[node.index()];
    }

    void addSource(Node node, SourceOperator<?> source) {
        ancestors[node.index()].set(sources.size());
        sources.add(source);
        add(node, source);
    }

    @SuppressWarnings("unchecked")
    <T extends MessageDecoderFlyweight> void addStage(
            Node node, Operator operator, Receiver<T> receiver) {
        if (part instanceof PlanPart.Shard shard && split.roleOf(node) == Role.SPLIT) {
            Key<T> key = (Key<T>) node.key();
            link(node, new ShardGate<>(context.path(), key, shard.assignment(), receiver));
        } else {
            link(node, receiver);
        }
        add(node, operator);
    }

    <T extends MessageDecoderFlyweight> void addSink(Node node, SinkOperator<T> sink) {
        addStage(node, sink, sink);
        sinks.add(sink);
    }

    private <T extends MessageDecoderFlyweight> void addRemote(
            Node node, PlanPart.BehindShards behind) {
        List<RemoteOperator.Edge<?>> edges = new ArrayList<>();
        for (Node target : nodes) {
            if (target.name().equals(node.name()) || isWriter(node, target)) {
                edges.add(new RemoteOperator.Edge<>(target.index(), target.type(), edge(target)));
            }
        }
        Operator[] stages =
                behind.shards().stream()
                        .map(shard -> shard.operatorOf(node))
                        .toArray(Operator[]::new);
        RemoteOperator<T> remote =
                new RemoteOperator<>(
                        context,
                        node.index(),
                        behind.exchanges().toArray(new Exchange[0]),
                        stages,
                        edges);
        addStage(node, remote, remote);
    }

    private void add(Node node, Operator operator) {
        operators.add(
                new OperatorNode(
                        operator,
                        ancestors[node.index()],
                        (BitSet) orders[node.index()].clone(),
                        node.index(),
                        split.roleOf(node) == Role.COMMON || isSource(node),
                        split.roleOf(node) == Role.SPLIT));
        if (operator instanceof OrderOperator<?>) {
            orders[node.index()].set(operators.size() - 1);
        }
    }

    private Operator operatorOf(Node node) {
        for (OperatorNode operator : operators) {
            if (operator.index() == node.index()) {
                return operator.operator();
            }
        }
        throw new IllegalStateException("stage " + node.name() + " does not run on this core");
    }

    /** Puts a receiver behind all inputs of a stage, and hands their sources' watermarks on. */
    <T extends MessageDecoderFlyweight> void link(Node node, Receiver<T> receiver) {
        for (Node input : node.inputs()) {
            this.<T>edge(input).add(receiver);
        }
        inherit(node);
    }

    void inherit(Node node) {
        for (Node input : node.inputs()) {
            ancestors[node.index()].or(ancestors[input.index()]);
            orders[node.index()].or(orders[input.index()]);
        }
    }

    /**
     * A running stage and the sources whose watermarks it waits for.
     *
     * @param operator the stage
     * @param sources numbers of all sources upstream
     * @param orders which of the {@link #operators()} upstream put events in order
     * @param index place in the whole plan
     * @param isCommon whether all cores of an engine run it, if there are several
     * @param isSplit whether each shard runs it for its own keys, if there are shards
     */
    public record OperatorNode(
            Operator operator,
            BitSet sources,
            BitSet orders,
            int index,
            boolean isCommon,
            boolean isSplit) {}
}
