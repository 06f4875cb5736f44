package io.penstock.engine.operator;

import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Where user logic puts what goes to the side outputs that were declared with its stage.
 *
 * <p>What is sent goes all the way down at once, in the order sent, results of the stage and those
 * of its sides alike; event time and position are those that a result would have. Sending to a side
 * that was not declared with the stage fails the step. Valid during the call it is given to; used
 * by the core's thread only.
 */
public interface SideEmitter {
    /**
     * Starts a message for a side: fill in the encoder, whose header is written and whose block is
     * zero, then {@link #emit(Side)}. A result and a message for each side may be begun at the same
     * time.
     */
    <E extends MessageEncoderFlyweight> E begin(Side<?, E> side);

    /** Sends the message that was started last for a side. */
    void emit(Side<?, ?> side);

    /** Sends an event to a side as it is, with its own time and position. */
    <S extends MessageDecoderFlyweight> void send(Side<S, ?> side, Event<S> event);
}
