package io.penstock.engine.window;

import io.penstock.codecs.MessageType;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * An aggregate of the user's own whose accumulator is the block of an SBE message, without groups
 * and texts. All fields are zero at the start, those with another null value too.
 */
@HotPath
final class MessageAggregate<
                T extends MessageDecoderFlyweight,
                D extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends Aggregate<T> {
    private final MessageType<D, E> type;
    private final UserAggregate.AddToMessage<T, D, E> add;
    private final UserAggregate.MergeMessages<D, E> merge;
    private final UserAggregate.ResultOfMessage<D> result;
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer other = new UnsafeBuffer(0, 0);
    private final D decoder;
    private final D otherDecoder;
    private final E encoder;

    MessageAggregate(
            String description,
            MessageType<D, E> type,
            UserAggregate.AddToMessage<T, D, E> add,
            UserAggregate.MergeMessages<D, E> merge,
            UserAggregate.ResultOfMessage<D> result) {
        super(description, (type.blockLength() + 7) & -8);
        this.type = type;
        this.add = add;
        this.merge = merge;
        this.result = result;
        this.decoder = type.newDecoder();
        this.otherDecoder = type.newDecoder();
        this.encoder = type.newEncoder();
    }

    @Override
    Aggregate<T> forStage() {
        return new MessageAggregate<>(description(), type, add, merge, result);
    }

    @Override
    void add(long address, Event<T> event) {
        wrap(address);
        add.add(decoder, encoder, event);
    }

    @Override
    void merge(long target, long source) {
        wrap(target);
        other.wrap(source, lengthBytes());
        otherDecoder.wrap(other, 0, type.blockLength(), type.version());
        merge.merge(decoder, encoder, otherDecoder);
    }

    private void wrap(long address) {
        block.wrap(address, lengthBytes());
        decoder.wrap(block, 0, type.blockLength(), type.version());
        encoder.wrap(block, 0);
    }

    @Override
    void read(long address, WideNumber number) {
        wrap(address);
        result.read(decoder, number.set(0, 0));
    }
}
