package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.state.KeyedDeque;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The rows of all keys of a stage: per key a queue, and in its head what runs over it.
 *
 * <pre>
 *   0          8       16
 *   +----------+-------+----------------------+
 *   | lastTime | count | accumulators ...     |
 *   +----------+-------+----------------------+
 * </pre>
 *
 * where lastTime is the largest event time of the key's rows, and count is that of the rows. A key
 * is named by the address of its queue, good until the record ends.
 */
@HotPath
final class Rows<T extends MessageDecoderFlyweight> {
    static final int HEAD_LENGTH = 16;

    private static final int LAST_TIME = 0;
    private static final int COUNT = 8;

    private final KeyedDeque deques;
    private final UndoLog undo;
    private final RowLayout<T> layout;
    private final boolean longKeys;

    Rows(StepContext context, boolean longKeys, RowLayout<T> layout, int stateLength) {
        this.undo = context.undo();
        this.layout = layout;
        this.longKeys = longKeys;
        int headLength = HEAD_LENGTH + stateLength;
        this.deques =
                longKeys
                        ? KeyedDeque.ofLongs(
                                context.arena(),
                                undo,
                                headLength,
                                layout.length(),
                                context.hashSeed())
                        : KeyedDeque.ofBytes(
                                context.arena(),
                                undo,
                                headLength,
                                layout.length(),
                                context.hashSeed());
    }

    KeyedDeque deques() {
        return deques;
    }

    RowLayout<T> layout() {
        return layout;
    }

    UndoLog undo() {
        return undo;
    }

    boolean hasLongKeys() {
        return longKeys;
    }

    /** Saves a key's head before it is changed. */
    void save(long key) {
        deques.headForWrite(key);
    }

    /** Where a key's accumulators begin. */
    long state(long key) {
        return deques.head(key) + HEAD_LENGTH;
    }

    long lastTimeNs(long key) {
        return Memory.getLong(deques.head(key) + LAST_TIME);
    }

    void lastTimeNs(long key, long timeNs) {
        Memory.putLong(deques.head(key) + LAST_TIME, timeNs);
    }

    /** Rows of a key, kept or not. */
    long count(long key) {
        return Memory.getLong(deques.head(key) + COUNT);
    }

    void count(long key, long count) {
        Memory.putLong(deques.head(key) + COUNT, count);
    }

    long firstIndex(long key) {
        return deques.firstIndex(key);
    }

    long endIndex(long key) {
        return deques.endIndex(key);
    }

    long row(long key, long index) {
        return deques.address(key, index);
    }

    /** Appends a row of zeros. */
    long append(long key) {
        return deques.append(key);
    }

    /**
     * Where a row of a time belongs that has been appended: behind all that are not later. Moves
     * those up and leaves zeros.
     */
    long makeRoom(long key, long timeNs) {
        long index = endIndex(key) - 1;
        long first = firstIndex(key);
        int length = layout.length();
        while (index > first && layout.timeNs(row(key, index - 1)) > timeNs) {
            Memory.copyWords(row(key, index - 1), deques.forWrite(row(key, index)), length);
            index--;
        }
        Memory.zeroWords(deques.forWrite(row(key, index)), length);
        return index;
    }

    /** Bytes of a key; the address is {@link #keyAddress}. */
    int keyLength(long key) {
        return longKeys ? Long.BYTES : deques.keys().keyLengthOf(key);
    }

    /** Where a key's number or bytes lie. */
    long keyAddress(long key) {
        return longKeys ? key - Long.BYTES : deques.keys().keyAddressOf(key);
    }
}
