package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Makes one message out of another, and any number for side outputs.
 *
 * @param <T> decoder of the input
 * @param <E> encoder of the result
 */
@FunctionalInterface
public interface MapWithSidesFunction<T extends MessageDecoderFlyweight, E> {
    /**
     * Encodes the result, which is sent on when the call returns: behind what it sent to sides.
     * Called once per event, inside a step; must be pure.
     *
     * @param event the input; {@link Event#message()} winds it back
     * @param result wrapped over an empty message whose header is written
     * @param sides takes what goes to the stage's side outputs
     */
    void map(Event<T> event, E result, SideEmitter sides);
}
