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
    private final WindowValues<?> values;
    private final Accumulators<?> kept;
    private final boolean longKeys;

    EmittedResults(
            StepContext context, boolean longKeys, WindowValues<?> values, boolean keepsValues) {
        this.values = values;
        this.kept = keepsValues ? values.accumulators() : values.prefixOnly();
        this.longKeys = longKeys;
        this.windows = new Panes(context, longKeys, kept);
    }

    /** What was said last about the key, which a table's value belongs to, in a window. */
    long find(long window, KeyTable table, long value) {
        KeyTable emitted = windows.findOrAdd(window).table;
        long entry =
                longKeys
                        ? emitted.findOrAdd(table.longKeyOf(value))
                        : emitted.findOrAdd(table.keyAddressOf(value), table.keyLengthOf(value));
        return emitted.lastAdded() ? entry : emitted.forWrite(entry);
    }

    /** What was said last about a key in a window and stands; 0 if there is none. */
    long findStanding(long window, KeyTable table, long value) {
        Pane pane = windows.find(window);
        if (pane == null) {
            return 0;
        }
        return longKeys
                ? pane.table.find(table.longKeyOf(value))
                : pane.table.find(table.keyAddressOf(value), table.keyLengthOf(value));
    }

    /** Forgets what {@link #findStanding} found. */
    void remove(long window, KeyTable table, long value) {
        KeyTable emitted = windows.find(window).table;
        if (longKeys) {
            emitted.remove(table.longKeyOf(value));
        } else {
            emitted.remove(table.keyAddressOf(value), table.keyLengthOf(value));
        }
    }

    /** Puts what is kept in order, a little at a time; between records. */
    void maintain() {
        windows.maintain();
    }

    /** Replaces what was said last. */
    void note(long entry, long value, long revision) {
        kept.free(entry);
        Memory.zeroWords(entry, kept.valueLength());
        kept.copy(entry, value);
        values.revision(entry, revision);
    }

    /** Windows that are known. */
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
