package io.penstock.engine.window;

import io.penstock.engine.operator.Event;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Functions of an aggregate of the user's own, over a block of bytes that is zero at the start.
 *
 * <p>They are called inside a step, must be pure functions of their arguments, and keep no buffer
 * after the call. What they throw takes the step back. A window that is put together from several
 * panes merges them in time's order, and late events come when they come: where the order of events
 * decides, keep the time in the block.
 */
public interface UserAggregate {
    /**
     * Adds an event to an accumulator.
     *
     * @param <T> decoder of the messages
     */
    @FunctionalInterface
    interface Add<T extends MessageDecoderFlyweight> {
        /** Called once per event and pane. */
        void add(MutableDirectBuffer block, Event<T> event);
    }

    /** Adds one accumulator to another. */
    @FunctionalInterface
    interface Merge {
        /** Called once per pane of a window; {@code source} must not be changed. */
        void merge(MutableDirectBuffer target, DirectBuffer source);
    }

    /** Reads an accumulator's result. */
    @FunctionalInterface
    interface Result {
        /** Called once per key and firing. */
        void read(DirectBuffer block, WideNumber result);
    }

    /**
     * Adds an event to an accumulator that is an SBE message.
     *
     * @param <T> decoder of the messages
     * @param <D> decoder of the accumulator
     * @param <E> encoder of the accumulator
     */
    @FunctionalInterface
    interface AddToMessage<T extends MessageDecoderFlyweight, D, E> {
        /** Called once per event and pane; both flyweights are over the same block. */
        void add(D read, E write, Event<T> event);
    }

    /**
     * Adds one accumulator that is an SBE message to another.
     *
     * @param <D> decoder of the accumulator
     * @param <E> encoder of the accumulator
     */
    @FunctionalInterface
    interface MergeMessages<D, E> {
        /** Called once per pane of a window; the first two are over the same block. */
        void merge(D read, E write, D source);
    }

    /**
     * Reads the result of an accumulator that is an SBE message.
     *
     * @param <D> decoder of the accumulator
     */
    @FunctionalInterface
    interface ResultOfMessage<D> {
        /** Called once per key and firing. */
        void read(D accumulator, WideNumber result);
    }
}
