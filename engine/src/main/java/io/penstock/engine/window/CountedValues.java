package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.ManagedValues;
import io.penstock.engine.state.StateHash;

/**
 * A window's value, and behind it how many events it has and from when to when.
 *
 * <pre>
 *   0                    length of the value
 *   +--------------------+-------+-------------+------------+
 *   | value of the stage | count | firstTimeNs | lastTimeNs |
 *   +--------------------+-------+-------------+------------+
 * </pre>
 */
final class CountedValues implements ManagedValues {
    private static final int FIRST_TIME = 8;
    private static final int LAST_TIME = 16;
    private static final int LENGTH = 24;

    private final Accumulators<?> accumulators;
    private final int countAt;

    CountedValues(Accumulators<?> accumulators) {
        this.accumulators = accumulators;
        this.countAt = accumulators.valueLength();
    }

    /** Bytes of a value with its count. */
    int lengthBytes() {
        return countAt + LENGTH;
    }

    /** Counts the first event of a value. */
    void start(long value, long timeNs) {
        long at = value + countAt;
        Memory.putLong(at, 1);
        Memory.putLong(at + FIRST_TIME, timeNs);
        Memory.putLong(at + LAST_TIME, timeNs);
    }

    /** Counts a further event. */
    void add(long value, long timeNs) {
        long at = value + countAt;
        Memory.putLong(at, Memory.getLong(at) + 1);
        Memory.putLong(at + FIRST_TIME, Math.min(timeNs, firstTimeNs(value)));
        Memory.putLong(at + LAST_TIME, Math.max(timeNs, lastTimeNs(value)));
    }

    /** Events of a value. */
    long count(long value) {
        return Memory.getLong(value + countAt);
    }

    /** Smallest event time of a value. */
    long firstTimeNs(long value) {
        return Memory.getLong(value + countAt + FIRST_TIME);
    }

    /** Largest event time of a value. */
    long lastTimeNs(long value) {
        return Memory.getLong(value + countAt + LAST_TIME);
    }

    @Override
    public void free(long value, UndoLog log) {
        accumulators.free(value, log);
    }

    @Override
    public boolean isPlain() {
        return accumulators.isPlain();
    }

    @Override
    public long fold(long hash, long value) {
        return StateHash.foldWords(accumulators.fold(hash, value), value + countAt, LENGTH);
    }

    @Override
    public void writeTo(long value, SnapshotWriter writer) {
        accumulators.writeTo(value, writer);
        writer.putBytes(value + countAt, LENGTH);
    }

    @Override
    public void readFrom(long value, SnapshotReader reader) {
        accumulators.readFrom(value, reader);
        reader.getBytes(value + countAt, LENGTH);
    }
}
