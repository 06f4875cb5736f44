package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * User logic with keyed state and timers: the low-level way into a pipeline.
 *
 * <p>Each running core has its own instance. All calls come from the core's thread, inside a step:
 * if one throws, state is as it was before the step, and the engine stops. The logic must be a pure
 * function of the events and its state: no clock, randomness, identity hash or I/O, and no state in
 * fields.
 *
 * @param <T> decoder of the events
 * @param <E> encoder of the results
 */
public interface Handler<T extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> {
    /** Called once before the first event, also before a recovery: declares the state. */
    default void open(HandlerSetup setup) {}

    /** Called for each event, with the context set to its key. */
    void onEvent(Event<T> event, HandlerContext<E> context);

    /** Called when the watermark has reached a timer's time, with the context set to its key. */
    default void onTimer(long timerId, long timeNs, HandlerContext<E> context) {}

    /**
     * Called when the engine's clock has reached a timer's time, with the context set to its key.
     */
    default void onClockTimer(long timerId, long timeNs, HandlerContext<E> context) {}
}
