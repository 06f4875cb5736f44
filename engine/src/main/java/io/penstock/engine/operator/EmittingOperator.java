package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A stage whose user code emits any number of results a call; each goes down before the next is
 * begun, so they come out in the order emitted.
 */
@HotPath
abstract class EmittingOperator<
                R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
        extends SidedOperator implements Emitter<E> {
    private final Maker<R, E> maker;
    private final Output<R> output;
    private final int out;
    private final Begun begun = new Begun();

    /** With the index of the count of results among the labels. */
    EmittingOperator(
            StepContext context,
            String name,
            Maker<R, E> maker,
            SideOutputs sides,
            Output<R> output,
            int out,
            String... labels) {
        super(context, name, sides, labels);
        this.maker = maker;
        this.output = output;
        this.out = out;
    }

    @Override
    final void causedBy(long timeNs, long position, long arrival, long row) {
        super.causedBy(timeNs, position, arrival, row);
        begun.reset();
    }

    @Override
    public final E begin() {
        begun.begin();
        return maker.begin();
    }

    @Override
    public final void emit() {
        begun.emit();
        count(out);
        output.receive(end(maker));
        context.enter(this);
    }
}
