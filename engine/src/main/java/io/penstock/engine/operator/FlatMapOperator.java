package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Makes any number of messages of another type out of each event; event time and position stay.
 *
 * <p>Each result goes down before the next is begun, so they come out in the order emitted.
 */
@HotPath
public final class FlatMapOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends Operator implements Receiver<T>, Emitter<E> {
    private static final int IN = 0;
    private static final int OUT = 1;

    private final FlatMapFunction<T, E> function;
    private final Maker<R, E> maker;
    private final Output<R> output;
    private Event<T> event;
    private boolean hasBegun;

    /** Creates a flat map in front of an edge. */
    public FlatMapOperator(
            StepContext context,
            String name,
            FlatMapFunction<T, E> function,
            Maker<R, E> maker,
            Output<R> output) {
        super(context, name, "in", "out");
        this.function = function;
        this.maker = maker;
        this.output = output;
    }

    @Override
    public void receive(Event<T> received) {
        context.enter(this);
        count(IN);
        event = received;
        hasBegun = false;
        function.map(received, this);
    }

    @Override
    public E begin() {
        hasBegun = true;
        return maker.begin();
    }

    @Override
    public void emit() {
        if (!hasBegun) {
            throw new IllegalStateException("a result must be begun before it is emitted");
        }
        hasBegun = false;
        count(OUT);
        output.receive(maker.end(event));
        context.enter(this);
    }
}
