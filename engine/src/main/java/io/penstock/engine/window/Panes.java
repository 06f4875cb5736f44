package io.penstock.engine.window;

import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.memory.Undoable;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.StateHash;
import java.util.Arrays;

/** The live panes of a stage, in the order of their numbers; dropped whole when they expire. */
final class Panes implements Undoable {
    private final UndoLog undo;
    private final boolean longKeys;
    private final Accumulators<?> accumulators;
    private Pane[] panes = new Pane[16];
    private int count;
    private Pane last;
    private boolean lastAdded;
    private Pane[] spare = new Pane[16];
    private int spareCount;
    private int maintained;

    /** Creates no panes yet; a key's value in them is one of the accumulators. */
    Panes(StepContext context, boolean longKeys, Accumulators<?> accumulators) {
        this.undo = context.undo();
        this.longKeys = longKeys;
        this.accumulators = accumulators;
    }

    int count() {
        return count;
    }

    Pane at(int index) {
        return panes[index];
    }

    /** The pane of a number; created in this step if it was not there. */
    Pane findOrAdd(long number) {
        Pane recent = last;
        lastAdded = false;
        if (recent != null && recent.number == number) {
            return recent;
        }
        int index = indexOf(number);
        if (index < 0) {
            lastAdded = true;
            index = -index - 1;
            undo.reserve();
            insert(index, acquire(number));
            undo.record(this, 0, number);
            if (index > 0) { // a pane gets about as many keys as the one before it
                panes[index].table.expect(panes[index - 1].table.size());
            }
        }
        last = panes[index];
        return last;
    }

    /** The pane of a number; null if there is none. */
    Pane find(long number) {
        int index = indexOf(number);
        return index < 0 ? null : panes[index];
    }

    /** Whether the latest {@link #findOrAdd} added its pane. */
    boolean lastAdded() {
        return lastAdded;
    }

    /** A table as the panes have it, with an undo log of its owner's choice. */
    KeyTable newTable(UndoLog log) {
        return accumulators.newTable(longKeys, log);
    }

    /** Drops the first panes; only in a step that cannot fail any more. */
    void dropFirst(int dropped) {
        for (int i = 0; i < dropped; i++) {
            // Not cleared: that could fail, with the panes before it gone.
            panes[i].table.close();
            keep(panes[i]);
        }
        System.arraycopy(panes, dropped, panes, 0, count - dropped);
        Arrays.fill(panes, count - dropped, count, null);
        count -= dropped;
        last = null;
    }

    @Override
    public void undo(int what, long number) {
        int index = indexOf(number);
        Pane pane = panes[index];
        // What the step added to the table is undone already: there is nothing to keep.
        pane.table.close();
        keep(pane);
        System.arraycopy(panes, index + 1, panes, index, count - index - 1);
        panes[--count] = null;
        last = null;
    }

    /** Keys of all panes, each as often as it is in one. */
    long entries() {
        long entries = 0;
        for (int i = 0; i < count; i++) {
            entries += panes[i].table.size();
        }
        return entries;
    }

    /** Puts one pane in order, each call another one; between records. */
    void maintain() {
        if (count > 0) {
            maintained = maintained + 1 < count ? maintained + 1 : 0;
            panes[maintained].table.maintain();
        }
    }

    void writeTo(SnapshotWriter writer) {
        writer.putInt(count);
        for (int i = 0; i < count; i++) {
            writer.putLong(panes[i].number);
            panes[i].table.writeTo(writer);
        }
    }

    void readFrom(SnapshotReader reader) {
        int stored = reader.getInt();
        for (int i = 0; i < stored; i++) {
            Pane pane = acquire(reader.getLong());
            pane.table.readFrom(reader);
            insert(count, pane);
        }
    }

    /** A pane's number goes into the hashes of those key groups that have a key in it. */
    void hashInto(long[] groupHashes) {
        boolean[] met = new boolean[groupHashes.length];
        for (int i = 0; i < count; i++) {
            KeyTable table = panes[i].table;
            Arrays.fill(met, false);
            for (int entry = 0; entry < table.entryCount(); entry++) {
                int group = table.isLive(entry) ? table.keyGroup(entry) : -1;
                if (group >= 0 && !met[group]) {
                    met[group] = true;
                    groupHashes[group] = StateHash.fold(groupHashes[group], panes[i].number);
                }
            }
            table.hashInto(groupHashes);
        }
    }

    private Pane acquire(long number) {
        Pane pane = spareCount > 0 ? spare[--spareCount] : new Pane(newTable(undo));
        pane.number = number;
        pane.isInRun = false;
        return pane;
    }

    /** Keeps an empty pane for the next one. */
    private void keep(Pane pane) {
        if (spareCount == spare.length) {
            spare = Arrays.copyOf(spare, spareCount * 2);
        }
        spare[spareCount++] = pane;
    }

    private void insert(int index, Pane pane) {
        if (count == panes.length) {
            panes = Arrays.copyOf(panes, count * 2);
        }
        System.arraycopy(panes, index, panes, index + 1, count - index);
        panes[index] = pane;
        count++;
    }

    private int indexOf(long number) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = panes[middle].number;
            if (found == number) {
                return middle;
            }
            if (found < number) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return -low - 1;
    }
}
