package io.penstock.engine.rolling;

import io.penstock.engine.operator.Event;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Makes the result of an event and its look-back, or none.
 *
 * @param <T> decoder of the events
 * @param <E> encoder of the results
 */
@FunctionalInterface
public interface LookBackFunction<T extends MessageDecoderFlyweight, E> {
    /**
     * Called once per event, inside a step; must be pure.
     *
     * @param event the event; {@link Event#message()} winds it back
     * @param lookBack what it looks back at; valid during the call only
     * @param result wrapped over an empty message whose header is written
     * @return whether the result goes on; if not, what was encoded is dropped
     */
    boolean map(Event<T> event, LookBackView lookBack, E result);
}
