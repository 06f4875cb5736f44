package io.penstock.engine.window;

import io.penstock.engine.operator.HotPath;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import org.agrona.sbe.MessageDecoderFlyweight;

/** An aggregate whose accumulator is a {@link NestedTable}. */
@HotPath
abstract class NestedAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    /** Null in the template that a plan holds. */
    protected final NestedTable table;

    NestedAggregate(String description, int lengthBytes, NestedTable table) {
        super(description, lengthBytes);
        this.table = table;
    }

    static int headLength(boolean isBytes) {
        return isBytes ? NestedTable.BYTES_HEAD_LENGTH : NestedTable.WORD_HEAD_LENGTH;
    }

    @Override
    final boolean isManaged() {
        return true;
    }

    @Override
    void merge(long target, long source) {
        table.beginMerge(target, source);
        try {
            int count = table.count(source);
            for (int i = 0; i < count; i++) {
                mergeEntry(target, source, i);
            }
        } finally {
            table.endMerge();
        }
    }

    /** Adds one entry of the table at {@code source}. */
    abstract void mergeEntry(long target, long source, int index);

    @Override
    void copy(long target, long source) {
        table.copy(target, source);
    }

    @Override
    void free(long address) {
        table.free(address);
    }

    @Override
    long fold(long hash, long address) {
        return table.fold(hash, address);
    }

    @Override
    void writeTo(long address, SnapshotWriter writer) {
        table.writeTo(address, writer);
    }

    @Override
    void readFrom(long address, SnapshotReader reader) {
        table.readFrom(address, reader);
    }
}
