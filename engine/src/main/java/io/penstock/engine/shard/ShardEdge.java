package io.penstock.engine.shard;

import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.StepPath;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Where an edge leaves a shard: each event goes into the shard's exchange. */
@HotPath
public final class ShardEdge<T extends MessageDecoderFlyweight> implements Receiver<T> {
    private final Exchange exchange;
    private final StepPath path;
    private final int target;

    /**
     * Creates the end of an edge.
     *
     * @param target number of the edge, by which the other side knows it
     */
    public ShardEdge(Exchange exchange, StepPath path, int target) {
        this.exchange = exchange;
        this.path = path;
        this.target = target;
    }

    @Override
    public void receive(Event<T> event) {
        exchange.event(path, target, event);
    }
}
