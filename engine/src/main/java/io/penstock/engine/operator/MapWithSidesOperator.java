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
        extends Operator implements Receiver<T>, SideEmitter {
    private static final int IN = 0;
    private static final int FIRST_SIDE = 1;

    private final MapWithSidesFunction<T, E> function;
    private final Maker<R, E> maker;
    private final SideOutputs sides;
    private final Output<R> output;
    private Event<T> event;

    /** Creates a map in front of an edge. */
    public MapWithSidesOperator(
            StepContext context,
            String name,
            MapWithSidesFunction<T, E> function,
            Maker<R, E> maker,
            SideOutputs sides,
            Output<R> output) {
        super(context, name, sides.labels("in"));
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
        sides.reset();
        function.map(received, maker.begin(), this);
        output.receive(maker.end(received));
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
