package io.penstock.engine.state;

import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;

/**
 * Values that hold memory of their own in the table's arena, and who looks after it.
 *
 * <p>The table calls it wherever it treats a value as a whole. A value that is all zero holds
 * nothing. Entries may move: nothing may point into a value. One thread, that of the table.
 */
public interface ManagedValues {
    /**
     * Frees what a value holds; the value itself is not looked at afterwards.
     *
     * @param log frees when its step commits; null frees at once
     */
    void free(long valueAddress, UndoLog log);

    /** Whether a value is written as it lies, every byte of it, and holds nothing beside. */
    default boolean isPlain() {
        return false;
    }

    /** Folds a value by its content, never by an address. */
    long fold(long hash, long valueAddress);

    /** Writes a value and what it holds. */
    void writeTo(long valueAddress, SnapshotWriter writer);

    /** Reads what {@link #writeTo} wrote into a value that is zero, past any undo log. */
    void readFrom(long valueAddress, SnapshotReader reader);
}
