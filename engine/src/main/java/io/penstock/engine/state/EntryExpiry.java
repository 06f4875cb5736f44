package io.penstock.engine.state;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.memory.Undoable;
import io.penstock.engine.time.Times;

/**
 * When the entries of a {@link KeyTable} expire: a lifetime after they were last used.
 *
 * <p>The time of the last use is the last word of an entry's value, so it is saved and hashed with
 * the table. Entries wait in a heap under a time that is never after the one they expire at: a use
 * only writes the word, and an entry that turns up too early is put back under its true time. So an
 * entry costs 28 bytes more, and a use no sorting.
 *
 * <p>The owner tells of every entry that is added ({@link #added}) and removed ({@link #removing});
 * entries of the table must not be moved to the end or cleared. One thread. Allocates nothing on
 * the heap; every write passes the undo log.
 */
public final class EntryExpiry implements Undoable, EntryMoves {
    /** Bytes that an expiring entry's value has at its end for the time of its last use. */
    public static final int LENGTH = Long.BYTES;

    private static final int INSERTED = 1;
    private static final int REMOVED = 2;

    private final UndoLog undo;
    private final KeyTable table;
    private final ExpiryHeap heap;
    private final int wordOffset;
    private final long lifetimeNs;

    /**
     * Watches over a table that is empty.
     *
     * @param table its values end with the word of the last use
     * @param lifetimeNs after the last use, when an entry expires
     */
    public EntryExpiry(Arena arena, UndoLog undo, KeyTable table, long lifetimeNs) {
        if (lifetimeNs <= 0) {
            throw new IllegalArgumentException(
                    "a lifetime must be positive: lifetimeNs=" + lifetimeNs);
        }
        this.undo = undo;
        this.table = table;
        this.heap = new ExpiryHeap(arena);
        this.wordOffset = table.valueLength() - LENGTH;
        this.lifetimeNs = lifetimeNs;
        table.tellMoves(this);
    }

    /** Notes the first use of the entry that the table added just now. Throws LIMIT. */
    public void added(long value, long timeNs) {
        int entry = table.entryCount() - 1;
        Memory.putLong(value + wordOffset, timeNs);
        heap.ensureRoom(entry);
        undo.record(this, INSERTED, entry);
        heap.insert(entry, Times.add(timeNs, lifetimeNs));
    }

    /** Notes a use of an entry; one that is before the last use changes nothing. */
    public void used(long value, long timeNs) {
        long word = value + wordOffset;
        if (timeNs > Memory.getLong(word)) {
            undo.saveLong(word);
            Memory.putLong(word, timeNs);
        }
    }

    /** Time of an entry's last use. */
    public long lastUseNs(long value) {
        return Memory.getLong(value + wordOffset);
    }

    /** Notes that an entry is about to be removed from the table. */
    public void removing(int entry) {
        undo.record(this, REMOVED, entry);
        heap.remove(entry);
    }

    /** Whether {@link #nextExpired} has something to look at; false if nothing has expired. */
    public boolean mayExpire(long timeNs) {
        return heap.size() > 0 && heap.firstTimeNs() <= timeNs;
    }

    /**
     * The next entry that has expired at a time, to be removed; -1 if there is none. To be called
     * in a step that uses no entry.
     */
    public int nextExpired(long timeNs) {
        while (mayExpire(timeNs)) {
            int entry = heap.firstEntry();
            long expiresNs = expiresNs(entry);
            if (expiresNs <= timeNs) {
                return entry;
            }
            heap.postponeFirst(expiresNs);
        }
        return -1;
    }

    /** Waits for all entries of a table that was restored; outside of steps. */
    public void restore() {
        for (int entry = 0; entry < table.entryCount(); entry++) {
            heap.ensureRoom(entry);
            heap.insert(entry, expiresNs(entry));
        }
    }

    /** Gives back what is far too much; between steps, behind the table's own maintenance. */
    public void maintain() {
        heap.shrink(table.entryCount());
    }

    /** Gives all memory back at once, outside of steps. */
    public void close() {
        heap.free();
    }

    @Override
    public void moved(int from, int to) {
        heap.renumber(from, to);
    }

    @Override
    public void undo(int what, long old) {
        int entry = (int) old;
        if (what == INSERTED) {
            heap.remove(entry);
        } else {
            // The use that the rest of the rollback restores may be an earlier one than the word
            // says now: the entry turns up at once and is put back under its true time.
            heap.insert(entry, Long.MIN_VALUE);
        }
    }

    private long expiresNs(int entry) {
        return Times.add(lastUseNs(table.valueAddress(entry)), lifetimeNs);
    }
}
