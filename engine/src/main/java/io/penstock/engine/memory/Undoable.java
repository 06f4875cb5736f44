package io.penstock.engine.memory;

/** Something whose changes can be taken back in reverse order. */
public interface Undoable {
    /**
     * Called by {@link UndoLog#rollback()} once for each {@link UndoLog#record}, latest first. Must
     * not throw, write to the log or need memory that was not there before the step.
     *
     * @param what which kind of change, as it was recorded
     * @param old what was recorded with it
     */
    void undo(int what, long old);

    /**
     * Called by {@link UndoLog#commit()} once for each {@link UndoLog#recordBoth}, latest first.
     * Must not throw or write to the log.
     */
    default void commit(int what, long old) {}
}
