package io.penstock.engine.window;

import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/** An aggregate of the user's own over a block of bytes. */
@HotPath
final class BlockAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    private final int blockLength;
    private final UserAggregate.Add<T> add;
    private final UserAggregate.Merge merge;
    private final UserAggregate.Result result;
    private final UnsafeBuffer block = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer other = new UnsafeBuffer(0, 0);

    BlockAggregate(
            String description,
            int blockLength,
            UserAggregate.Add<T> add,
            UserAggregate.Merge merge,
            UserAggregate.Result result) {
        super(description, (blockLength + 7) & -8);
        this.blockLength = blockLength;
        this.add = add;
        this.merge = merge;
        this.result = result;
    }

    @Override
    Aggregate<T> forStage() {
        return new BlockAggregate<>(description(), blockLength, add, merge, result);
    }

    @Override
    void add(long address, Event<T> event) {
        block.wrap(address, blockLength);
        add.add(block, event);
    }

    @Override
    void merge(long target, long source) {
        block.wrap(target, blockLength);
        other.wrap(source, blockLength);
        merge.merge(block, other);
    }

    @Override
    void read(long address, WideNumber number) {
        block.wrap(address, blockLength);
        result.read(block, number.set(0, 0));
    }
}
