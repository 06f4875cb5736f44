package io.penstock.engine.window;

import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;

/**
 * The way of accumulators to memory of their own.
 *
 * <p>Logged, as within a step: bytes are saved before they are overwritten, a rollback frees what
 * was allocated, a commit frees what was given back. Not logged, for what nobody rolls back (tables
 * that are made for one firing, restored state): all of it happens at once. Either way a structure
 * allocates first, fills the new block, and only then lets go of the old one, so that a limit that
 * is met leaves it whole.
 *
 * <p>One per stage; the core's thread.
 */
final class AccumulatorMemory {
    private final Arena arena;
    private final UndoLog undo;
    private final long hashSeed;
    private UndoLog log;

    AccumulatorMemory(Arena arena, UndoLog undo, long hashSeed) {
        this.arena = arena;
        this.undo = undo;
        this.hashSeed = hashSeed;
        this.log = undo;
    }

    /** Seed of indexes; never decides an answer. */
    long hashSeed() {
        return hashSeed;
    }

    /** Uses another log; null for none. Returns the one before. */
    UndoLog use(UndoLog next) {
        UndoLog before = log;
        log = next;
        return before;
    }

    /** Uses the step's log again. */
    void useStep() {
        log = undo;
    }

    /** Whether a rollback may follow. */
    boolean isLogged() {
        return log != null;
    }

    /** Allocates zeroed bytes. Throws LIMIT. */
    long allocate(long bytes) {
        return log == null ? arena.allocate(bytes) : log.allocate(arena, bytes);
    }

    /** Gives a block back. */
    void free(long address, long bytes) {
        if (log == null) {
            arena.free(address, bytes);
        } else {
            log.freeOnCommit(arena, address, bytes);
        }
    }

    /** Saves bytes that are about to be overwritten. */
    void save(long address, int length) {
        if (log != null) {
            log.save(address, length);
        }
    }

    /** Writes a word whose old content is saved. */
    void putLong(long address, long value) {
        save(address, Long.BYTES);
        Memory.putLong(address, value);
    }
}
