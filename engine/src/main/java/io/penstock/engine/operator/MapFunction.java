package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Makes one message out of another.
 *
 * @param <T> decoder of the input
 * @param <E> encoder of the result
 */
@FunctionalInterface
public interface MapFunction<T extends MessageDecoderFlyweight, E> {
    /**
     * Encodes the result; called once per event, inside a step.
     *
     * @param event the input; {@link Event#message()} winds it back
     * @param result wrapped over an empty message whose header is written
     */
    void map(Event<T> event, E result);
}
