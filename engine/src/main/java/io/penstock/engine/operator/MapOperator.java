package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/** Makes one message of another type out of each event; event time and position stay. */
@HotPath
public final class MapOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends Operator implements Receiver<T> {
    private static final int IN = 0;

    private final MapFunction<T, E> function;
    private final Maker<R, E> maker;
    private final Output<R> output;

    /** Creates a map in front of an edge. */
    public MapOperator(
            StepContext context,
            String name,
            MapFunction<T, E> function,
            Maker<R, E> maker,
            Output<R> output) {
        super(context, name, "in");
        this.function = function;
        this.maker = maker;
        this.output = output;
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        function.map(event, maker.begin());
        output.receive(maker.end(event));
    }
}
