package io.penstock.engine.operator;

import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.state.KeyTable;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One block of bytes per key, for handlers: all calls concern the current key.
 *
 * <p>Buffers are views of state, valid until the next call on this state; write only what {@link
 * #update()} gave.
 */
public final class ValueState {
    private final KeyTable table;
    private final UndoLog undo;
    private final int lengthBytes;
    private final CurrentKey key;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);

    ValueState(KeyTable table, UndoLog undo, int lengthBytes, CurrentKey key) {
        this.table = table;
        this.undo = undo;
        this.lengthBytes = lengthBytes;
        this.key = key;
    }

    /** The key's block to read; null if it has none. */
    public UnsafeBuffer read() {
        long address = key.find(table);
        if (address == 0) {
            return null;
        }
        view.wrap(address, lengthBytes);
        return view;
    }

    /** The key's block to change; made of zeros if it has none. */
    public UnsafeBuffer update() {
        long address = key.findOrAdd(table);
        if (!table.lastAdded()) {
            undo.save(address, lengthBytes);
        }
        view.wrap(address, lengthBytes);
        return view;
    }

    /** Removes the key's block; whether it had one. */
    public boolean remove() {
        return key.remove(table);
    }

    KeyTable table() {
        return table;
    }
}
