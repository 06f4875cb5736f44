package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.StateHash;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Bytes, such as a text, of the first or last event by (event time, arrival); read as bytes, the
 * number is their length.
 *
 * <pre>
 *   0           8         16       24       28              32
 *   +-----------+---------+--------+--------+---------------+
 *   | eventTime | ordinal | block  | length | capacity or 0 |
 *   +-----------+---------+--------+--------+---------------+
 * </pre>
 *
 * <p>Memory: 32 bytes and a block of 64 or the next power of two.
 */
@HotPath
final class EdgeBytesAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    private static final int TIME = 0;
    private static final int ORDINAL = 8;
    private static final int BLOCK = 16;
    private static final int BYTES_LENGTH = 24;
    private static final int CAPACITY = 28;
    private static final int LENGTH = 32;
    private static final int MIN_CAPACITY = 64;

    private final Key.BytesExtractor<T> extractor;
    private final int wanted;
    private final BytesReader<T> bytes;
    private final AccumulatorMemory memory;

    EdgeBytesAggregate(String description, Key.BytesExtractor<T> extractor, int wanted) {
        this(description, extractor, wanted, null);
    }

    private EdgeBytesAggregate(
            String description,
            Key.BytesExtractor<T> extractor,
            int wanted,
            AccumulatorMemory memory) {
        super(description, LENGTH);
        this.extractor = extractor;
        this.wanted = wanted;
        this.bytes = memory == null ? null : new BytesReader<>(extractor);
        this.memory = memory;
    }

    @Override
    Aggregate<T> forStage(AccumulatorMemory stageMemory) {
        return new EdgeBytesAggregate<>(description(), extractor, wanted, stageMemory);
    }

    @Override
    boolean isManaged() {
        return true;
    }

    @Override
    void add(long address, Event<T> event) {
        if (wins(address, event.eventTimeNs(), event.ordinal()) && bytes.read(event)) {
            put(address, bytes.base(), bytes.offset(), bytes.length());
            Memory.putLong(address + TIME, event.eventTimeNs());
            Memory.putLong(address + ORDINAL, event.ordinal());
        }
    }

    @Override
    void merge(long target, long source) {
        long timeNs = Memory.getLong(source + TIME);
        long ordinal = Memory.getLong(source + ORDINAL);
        if (Memory.getInt(source + CAPACITY) != 0 && wins(target, timeNs, ordinal)) {
            copy(target, source);
        }
    }

    @Override
    void copy(long target, long source) {
        if (Memory.getInt(source + CAPACITY) != 0) {
            int length = Memory.getInt(source + BYTES_LENGTH);
            put(target, null, Memory.getLong(source + BLOCK), length);
            Memory.putLong(target + TIME, Memory.getLong(source + TIME));
            Memory.putLong(target + ORDINAL, Memory.getLong(source + ORDINAL));
        }
    }

    private void put(long address, Object base, long offset, int length) {
        int capacity = Memory.getInt(address + CAPACITY);
        long block = Memory.getLong(address + BLOCK);
        if (length > capacity || capacity == 0) {
            int wider = MIN_CAPACITY;
            while (wider < length) {
                wider *= 2;
            }
            long replacement = memory.allocate(wider);
            if (capacity != 0) {
                memory.free(block, capacity);
            }
            block = replacement;
            Memory.putLong(address + BLOCK, block);
            Memory.putInt(address + CAPACITY, wider);
        } else {
            memory.save(block, Math.max(length, Memory.getInt(address + BYTES_LENGTH)));
        }
        Memory.copyFrom(base, offset, length, block);
        Memory.putInt(address + BYTES_LENGTH, length);
    }

    @Override
    void free(long address) {
        int capacity = Memory.getInt(address + CAPACITY);
        if (capacity != 0) {
            memory.free(Memory.getLong(address + BLOCK), capacity);
        }
    }

    @Override
    long fold(long hash, long address) {
        long h = StateHash.fold(hash, Memory.getLong(address + TIME));
        h = StateHash.fold(h, Memory.getLong(address + ORDINAL));
        if (Memory.getInt(address + CAPACITY) == 0) {
            return h;
        }
        long block = Memory.getLong(address + BLOCK);
        return StateHash.foldBytes(h, block, Memory.getInt(address + BYTES_LENGTH));
    }

    @Override
    void writeTo(long address, SnapshotWriter writer) {
        boolean isPresent = Memory.getInt(address + CAPACITY) != 0;
        int length = isPresent ? Memory.getInt(address + BYTES_LENGTH) : -1;
        writer.putInt(length);
        if (isPresent) {
            writer.putLong(Memory.getLong(address + TIME));
            writer.putLong(Memory.getLong(address + ORDINAL));
            writer.putBytes(Memory.getLong(address + BLOCK), length);
        }
    }

    @Override
    void readFrom(long address, SnapshotReader reader) {
        int length = reader.getInt();
        if (length == -1) {
            return;
        }
        if (length < 0 || length > BytesReader.MAX_LENGTH) {
            throw reader.damaged("length of bytes: " + length);
        }
        Memory.putLong(address + TIME, reader.getLong());
        Memory.putLong(address + ORDINAL, reader.getLong());
        byte[] read = new byte[length];
        reader.getBytes(read, 0, length);
        put(address, read, BufferUtil.ARRAY_BASE_OFFSET, length);
    }

    @Override
    void read(long address, WideNumber result) {
        result.set(Memory.getInt(address + BYTES_LENGTH), 0);
    }

    @Override
    void readBytes(long address, int rank, DirectBuffer view) {
        view.wrap(Memory.getLong(address + BLOCK), Memory.getInt(address + BYTES_LENGTH));
    }

    /** An event of the same time and ordinal as the holder came later: results of one record. */
    private boolean wins(long address, long timeNs, long ordinal) {
        if (Memory.getInt(address + CAPACITY) == 0) {
            return true;
        }
        int order = Long.compare(timeNs, Memory.getLong(address + TIME));
        if (order == 0) {
            order = Long.compare(ordinal, Memory.getLong(address + ORDINAL));
        }
        return wanted > 0 ? order >= 0 : order < 0;
    }
}
