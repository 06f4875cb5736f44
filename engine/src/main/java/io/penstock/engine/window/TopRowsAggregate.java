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
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The events with the largest score: some bytes of each, best first, in an order that has no ties.
 *
 * <pre>
 *   accumulator
 *   0        8       12      16      24        28       32
 *   +--------+-------+-------+-------+---------+--------+
 *   | rows   | count | shift | heap  | used    | shift  |
 *   +--------+-------+-------+-------+---------+--------+
 *   row
 *   0           8            16      20       24     32        40           48
 *   +-----------+------------+-------+--------+------+---------+------------+
 *   | score low | score high | scale | length | time | ordinal | heapOffset |
 *   +-----------+------------+-------+--------+------+---------+------------+
 * </pre>
 *
 * <p>Bytes are appended to the heap, which is written anew when it is full. Memory: 32 bytes, 48 to
 * 96 a row, and of a row's bytes twice to four times the length; at least 64 bytes a block.
 */
@HotPath
final class TopRowsAggregate<T extends MessageDecoderFlyweight> extends Aggregate<T> {
    private static final int ROWS = 0;
    private static final int COUNT = 8;
    private static final int ROWS_SHIFT = 12;
    private static final int HEAP = 16;
    private static final int HEAP_USED = 24;
    private static final int HEAP_SHIFT = 28;
    private static final int LENGTH = 32;

    private static final int SCORE = 0;
    private static final int SCORE_HIGH = 8;
    private static final int SCORE_SCALE = 16;
    private static final int BYTES_LENGTH = 20;
    private static final int TIME = 24;
    private static final int ORDINAL = 32;
    private static final int BYTES_OFFSET = 40;
    private static final int ROW_LENGTH = 48;

    private static final int MIN_SHIFT = 6;

    private final int limit;
    private final WideNumberOf<T> score;
    private final Key.BytesExtractor<T> extractor;
    private final Ties ties;
    private final AccumulatorMemory memory;
    private final BytesReader<T> bytes;
    private final WideNumber newScore = new WideNumber();
    private final WideNumber rowScore = new WideNumber();
    private final UnsafeBuffer newBytes = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer rowBytes = new UnsafeBuffer(0, 0);
    private long newTimeNs;
    private long newOrdinal;

    TopRowsAggregate(
            int limit,
            WideNumberOf<T> score,
            Key.BytesExtractor<T> extractor,
            Ties ties,
            AccumulatorMemory memory) {
        super("top(" + limit + "," + ties + ")", LENGTH);
        this.limit = limit;
        this.score = score;
        this.extractor = extractor;
        this.ties = ties;
        this.memory = memory;
        this.bytes = memory == null ? null : new BytesReader<>(extractor);
    }

    @Override
    Aggregate<T> forStage(AccumulatorMemory stageMemory) {
        return new TopRowsAggregate<>(limit, score, extractor, ties, stageMemory);
    }

    @Override
    boolean isManaged() {
        return true;
    }

    @Override
    void add(long address, Event<T> event) {
        score.read(event.message(), newScore);
        int count = Memory.getInt(address + COUNT);
        if (count == limit && compareScore(row(address, count - 1)) < 0) {
            return;
        }
        if (bytes.read(event)) {
            bytes.view(newBytes);
            newTimeNs = event.eventTimeNs();
            newOrdinal = event.ordinal();
            insert(address, bytes.base(), bytes.offset());
        }
    }

    @Override
    void merge(long target, long source) {
        int count = Memory.getInt(source + COUNT);
        for (int i = 0; i < count; i++) {
            long row = row(source, i);
            load(row, newScore);
            view(source, row, newBytes);
            newTimeNs = Memory.getLong(row + TIME);
            newOrdinal = Memory.getLong(row + ORDINAL);
            if (!insert(target, null, newBytes.addressOffset())) {
                return; // the rows that follow are worse
            }
        }
    }

