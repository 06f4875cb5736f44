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

    /**
     * Looks up what taking each event of a batch will touch, for all of them at once. Changes
     * nothing that any answer depends on; events may come to something else, or not at all.
     */
    default void foreseeAll(EventBatch<T> batch) {}

    /** Whether events can ever be taken together; asked once, when the plan is built. */
    default boolean takesBatches() {
        return false;
    }

    /**
     * Whether a part of a batch's events can be taken together while the others only move time, and
     * nothing is given on from them. Asked once.
     */
    default boolean takesParts() {
        return false;
    }

    /**
     * The first of a batch's events that has to be taken alone, because it, or the watermark behind
     * it, does more than change state of the stage; {@code to} if there is none. Changes nothing.
     *
     * @param from first event to look at
     * @param to behind the last
     */
    default int takenTogether(EventBatch<T> batch, int from, int to) {
        return from;
    }

    /**
     * Takes events that {@link #takenTogether} found: as {@link #receive} of each would. If it
     * throws, the step is taken back and the events are taken one by one.
     */
    default void receiveAll(EventBatch<T> batch, int from, int to) {
        for (int i = from; i < to; i++) {
            receive(batch.at(i));
        }
    }
}
