package io.penstock.engine.memory;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.Arrays;

/**
 * What one step changed, so that a failed step leaves no trace.
 *
 * <p>Every write of state goes through it: bytes are saved before they are overwritten, changes
 * that a structure can reverse by itself are recorded, and blocks are freed when it is certain that
 * nobody needs them. One of {@link #commit()} and {@link #rollback()} ends a step; without frees a
 * commit only resets two positions.
 *
 * <p>One thread. A rollback needs no memory.
 */
public final class UndoLog implements AutoCloseable {
    /** The setting that an exhausted limit is raised by. */
    public static final String SETTING = "undoLimit";

    // Records are read from the end, so what a record is stands in its last word:
    //
    //   SAVE                 | bytes, padded to 8 | address | length << 8 | 1 |
    //   RECORD               | old                | what    |             | 2 |
    //   FREE_ON_COMMIT       | address            | bytes   |             | 3 |
    //   FREE_ON_ROLLBACK     | address            | bytes   |             | 4 |
    //
    //   RECORD_BOTH          | old                | what    |             | 5 |
    //
    // The target or arena of each of the last four is the next of the objects. What a commit has
    // to do is counted, and only then does it look at the records.
    private static final int SAVE = 1;
    private static final int RECORD = 2;
    private static final int FREE_ON_COMMIT = 3;
    private static final int FREE_ON_ROLLBACK = 4;
    private static final int RECORD_BOTH = 5;
    private static final int KIND_MASK = 0xff;
    private static final int KIND_BITS = 8;
    private static final int TAIL_LENGTH = 16;
    private static final int SHORT_RECORD_LENGTH = 24;
    private static final long INITIAL_BYTES = 4096;

    /** Told of what is about to be overwritten; null if nobody freezes what is. */
    private final Arena watched;

    private long limitBytes;
    private long buffer;
    private long capacity;

    /** What may be used without asking: the lower of capacity and limit. */
    private long ceiling;

    private long position;
    private Object[] objects = new Object[64];
    private int objectCount;
    private int commitActions;
    private long steps;

    /** Creates an empty log that may hold up to {@code limitBytes} of changes of one step. */
    public UndoLog(long limitBytes) {
        this(limitBytes, null);
    }

    /**
     * Creates an empty log.
     *
     * @param limitBytes most bytes of changes of one step
     * @param watched arena that the bytes are of that it saves, and that may be frozen
     */
    public UndoLog(long limitBytes, Arena watched) {
        this.watched = watched;
        this.limitBytes = limitBytes;
        this.capacity = Math.min(INITIAL_BYTES, limitBytes);
        this.ceiling = capacity;
        this.buffer = NativeMemory.allocate(capacity);
    }

    /**
     * Changes the limit, between two steps. With a limit of n bytes a step fails at the first
     * change that passes them: so a test makes any change of any step the one that fails.
     */
    public void limit(long newLimitBytes) {
        if (!isEmpty()) {
            throw new IllegalStateException("a step is in progress");
        }
        limitBytes = newLimitBytes;
        ceiling = Math.min(capacity, newLimitBytes);
    }

    /** Whether the step has changed nothing so far. */
    public boolean isEmpty() {
        return position == 0;
    }

    /** Bytes of changes the step has made so far. */
    public long usedBytes() {
        return position;
    }

    /** Number of the step in progress: who has saved something in it need not save that again. */
    public long step() {
        return steps;
    }

    /** Saves bytes that are about to be overwritten. */
    public void save(long address, int length) {
        if (watched != null) {
            watched.beforeWrite(address, length);
        }
        int padded = (length + 7) & -8;
        long at = claim(padded + TAIL_LENGTH);
        if (padded == length) {
            Memory.copyWords(address, at, length);
        } else {
            Memory.copy(address, at, length);
        }
        putTail(at + padded, address, length);
    }

    /** Saves eight bytes that are about to be overwritten: as {@link #save}, in fewer words. */
    public void saveLong(long address) {
        if (watched != null) {
            watched.beforeWrite(address, Long.BYTES);
        }
        long at = claim(Long.BYTES + TAIL_LENGTH);
        Memory.putLong(at, Memory.getLong(address));
        putTail(at + Long.BYTES, address, Long.BYTES);
    }

    /** Saves sixteen bytes that are about to be overwritten: as {@link #save}, in fewer words. */
    public void saveTwoLongs(long address) {
        if (watched != null) {
            watched.beforeWrite(address, 2 * Long.BYTES);
        }
        long at = claim(2 * Long.BYTES + TAIL_LENGTH);
        Memory.putLong(at, Memory.getLong(address));
        Memory.putLong(at + Long.BYTES, Memory.getLong(address + Long.BYTES));
        putTail(at + 2 * Long.BYTES, address, 2 * Long.BYTES);
    }

    /**
     * Saves values of one length that are about to be overwritten: as {@link #save} each of them.
     *
     * @param addresses of the values, from 0 to before {@code count}
     * @param length of each, bytes, a multiple of 8
     */
    public void saveAll(long[] addresses, int count, int length) {
        if (watched != null) {
            watched.beforeWrites(addresses, count, length);
        }
        int recordLength = length + TAIL_LENGTH;
        long at = claim((long) count * recordLength);
        for (int i = 0; i < count; i++) {
            Memory.copyWords(addresses[i], at, length);
            putTail(at + length, addresses[i], length);
            at += recordLength;
        }
    }

