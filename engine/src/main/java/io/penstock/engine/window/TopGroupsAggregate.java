package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import java.util.function.ToLongFunction;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The values that occur most often, or with the largest sum of a number: exact, all values are kept
 * with their scores. Of one score, the smaller value comes first.
 *
 * <p>Memory of a pane and key: 16 bytes of accumulator for integers, 32 for bytes; per distinct
 * value 21 to 43 bytes for the count of integers, 43 to 86 for the sum over them, 32 to 64 for the
 * count of bytes, 46 to 91 for the sum over them; and once to twice the length of bytes.
 */
@HotPath
final class TopGroupsAggregate<T extends MessageDecoderFlyweight> extends NestedAggregate<T> {
    private static final int COUNT_LENGTH = 8;
    private static final int SUM_LENGTH = 24;
    private static final int SUM_HIGH = 8;
    private static final int SUM_SCALE = 16;

    private final int limit;
    private final ToLongFunction<T> integer;
    private final Key.BytesExtractor<T> extractor;
    private final NumberOf<T> number;
    private final Ties ties;
    private final BytesReader<T> bytes;
    private final WideNumber sum = new WideNumber();
    private final WideNumber other = new WideNumber();
    private final UnsafeBuffer left = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer right = new UnsafeBuffer(0, 0);

    /** Entries of the best, best first, of the accumulator at {@link #selected}. */
    private final int[] best;

    private int bestCount;
    private long selected;

    /**
     * Creates an aggregate.
     *
     * @param integer the value, or null if it is bytes
     * @param extractor the value, or null if it is an integer
     * @param number what is summed; null counts
     * @param memory null in a plan
     */
    TopGroupsAggregate(
            int limit,
            ToLongFunction<T> integer,
            Key.BytesExtractor<T> extractor,
            NumberOf<T> number,
            Ties ties,
            AccumulatorMemory memory) {
        super(
                (number == null ? "topByCount(" : "topBySum(")
                        + limit
                        + (integer == null ? "," + ties : "")
                        + ")",
                headLength(integer == null),
                memory == null ? null : table(memory, integer != null, number != null));
        this.limit = limit;
        this.integer = integer;
        this.extractor = extractor;
        this.number = number;
        this.ties = ties;
        this.bytes = memory == null || extractor == null ? null : new BytesReader<>(extractor);
        this.best = memory == null ? null : new int[limit];
    }

    private static NestedTable table(AccumulatorMemory memory, boolean isInteger, boolean isSum) {
        int payload = isSum ? SUM_LENGTH : COUNT_LENGTH;
        return isInteger
                ? NestedTable.ofWords(memory, 1, payload)
                : NestedTable.ofBytes(memory, payload);
    }

    @Override
    Aggregate<T> forStage(AccumulatorMemory memory) {
        return new TopGroupsAggregate<>(limit, integer, extractor, number, ties, memory);
    }

    @Override
    void add(long address, Event<T> event) {
        long payload;
        if (integer != null) {
            payload = table.findOrAdd(address, integer.applyAsLong(event.message()));
        } else if (bytes.read(event)) {
            payload = table.findOrAdd(address, bytes.base(), bytes.offset(), bytes.length());
        } else {
            return;
        }
        if (number == null) {
            Memory.putLong(table.forWrite(address, payload), Memory.getLong(payload) + 1);
        } else {
            T message = event.message();
            other.set(number.mantissa(message), number.scale(message));
            addSum(address, payload);
        }
        selected = 0;
    }

    private void addSum(long address, long payload) {
        load(sum, payload).add(other);
        table.forWrite(address, payload);
        Memory.putLong(payload, sum.low());
        Memory.putLong(payload + SUM_HIGH, sum.high());
        Memory.putLong(payload + SUM_SCALE, sum.scale());
    }

    private static WideNumber load(WideNumber into, long payload) {
        return into.set(
                Memory.getLong(payload),
                Memory.getLong(payload + SUM_HIGH),
                (int) Memory.getLong(payload + SUM_SCALE));
    }

    @Override
    void mergeEntry(long target, long source, int index) {
        long payload = table.findOrAddFrom(target, source, index);
        long theirs = table.payload(source, index);
        if (number == null) {
            table.forWrite(target, payload);
            Memory.putLong(payload, Memory.getLong(payload) + Memory.getLong(theirs));
        } else {
            load(other, theirs);
            addSum(target, payload);
        }
        selected = 0;
    }

    @Override
    void read(long address, WideNumber result) {
        select(address);
        result.set(bestCount, 0);
    }

    @Override
    int rows(long address) {
        return bestOf(address);
    }

    @Override
    void readBytes(long address, int rank, DirectBuffer view) {
        int entry = entryOf(address, rank);
        view.wrap(table.keyAddress(address, entry), table.keyLength(address, entry));
    }

    @Override
    void readKey(long address, int rank, WideNumber result) {
        if (integer == null) {
            super.readKey(address, rank, result);
        }
        result.set(Memory.getLong(table.entry(address, entryOf(address, rank))), 0);
    }

    @Override
    void readScore(long address, int rank, WideNumber result) {
        readScoreOf(address, entryOf(address, rank), result);
    }

    private int entryOf(long address, int rank) {
        int count = bestOf(address);
        if (rank < 0 || rank >= count) {
            throw new IndexOutOfBoundsException("rank=" + rank + " rows=" + count);
        }
        return best[rank];
    }

    private int bestOf(long address) {
        if (selected != address) {
            select(address);
        }
        return bestCount;
    }

    private void readScoreOf(long address, int entry, WideNumber result) {
        long payload = table.payload(address, entry);
        if (number == null) {
            result.set(Memory.getLong(payload), 0);
        } else {
            load(result, payload);
        }
    }

    /** Finds the best, each by a search among those found so far. */
    private void select(long address) {
        int count = table.count(address);
        bestCount = 0;
        for (int entry = 0; entry < count; entry++) {
            if (bestCount == limit && !isBefore(address, entry, best[limit - 1])) {
                continue;
            }
            int low = 0;
            int high = bestCount == limit ? limit - 1 : bestCount;
            int last = high;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (isBefore(address, entry, best[middle])) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            System.arraycopy(best, low, best, low + 1, last - low);
            best[low] = entry;
            bestCount = last + 1;
        }
        selected = address;
    }

    private boolean isBefore(long address, int entry, int than) {
        int order;
        if (number == null) {
            order =
                    Long.compare(
                            Memory.getLong(table.payload(address, entry)),
                            Memory.getLong(table.payload(address, than)));
        } else {
            readScoreOf(address, entry, sum);
            readScoreOf(address, than, other);
            order = sum.compareValue(other);
        }
        if (order != 0) {
            return order > 0;
        }
        if (integer != null) {
            return Memory.getLong(table.entry(address, entry))
                    < Memory.getLong(table.entry(address, than));
        }
        left.wrap(table.keyAddress(address, entry), table.keyLength(address, entry));
        right.wrap(table.keyAddress(address, than), table.keyLength(address, than));
        order =
                ties == Ties.NUMBERS
                        ? TextOrder.compareNumbers(left, right)
                        : TextOrder.compareBytes(left, right);
        return order < 0;
    }
}
