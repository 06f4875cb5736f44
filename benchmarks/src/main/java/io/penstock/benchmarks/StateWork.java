package io.penstock.benchmarks;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.state.KeyTable;
import java.util.SplittableRandom;

/** Random keys of a table that holds all of them, looked for or written to. One thread. */
final class StateWork extends Work {
    private static final int VALUE_LENGTH = 24;
    private static final long SEED = 20_261_121L;
    private static final long UNDO_BYTES = 64L << 20;

    private final int keys;
    private final boolean isWriting;
    private final long[] wanted;
    private final Arena arena;
    private final UndoLog undo;
    private final KeyTable table;
    private final long added;
    private long before;
    private long sum;

    /**
     * Fills the table: its values are the numbers of its keys.
     *
     * @param isWriting whether one is added to each value, as a step does; else it is read
     */
    StateWork(int keys, int count, boolean isWriting) {
        super(isWriting ? "state-put" : "state-get", count);
        this.keys = keys;
        this.isWriting = isWriting;
        this.arena = new Arena("state", 200L * keys + (16 << 20));
        this.undo = new UndoLog(UNDO_BYTES, arena);
        this.table = KeyTable.ofLongs(arena, undo, VALUE_LENGTH, SEED);
        for (int i = 0; i < keys; i++) {
            Memory.putLong(table.findOrAdd(key(i)), i);
            undo.commit();
        }
        SplittableRandom random = new SplittableRandom(SEED);
        this.wanted = new long[count];
        long all = 0;
        for (int i = 0; i < count; i++) {
            int number = random.nextInt(keys);
            wanted[i] = key(number);
            all += number;
        }
        this.added = isWriting ? count : all;
    }

    private static long key(int number) {
        return Answer.finish(number + 1L);
    }

    @Override
    Answer expected() {
        return new Answer(keys, added);
    }

    @Override
    public void prepare() {
        sum = 0;
        before = isWriting ? total() : 0;
    }

    @Override
    public void run() {
        if (isWriting) {
            for (long key : wanted) {
                long value = table.forWrite(table.findOrAdd(key));
                Memory.putLong(value, Memory.getLong(value) + 1);
                undo.commit();
            }
        } else {
            for (long key : wanted) {
                sum += Memory.getLong(table.find(key));
            }
        }
    }

    private long total() {
        long all = 0;
        for (int entry = 0; entry < table.entryCount(); entry++) {
            all += Memory.getLong(table.valueAddress(entry));
        }
        return all;
    }

    @Override
    public Answer finish() {
        return new Answer(table.size(), isWriting ? total() - before : sum);
    }

    /** Gives the table back. */
    void close() {
        table.close();
        undo.close();
        arena.close();
    }
}
