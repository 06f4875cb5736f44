package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Makes any number of messages out of one.
 *
 * @param <T> decoder of the input
 * @param <E> encoder of the results
 */
@FunctionalInterface
public interface FlatMapFunction<T extends MessageDecoderFlyweight, E> {
    /**
     * Encodes and emits the results; called once per event, inside a step; must be pure.
     *
     * @param event the input; {@link Event#message()} winds it back
     * @param results takes none, one or many
     */
    void map(Event<T> event, Emitter<E> results);
}
