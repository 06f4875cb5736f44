package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/** Makes any number of messages of another type out of each event; event time and position stay. */
@HotPath
public final class FlatMapOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends EmittingOperator<R, E> implements Receiver<T> {
    private static final int IN = 0;
    private static final int OUT = 1;

    private final FlatMapFunction<T, E> function;

    /** Creates a flat map in front of an edge. */
    public FlatMapOperator(
            StepContext context,
            String name,
            FlatMapFunction<T, E> function,
            Maker<R, E> maker,
            SideOutputs sides,
            Output<R> output) {
        super(context, name, maker, sides, output, OUT, "in", "out");
        this.function = function;
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        causedBy(event);
        function.map(event, this);
    }
}
