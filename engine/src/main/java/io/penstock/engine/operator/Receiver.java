package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Where events are pushed to. Called by the core's thread inside a step.
 *
 * @param <T> the message's decoder
 */
@FunctionalInterface
public interface Receiver<T extends MessageDecoderFlyweight> {
    /** Takes an event; it must not be kept beyond the call. */
    void receive(Event<T> event);

    /**
     * Notes what taking an event will touch: {@link Operator#prefetch()} reads it. Changes nothing,
     * and may be wrong. Between records only, never inside a step.
     */
    default void foresee(Event<T> event) {}
}
