package io.penstock.engine.operator;

import io.penstock.engine.state.KeyedDeque;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A first-in first-out list of blocks per key with one block beside it, for handlers: all calls
 * concern the current key.
 *
 * <p>Indexes only grow: the first element ever appended has 0. Buffers are views of state, valid
 * until the next call that returns one of the same kind; write only what {@link #append} and {@link
 * #updateHead} gave.
 */
public final class DequeState {
    private final KeyedDeque deques;
    private final int headLength;
    private final int elementLength;
    private final CurrentKey key;
    private final UnsafeBuffer head = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer element = new UnsafeBuffer(0, 0);
    private long foundFor = -1;
    private long found;

    DequeState(KeyedDeque deques, int headLength, int elementLength, CurrentKey key) {
        this.deques = deques;
        this.headLength = headLength;
        this.elementLength = elementLength;
        this.key = key;
    }

    /** The block beside the list, to change; zeros for a key that had none. */
    public UnsafeBuffer updateHead() {
        head.wrap(deques.headForWrite(deque()), headLength);
        return head;
    }

    /** Appends a block of zeros, to be filled; its index is the {@link #endIndex()} before. */
    public UnsafeBuffer append() {
        element.wrap(deques.append(deque()), elementLength);
        return element;
    }

    /** Index of the first element still there; equals {@link #endIndex()} when there is none. */
    public long firstIndex() {
        return deques.firstIndex(deque());
    }

    /** Index that the next element gets. */
    public long endIndex() {
        return deques.endIndex(deque());
    }

    /** An element to read, from {@link #firstIndex()} to before {@link #endIndex()}. */
    public UnsafeBuffer get(long index) {
        element.wrap(deques.address(deque(), index), elementLength);
        return element;
    }

    /** Removes the first element. */
    public void removeFirst() {
        deques.removeFirst(deque());
    }

    KeyedDeque deques() {
        return deques;
    }

    private long deque() {
        if (foundFor != key.version()) {
            found = key.findOrAdd(deques);
            foundFor = key.version();
        }
        return found;
    }
}
