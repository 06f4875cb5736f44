package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Makes one message of another type out of each event, and any number for side outputs; event time
 * and position stay.
 */
@HotPath
public final class MapWithSidesOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends SidedOperator implements Receiver<T> {
    private static final int IN = 0;

    private final MapWithSidesFunction<T, E> function;
    private final Maker<R, E> maker;
    private final Output<R> output;

    /** Creates a map in front of an edge. */
    public MapWithSidesOperator(
            StepContext context,
            String name,
            MapWithSidesFunction<T, E> function,
            Maker<R, E> maker,
            SideOutputs sides,
            Output<R> output) {
        super(context, name, sides, "in");
        this.function = function;
        this.maker = maker;
        this.output = output;
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        causedBy(event);
        function.map(event, maker.begin(), this);
        output.receive(end(maker));
    }
}
