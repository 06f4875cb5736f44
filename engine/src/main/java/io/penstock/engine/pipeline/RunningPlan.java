package io.penstock.engine.pipeline;

import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.SinkOperator;
import io.penstock.engine.operator.SourceOperator;
import io.penstock.engine.operator.StepContext;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;

/** A plan as operators: wired once per core, in plan order; used by the core's thread only. */
public final class RunningPlan {
    private final StepContext context;
    private final Output<?>[] outputs;
    private final BitSet[] ancestors;
    private final List<OperatorNode> operators = new ArrayList<>();
    private final List<SourceOperator<?>> sources = new ArrayList<>();
    private final List<SinkOperator<?>> sinks = new ArrayList<>();

    RunningPlan(StepContext context, int nodes) {
        this.context = context;
        this.outputs = new Output<?>[nodes];
        this.ancestors = new BitSet[nodes];
        for (int i = 0; i < nodes; i++) {
            outputs[i] = new Output<>();
            ancestors[i] = new BitSet();
        }
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

    /** The edge behind a stage; its type is that of the stream the stage gave. */
    @SuppressWarnings("unchecked")
    <T extends MessageDecoderFlyweight> Output<T> output(Node node) {
        return (Output<T>) outputs[node.index()];
    }

    void addSource(Node node, SourceOperator<?> source) {
        ancestors[node.index()].set(sources.size());
        sources.add(source);
        operators.add(new OperatorNode(source, ancestors[node.index()]));
    }

    <T extends MessageDecoderFlyweight> void addStage(
            Node node, Operator operator, Receiver<T> receiver) {
        link(node, receiver);
        operators.add(new OperatorNode(operator, ancestors[node.index()]));
    }

    <T extends MessageDecoderFlyweight> void addSink(Node node, SinkOperator<T> sink) {
        addStage(node, sink, sink);
        sinks.add(sink);
    }

    /** Puts a receiver behind all inputs of a stage, and hands their sources' watermarks on. */
    <T extends MessageDecoderFlyweight> void link(Node node, Receiver<T> receiver) {
        for (Node input : node.inputs()) {
            this.<T>output(input).add(receiver);
        }
        inherit(node);
    }

    void inherit(Node node) {
        for (Node input : node.inputs()) {
            ancestors[node.index()].or(ancestors[input.index()]);
        }
    }

    /**
     * A running stage and the sources whose watermarks it waits for.
     *
     * @param operator the stage
     * @param sources numbers of all sources upstream
     */
    public record OperatorNode(Operator operator, BitSet sources) {}
}
