package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;

/**
 * What a stage has said about each key of the windows that can still change: how often, and, for
 * retractions, the values it said last. Kept only where results ask for it.
 */
final class EmittedResults {
    private final Panes windows;
    private final Accumulators<?> accumulators;
    private final boolean keepsValues;
    private final boolean longKeys;

    EmittedResults(
            StepContext context,
            boolean longKeys,
            Accumulators<?> accumulators,
            boolean keepsValues) {
        this.accumulators = accumulators;
        this.keepsValues = keepsValues;
        this.longKeys = longKeys;
        this.windows =
                new Panes(
                        context,
                        longKeys,
                        keepsValues ? Long.BYTES + accumulators.lengthBytes() : Long.BYTES,
                        keepsValues ? Long.BYTES + accumulators.hashedLength() : Long.BYTES);
    }

    /** What is known of a key, which a table's value belongs to, in a window; 0 if nothing. */
    long find(long window, KeyTable table, long value) {
        KeyTable emitted = windows.findOrAdd(window).table;
        long entry =
                longKeys
                        ? emitted.findOrAdd(table.longKeyOf(value))
                        : emitted.findOrAdd(table.keyAddressOf(value), table.keyLengthOf(value));
        if (!emitted.lastAdded()) {
            emitted.forWrite(entry);
        }
        return entry;
    }

    /** How many results there were. */
    long count(long entry) {
        return Memory.getLong(entry);
    }

    /** The values of the last result; where they are kept. */
    long values(long entry) {
        return entry + Long.BYTES;
    }

    /** Notes one more result. */
    void note(long entry, long value) {
        Memory.putLong(entry, Memory.getLong(entry) + 1);
        if (keepsValues) {
            accumulators.copy(value, entry + Long.BYTES);
        }
    }

    /** Windows that are known, the first first. */
    int count() {
        return windows.count();
    }

    /** Number of the first window that is known. */
    long firstWindow() {
        return windows.at(0).number;
    }

    /** Forgets the first window; only in a step that cannot fail any more. */
    void dropFirst() {
        windows.dropFirst(1);
    }

    void writeTo(SnapshotWriter writer) {
        windows.writeTo(writer);
    }

    void readFrom(SnapshotReader reader) {
        windows.readFrom(reader);
    }

    void hashInto(long[] groupHashes) {
        windows.hashInto(groupHashes);
    }
}
