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
    private static final int FIRST_SIDE = 2;

    private final FlatMapFunction<T, E> function;
    private final Maker<R, E> maker;
    private final SideOutputs sides;
    private final Output<R> output;
    private Event<T> event;
    private final Begun begun = new Begun();

    /** Creates a flat map in front of an edge. */
    public FlatMapOperator(
            StepContext context,
            String name,
            FlatMapFunction<T, E> function,
            Maker<R, E> maker,
            SideOutputs sides,
            Output<R> output) {
        super(context, name, sides.labels("in", "out"));
        this.function = function;
        this.maker = maker;
        this.sides = sides;
        this.output = output;
    }

    @Override
    public void receive(Event<T> received) {
        context.enter(this);
        count(IN);
        event = received;
        begun.reset();
        sides.reset();
        function.map(received, this);
    }

    @Override
    public E begin() {
        begun.begin();
        return maker.begin();
    }

    @Override
    public void emit() {
        begun.emit();
        count(OUT);
        output.receive(maker.end(event));
        context.enter(this);
    }

    @Override
    public <S extends MessageEncoderFlyweight> S begin(Side<?, S> side) {
        return sides.begin(side, this);
    }

    @Override
    public void emit(Side<?, ?> side) {
        int index = sides.indexOf(side, this);
        count(FIRST_SIDE + index);
        sides.emit(
                index,
                event.eventTimeNs(),
                event.sourcePosition(),
                event.ordinal(),
                event.sourceRow());
        context.enter(this);
    }

    @Override
    public <S extends MessageDecoderFlyweight> void send(Side<S, ?> side, Event<S> sent) {
        int index = sides.indexOf(side, this);
        count(FIRST_SIDE + index);
        sides.send(index, sent);
        context.enter(this);
    }
}
