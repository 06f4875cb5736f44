package io.penstock.engine.operator;

import io.penstock.codecs.MessageType;
import java.util.Objects;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * A side output of a stage: its name, and the type of the messages that go there.
 *
 * <p>Given to the stage where it is declared, to {@link SideEmitter} where the stage's logic sends
 * to it, and to the stage's stream where the side is read. Best a constant. Immutable, for any
 * number of stages; it holds no messages.
 *
 * @param name small letters, digits, '.', '_', '-'; unique among the sides of a stage
 * @param type of the messages
 * @param <S> decoder of the messages
 * @param <E> encoder of the messages
 */
public record Side<S extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>(
        String name, MessageType<S, E> type) {
    /** Refuses what is not there. */
    public Side {
        Objects.requireNonNull(name, "a side output needs a name");
        Objects.requireNonNull(type, "a side output needs a type of messages");
    }

    /** A side output for messages of a type. */
    public static <S extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>
            Side<S, E> of(String name, MessageType<S, E> type) {
        return new Side<>(name, type);
    }
}
