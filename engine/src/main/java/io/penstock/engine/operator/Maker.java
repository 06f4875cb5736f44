package io.penstock.engine.operator;

import io.penstock.codecs.MessageType;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Where an operator encodes the messages it makes: a scratch buffer, an encoder, and the event that
 * goes on.
 *
 * @param <R> decoder of the message
 * @param <E> encoder of the message
 */
public final class Maker<R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight> {
    /** Longest message an operator can make, bytes with its SBE header. */
    public static final int MAX_MESSAGE_LENGTH = 256 * 1024;

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[MAX_MESSAGE_LENGTH]);
    private final MessageType<R, E> type;
    private final E encoder;
    private final Event<R> event;

    /** Creates a maker of messages of a type. */
    public Maker(MessageType<R, E> type) {
        this.type = type;
        this.encoder = type.newEncoder();
        this.event = new Event<>(type);
    }

    /** Starts a message: its header is written, its fields are zero, it has no text yet. */
    public E begin() {
        clear(Event.MESSAGE_HEADER_LENGTH + type.blockLength());
        type.wrapAndWriteHeader(encoder, buffer, 0);
        return encoder;
    }

    /** In words, since a call that sets bytes costs more than most blocks take. */
    private void clear(int end) {
        for (int at = 0; at < end; at += Long.BYTES) {
            buffer.putLong(at, 0);
        }
    }

    /** Ends the message and gives it as an event that another has set off, at its time. */
    public Event<R> end(Event<?> cause) {
        return end(cause.eventTimeNs(), cause.sourcePosition(), cause.ordinal(), cause.sourceRow());
    }

    /** Ends the message and gives it as an event; a text that was not set is empty. */
    public Event<R> end(long eventTimeNs, long sourcePosition, long ordinal, long sourceRow) {
        return event.wrap(buffer, 0, type.complete(encoder, buffer, 0))
                .about(eventTimeNs, sourcePosition, ordinal, sourceRow);
    }
}
