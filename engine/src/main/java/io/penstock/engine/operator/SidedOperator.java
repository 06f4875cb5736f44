package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A stage whose user code may send to side outputs, at the time of what has set it off.
 *
 * <p>The counts of the sides stand behind the stage's own.
 */
@HotPath
abstract class SidedOperator extends Operator implements SideEmitter {
    private final SideOutputs sides;
    private final int firstSide;
    private long eventTimeNs;
    private long sourcePosition;
    private long ordinal;
    private long sourceRow;

    SidedOperator(StepContext context, String name, SideOutputs sides, String... labels) {
        super(context, name, sides.labels(labels));
        this.sides = sides;
        this.firstSide = labels.length;
    }

    /** Before each call of user code: notes what has set it off. */
    final void causedBy(Event<?> event) {
        causedBy(event.eventTimeNs(), event.sourcePosition(), event.ordinal(), event.sourceRow());
    }

    /** Before each call of user code; what a call that failed had begun counts no more. */
    void causedBy(long timeNs, long position, long arrival, long row) {
        sides.reset();
        eventTimeNs = timeNs;
        sourcePosition = position;
        ordinal = arrival;
        sourceRow = row;
    }

    /** Ends a message at the time of its cause. */
    final <R extends MessageDecoderFlyweight> Event<R> end(Maker<R, ?> maker) {
        return maker.end(eventTimeNs, sourcePosition, ordinal, sourceRow);
    }

    @Override
    public final <S extends MessageEncoderFlyweight> S begin(Side<?, S> side) {
        return sides.begin(side, this);
    }

    @Override
    public final void emit(Side<?, ?> side) {
        int index = sides.indexOf(side, this);
        count(firstSide + index);
        sides.emit(index, eventTimeNs, sourcePosition, ordinal, sourceRow);
        context.enter(this);
    }

    @Override
    public final <S extends MessageDecoderFlyweight> void send(Side<S, ?> side, Event<S> sent) {
        int index = sides.indexOf(side, this);
        count(firstSide + index);
        sides.send(index, sent);
        context.enter(this);
    }
}