    /** Puts the new row in its place; false if it has none. */
    private boolean insert(long address, Object base, long offset) {
        int count = Memory.getInt(address + COUNT);
        int low = 0;
        int high = count;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBefore(address, row(address, middle))) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if (low == limit) {
            return false;
        }
        int kept = Math.min(count, limit - 1);
        ensureRows(address, kept + 1);
        long at = appendBytes(address, kept, base, offset, newBytes.capacity());
        long row = row(address, low);
        memory.save(row, (kept - low + 1) * ROW_LENGTH);
        Memory.copy(row, row + ROW_LENGTH, (long) (kept - low) * ROW_LENGTH);
        Memory.putLong(row + SCORE, newScore.low());
        Memory.putLong(row + SCORE_HIGH, newScore.high());
        Memory.putInt(row + SCORE_SCALE, newScore.scale());
        Memory.putInt(row + BYTES_LENGTH, newBytes.capacity());
        Memory.putLong(row + TIME, newTimeNs);
        Memory.putLong(row + ORDINAL, newOrdinal);
        Memory.putLong(row + BYTES_OFFSET, at);
        Memory.putInt(address + COUNT, kept + 1);
        return true;
    }

    private boolean isBefore(long address, long row) {
        int order = compareScore(row);
        if (order != 0) {
            return order > 0;
        }
        int arrival = Long.compare(newTimeNs, Memory.getLong(row + TIME));
        if (arrival == 0) {
            arrival = Long.compare(newOrdinal, Memory.getLong(row + ORDINAL));
        }
        if (ties == Ties.ARRIVAL && arrival != 0) {
            return arrival < 0;
        }
        view(address, row, rowBytes);
        order =
                ties == Ties.NUMBERS
                        ? TextOrder.compareNumbers(newBytes, rowBytes)
                        : TextOrder.compareBytes(newBytes, rowBytes);
        return order != 0 ? order < 0 : arrival < 0;
    }

    private int compareScore(long row) {
        load(row, rowScore);
        return newScore.compareValue(rowScore);
    }

    private void ensureRows(long address, int needed) {
        int shift = Memory.getInt(address + ROWS_SHIFT);
        if (shift != 0 && (long) needed * ROW_LENGTH <= 1L << shift) {
            return;
        }
        int wider = Math.max(MIN_SHIFT, shift);
        while (1L << wider < (long) needed * ROW_LENGTH) {
            wider++;
        }
        long rows = memory.allocate(1L << wider);
        long old = Memory.getLong(address + ROWS);
        if (shift != 0) {
            Memory.copyWords(old, rows, (long) Memory.getInt(address + COUNT) * ROW_LENGTH);
            memory.free(old, 1L << shift);
        }
        Memory.putLong(address + ROWS, rows);
        Memory.putInt(address + ROWS_SHIFT, wider);
    }

    /** Offset of bytes that were appended; the rows behind {@code kept} are given up. */
    private long appendBytes(long address, int kept, Object base, long offset, int length) {
        int used = Memory.getInt(address + HEAP_USED);
        int shift = Memory.getInt(address + HEAP_SHIFT);
        if (length > 0 && (shift == 0 || (long) used + length > 1L << shift)) {
            compactHeap(address, kept, length);
            used = Memory.getInt(address + HEAP_USED);
        }
        if (length > 0) {
            Memory.copyFrom(base, offset, length, Memory.getLong(address + HEAP) + used);
        }
        Memory.putInt(address + HEAP_USED, used + length);
        return used;
    }

    /** Moves the bytes of the rows that are kept to a heap that is at most half full with more. */
    private void compactHeap(long address, int kept, int more) {
        long live = more;
        for (int i = 0; i < kept; i++) {
            live += Memory.getInt(row(address, i) + BYTES_LENGTH);
        }
        int shift = MIN_SHIFT;
        while (1L << shift < 2 * live) {
            shift++;
        }
        if (shift > 30) {
            throw new ArithmeticException("the bytes of " + description() + " need too much room");
        }
        long heap = memory.allocate(1L << shift);
        if (kept > 0) {
            memory.save(row(address, 0), kept * ROW_LENGTH);
        }
        long old = Memory.getLong(address + HEAP);
        int used = 0;
        for (int i = 0; i < kept; i++) {
            long row = row(address, i);
            int length = Memory.getInt(row + BYTES_LENGTH);
            if (length > 0) {
                Memory.copy(old + Memory.getLong(row + BYTES_OFFSET), heap + used, length);
            }
            Memory.putLong(row + BYTES_OFFSET, used);
            used += length;
        }
        int oldShift = Memory.getInt(address + HEAP_SHIFT);
        if (oldShift != 0) {
            memory.free(old, 1L << oldShift);
        }
        Memory.putLong(address + HEAP, heap);
        Memory.putInt(address + HEAP_SHIFT, shift);
        Memory.putInt(address + HEAP_USED, used);
    }

    private static long row(long address, int index) {
        return Memory.getLong(address + ROWS) + (long) index * ROW_LENGTH;
    }

    private static void load(long row, WideNumber number) {
        number.set(
                Memory.getLong(row + SCORE),
                Memory.getLong(row + SCORE_HIGH),
                Memory.getInt(row + SCORE_SCALE));
    }

    private static void view(long address, long row, DirectBuffer view) {
        long heap = Memory.getLong(address + HEAP);
        view.wrap(heap + Memory.getLong(row + BYTES_OFFSET), Memory.getInt(row + BYTES_LENGTH));
    }

    @Override
    void copy(long target, long source) {
        merge(target, source);
    }

    @Override
    void free(long address) {
        int shift = Memory.getInt(address + ROWS_SHIFT);
        if (shift != 0) {
            memory.free(Memory.getLong(address + ROWS), 1L << shift);
        }
        int heapShift = Memory.getInt(address + HEAP_SHIFT);
        if (heapShift != 0) {
            memory.free(Memory.getLong(address + HEAP), 1L << heapShift);
        }
    }

    @Override
    long fold(long hash, long address) {
        int count = Memory.getInt(address + COUNT);
        long h = StateHash.fold(hash, count);
        for (int i = 0; i < count; i++) {
            long row = row(address, i);
            h = StateHash.foldWords(h, row, BYTES_OFFSET);
            view(address, row, rowBytes);
            h = StateHash.foldBytes(h, rowBytes.addressOffset(), rowBytes.capacity());
        }
        return h;
    }

    @Override
    void writeTo(long address, SnapshotWriter writer) {
        int count = Memory.getInt(address + COUNT);
        writer.putInt(count);
        for (int i = 0; i < count; i++) {
            long row = row(address, i);
            writer.putBytes(row, BYTES_OFFSET);
            view(address, row, rowBytes);
            writer.putBytes(rowBytes.addressOffset(), rowBytes.capacity());
        }
    }

    @Override
    void readFrom(long address, SnapshotReader reader) {
        int count = reader.getCount(limit);
        for (int i = 0; i < count; i++) {
            newScore.set(reader.getLong(), reader.getLong(), reader.getInt());
            byte[] read = new byte[reader.getCount(BytesReader.MAX_LENGTH)];
            newTimeNs = reader.getLong();
            newOrdinal = reader.getLong();
            reader.getBytes(read, 0, read.length);
            newBytes.wrap(read);
            insert(address, read, BufferUtil.ARRAY_BASE_OFFSET);
        }
    }

    @Override
    void read(long address, WideNumber result) {
        result.set(rows(address), 0);
    }

    @Override
    int rows(long address) {
        return Memory.getInt(address + COUNT);
    }

    @Override
    void readBytes(long address, int rank, DirectBuffer view) {
        view(address, rowOf(address, rank), view);
    }

    @Override
    void readScore(long address, int rank, WideNumber result) {
        load(rowOf(address, rank), result);
    }

    private long rowOf(long address, int rank) {
        if (rank < 0 || rank >= rows(address)) {
            throw new IndexOutOfBoundsException("rank=" + rank + " rows=" + rows(address));
        }
        return row(address, rank);
    }
}
