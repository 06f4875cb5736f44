package io.penstock.engine.window;

import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.StepContext;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * How a window stage makes its results and where they go; one for all kinds of windows.
 *
 * <p>Set window, key and values of a {@link WindowView}, then {@link #emit}.
 */
public final class WindowResults<
        R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> {
    private final StepContext context;
    private final WindowFunction<E> function;
    private final Maker<R, E> maker;
    private final Output<R> output;

    /** Creates the results of one stage. */
    public WindowResults(
            StepContext context, WindowFunction<E> function, Maker<R, E> maker, Output<R> output) {
        this.context = context;
        this.function = function;
        this.maker = maker;
        this.output = output;
    }

    /** Sends a result on; its event time is the last one before the window's end. */
    void emit(Operator stage, WindowView view) {
        emit(stage, view, view.endNs() - 1);
    }

    /** Sends a result on. */
    void emit(Operator stage, WindowView view, long eventTimeNs) {
        function.map(view, maker.begin());
        output.receive(
                maker.end(
                        eventTimeNs,
                        context.sourcePosition(),
                        context.ordinal(),
                        view.triggerRow()));
        context.enter(stage);
    }
}