    private static void putTail(long at, long address, int length) {
        Memory.putLong(at, address);
        Memory.putLong(at + Long.BYTES, ((long) length << KIND_BITS) | SAVE);
    }

    /** Records a change that {@code target} can take back by itself. */
    public void record(Undoable target, int what, long old) {
        putShort(RECORD, target, old, what);
    }

    /** Like {@link #record}, and a commit calls {@link Undoable#commit} as well. */
    public void recordBoth(Undoable target, int what, long old) {
        putShort(RECORD_BOTH, target, old, what);
        commitActions++;
    }

    /** Frees a block when the step commits. */
    public void freeOnCommit(Arena arena, long address, long bytes) {
        putShort(FREE_ON_COMMIT, arena, address, bytes);
        commitActions++;
    }

    /** Frees a block when the step rolls back. */
    public void freeOnRollback(Arena arena, long address, long bytes) {
        putShort(FREE_ON_ROLLBACK, arena, address, bytes);
    }

    /** Allocates a block that a rollback frees again, and leaks nothing if either limit is met. */
    public long allocate(Arena arena, long bytes) {
        ensure(SHORT_RECORD_LENGTH);
        long address = arena.allocate(bytes);
        freeOnRollback(arena, address, bytes);
        return address;
    }

    /** Makes sure that a record can be added without failing. */
    public void reserve() {
        ensure(SHORT_RECORD_LENGTH);
    }

    /** Ends the step: its changes stay. */
    public void commit() {
        if (commitActions != 0) {
            act();
        }
        position = 0;
        objectCount = 0;
        steps++;
    }

    /** Ends the step: its changes are taken back, the latest first. */
    public void rollback() {
        while (position > 0) {
            long tail = Memory.getLong(buffer + position - 8);
            int kind = (int) tail & KIND_MASK;
            long word = Memory.getLong(buffer + position - TAIL_LENGTH);
            if (kind == SAVE) {
                int length = (int) (tail >>> KIND_BITS);
                position -= ((length + 7) & -8) + TAIL_LENGTH;
                Memory.copy(buffer + position, word, length);
                continue;
            }
            position -= SHORT_RECORD_LENGTH;
            Object object = objects[--objectCount];
            long first = Memory.getLong(buffer + position);
            if (kind == RECORD || kind == RECORD_BOTH) {
                ((Undoable) object).undo((int) word, first);
            } else if (kind == FREE_ON_ROLLBACK) {
                ((Arena) object).free(first, word);
            }
        }
        commitActions = 0;
        steps++;
    }

    /** Frees the log's own memory, whatever is in it. */
    @Override
    public void close() {
        if (buffer != 0) {
            NativeMemory.free(buffer);
            buffer = 0;
            capacity = 0;
            ceiling = 0;
            position = 0;
            objectCount = 0;
            commitActions = 0;
            objects = new Object[0];
        }
    }

    private void putShort(int kind, Object object, long first, long second) {
        long at = claim(SHORT_RECORD_LENGTH);
        if (objectCount == objects.length) {
            objects = Arrays.copyOf(objects, objectCount * 2);
        }
        objects[objectCount++] = object;
        Memory.putLong(at, first);
        Memory.putLong(at + 8, second);
        Memory.putLong(at + 16, kind);
    }

    private void act() {
        long at = position;
        int object = objectCount;
        while (commitActions > 0) {
            long tail = Memory.getLong(buffer + at - 8);
            int kind = (int) tail & KIND_MASK;
            if (kind == SAVE) {
                at -= (((tail >>> KIND_BITS) + 7) & -8) + TAIL_LENGTH;
                continue;
            }
            at -= SHORT_RECORD_LENGTH;
            object--;
            if (kind == FREE_ON_COMMIT) {
                Arena arena = (Arena) objects[object];
                arena.free(Memory.getLong(buffer + at), Memory.getLong(buffer + at + 8));
                commitActions--;
            } else if (kind == RECORD_BOTH) {
                Undoable target = (Undoable) objects[object];
                int what = (int) Memory.getLong(buffer + at + 8);
                target.commit(what, Memory.getLong(buffer + at));
                commitActions--;
            }
        }
    }

    private long claim(long length) {
        ensure(length);
        long at = buffer + position;
        position += length;
        return at;
    }

    private void ensure(long length) {
        if (position + length > ceiling) {
            grow(position + length);
        }
    }

    private void grow(long needed) {
        if (needed > limitBytes) {
            throw new PenstockException(
                    Category.LIMIT,
                    "the changes of one step must fit the undo log: limit="
                            + limitBytes
                            + " asked="
                            + needed
                            + " bytes (raise "
                            + SETTING
                            + ", or change less in one step)");
        }
        long next = Math.min(limitBytes, Math.max(needed, capacity * 2));
        long replacement = NativeMemory.allocateDirty(next);
        Memory.copy(buffer, replacement, position);
        NativeMemory.free(buffer);
        buffer = replacement;
        capacity = next;
        ceiling = next;
    }
}
