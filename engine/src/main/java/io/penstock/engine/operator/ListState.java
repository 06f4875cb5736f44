package io.penstock.engine.operator;

import org.agrona.concurrent.UnsafeBuffer;

/**
 * A list of blocks per key, for handlers: all calls concern the current key.
 *
 * <p>Iteration: {@code for (int i = 0; i < list.size(); i++) ... list.get(i)}. Buffers are views of
 * state, valid until the next call that returns one; write only what {@link #append} gave. Where it
 * expires, it does so as a whole.
 */
public final class ListState {
    private final DequeState deque;

    ListState(DequeState deque) {
        this.deque = deque;
    }

    /** Appends a block of zeros, to be filled. */
    public UnsafeBuffer append() {
        return deque.append();
    }

    /** The block at an index from 0 to before {@link #size()}, to read. */
    public UnsafeBuffer get(int index) {
        return deque.get(index);
    }

    /** Blocks that the key has. */
    public int size() {
        return (int) deque.endIndex();
    }

    /** Removes all blocks of the key. */
    public void clear() {
        deque.remove();
    }
}
