package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.window.WideNumber;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.function.ToLongFunction;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Number of distinct values, exactly: how often each value stands in a key's rows, in a table
 * beside them.
 *
 * <p>The value stands in the row, bytes behind their length. The table follows from the rows: it is
 * neither part of a snapshot nor of the state's hash, and is made anew on restore.
 *
 * <pre>
 *   entry of the table
 *   0         length of the value                     0      8
 *   +---------+--------------------+                  +------+
 *   | value   | the stage's key    |        ------>   | rows |
 *   +---------+--------------------+                  +------+
 * </pre>
 */
@HotPath
final class DistinctAccumulator<T extends MessageDecoderFlyweight> extends Accumulator<T> {
    private static final int DISTINCT = 0;
    private static final int LENGTH_LENGTH = Long.BYTES;

    private final ToLongFunction<T> number;
    private final Key.BytesExtractor<T> bytes;
    private final int maxLength;
    private final int valueLength;
    private final UnsafeBuffer extracted;
    private Rows<T> rows;
    private KeyTable table;
    private long entryKey;

    /**
     * Creates it over numbers or over bytes, the other being null.
     *
     * @param maxLength of bytes
     */
    DistinctAccumulator(ToLongFunction<T> number, Key.BytesExtractor<T> bytes, int maxLength) {
        super(Long.BYTES);
        this.number = number;
        this.bytes = bytes;
        this.maxLength = maxLength;
        this.valueLength =
                number != null ? Long.BYTES : LENGTH_LENGTH + (maxLength + 7) / 8 * Long.BYTES;
        this.extracted = new UnsafeBuffer(new byte[number != null ? 0 : Key.MAX_LENGTH_BYTES]);
    }

    @Override
    int rowLength() {
        return valueLength;
    }

    @Override
    void open(Rows<T> stageRows, StepContext context) {
        rows = stageRows;
        table = KeyTable.ofBytes(context.arena(), context.undo(), Long.BYTES, context.hashSeed());
        int keyLength = rows.hasLongKeys() ? Long.BYTES : Key.MAX_LENGTH_BYTES;
        entryKey = context.arena().allocate(valueLength + keyLength);
    }

    @Override
    void fill(long row, Event<T> event) {
        long at = inRow(row);
        if (number != null) {
            Memory.putLong(at, number.applyAsLong(event.message()));
            return;
        }
        int length = bytes.extract(event.message(), extracted);
        if (length > maxLength) {
            throw new PenstockException(
                    Category.LIMIT,
                    "a value of distinctBytes must fit: limit="
                            + maxLength
                            + " length="
                            + length
                            + " bytes (declare a larger maxLengthBytes)");
        }
        Memory.putLong(at, length);
        Memory.copyFrom(extracted, 0, length, at + LENGTH_LENGTH);
    }

    @Override
    void add(long state, long key, long index, long row) {
        if (addOne(key, row)) {
            Memory.putLong(state + DISTINCT, Memory.getLong(state + DISTINCT) + 1);
        }
    }

    /** Adds a row's value to the table; whether it is new. */
    private boolean addOne(long key, long row) {
        int length = entryKeyOf(key, row);
        if (length > KeyTable.MAX_KEY_LENGTH) {
            throw new PenstockException(
                    Category.LIMIT,
                    "key and value of distinct must fit together: limit="
                            + KeyTable.MAX_KEY_LENGTH
                            + " length="
                            + length
                            + " bytes (use a shorter key)");
        }
        long count = table.findOrAdd(entryKey, length);
        boolean isNew = table.lastAdded();
        if (!isNew) {
            table.forWrite(count);
        }
        Memory.putLong(count, Memory.getLong(count) + 1);
        return isNew;
    }

    @Override
    void retract(long state, long key, long index, long row) {
        int length = entryKeyOf(key, row);
        long count = table.find(entryKey, length);
        long left = Memory.getLong(count) - 1;
        if (left == 0) {
            table.remove(entryKey, length);
            Memory.putLong(state + DISTINCT, Memory.getLong(state + DISTINCT) - 1);
        } else {
            Memory.putLong(table.forWrite(count), left);
        }
    }

    /** Puts value and key together; returns the length. */
    private int entryKeyOf(long key, long row) {
        long at = inRow(row);
        int length = number != null ? Long.BYTES : LENGTH_LENGTH + (int) Memory.getLong(at);
        Memory.copy(at, entryKey, length);
        int keyLength = rows.keyLength(key);
        Memory.copy(rows.keyAddress(key), entryKey + length, keyLength);
        return length + keyLength;
    }

    @Override
    boolean isPresent(long state, long count) {
        return true;
    }

    @Override
    void read(long state, long key, long count, WideNumber result) {
        result.set(state == 0 ? 0 : Memory.getLong(state + DISTINCT), 0);
    }

    @Override
    void maintain() {
        table.maintain();
    }

    @Override
    void restored(long key) {
        for (long i = rows.firstIndex(key); i < rows.endIndex(key); i++) {
            addOne(key, rows.row(key, i));
        }
    }
}
