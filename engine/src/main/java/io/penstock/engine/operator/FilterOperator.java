package io.penstock.engine.operator;

import java.util.function.Predicate;
import org.agrona.sbe.MessageDecoderFlyweight;

/** Lets through the events that a predicate accepts, and counts the others. */
@HotPath
public final class FilterOperator<T extends MessageDecoderFlyweight> extends Operator
        implements Receiver<T> {
    private static final int IN = 0;
    private static final int FILTERED = 1;

    private final Predicate<T> predicate;
    private final Receiver<T> filtered;
    private final Output<T> output;

    /**
     * Creates a filter in front of an edge.
     *
     * @param filtered where the other events go; null drops them
     */
    public FilterOperator(
            StepContext context,
            String name,
            Predicate<T> predicate,
            Receiver<T> filtered,
            Output<T> output) {
        super(context, name, "in", "filtered");
        this.predicate = predicate;
        this.filtered = filtered;
        this.output = output;
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        if (predicate.test(event.message())) {
            output.receive(event);
        } else {
            count(FILTERED);
            if (filtered != null) {
                filtered.receive(event);
            }
        }
    }

    @Override
    public void foresee(Event<T> event) {
        output.foresee(event);
    }
}
