package io.penstock.engine.pipeline;

import io.penstock.codecs.MessageType;
import io.penstock.codecs.system.RejectedRowDecoder;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The stream of a source: its events, and the rows that could not be read.
 *
 * @param <T> decoder of the messages
 */
public final class EventTimeStream<T extends MessageDecoderFlyweight> extends Stream<T> {
    private final Stream<RejectedRowDecoder> rejected;

    EventTimeStream(
            Pipeline.Definition definition,
            Node node,
            MessageType<T, ?> type,
            Stream<RejectedRowDecoder> rejected) {
        super(definition, node, type);
        this.rejected = rejected;
    }

    /** Rows of the source that could not be read, part by part. */
    public Stream<RejectedRowDecoder> rejected() {
        return rejected;
    }
}
