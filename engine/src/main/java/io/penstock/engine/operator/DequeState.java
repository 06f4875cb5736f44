package io.penstock.engine.operator;

import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.EntryExpiry;
import io.penstock.engine.state.KeyedDeque;
import io.penstock.engine.state.StateVisitor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A first-in first-out list of blocks per key with one block beside it, for handlers: all calls
 * concern the current key.
 *
 * <p>Indexes only grow: the first element ever appended has 0. Buffers are views of state, valid
 * until the next call that returns one of the same kind; write only what {@link #append} and {@link
 * #updateHead} gave. Where it expires, it does so as a whole: list and block.
 */
public final class DequeState extends KeyedState {
    private final String name;
    private final KeyedDeque deques;
    private final int headLength;
    private final int elementLength;
    private final CurrentKey key;
    private final Expiry lifetime;
    private final EntryExpiry expiry;
    private final UnsafeBuffer head = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer element = new UnsafeBuffer(0, 0);
    private long foundFor = -1;
    private long found;

    DequeState(
            StepContext context,
            String name,
            int headLength,
            int elementLength,
            Expiry lifetime,
            CurrentKey key) {
        this.name = name;
        this.headLength = headLength;
        this.elementLength = elementLength;
        this.key = key;
        this.lifetime = lifetime;
        boolean expires = lifetime.lifetimeNs() > 0;
        // The time of the last use is the last word of the head, so of the table's value.
        int wholeHeadLength = headLength + (expires ? EntryExpiry.LENGTH : 0);
        this.deques =
                key.isLong()
                        ? KeyedDeque.ofLongs(
                                context.arena(),
                                context.undo(),
                                wholeHeadLength,
                                elementLength,
                                context.hashSeed())
                        : KeyedDeque.ofBytes(
                                context.arena(),
                                context.undo(),
                                wholeHeadLength,
                                elementLength,
                                context.hashSeed());
        this.expiry =
                expires
                        ? new EntryExpiry(
                                context.arena(),
                                context.undo(),
                                deques.keys(),
                                lifetime.lifetimeNs())
                        : null;
    }

    /** The block beside the list, to change; zeros for a key that had none. */
    public UnsafeBuffer updateHead() {
        head.wrap(deques.headForWrite(toWrite()), headLength);
        return head;
    }

    /** Appends a block of zeros, to be filled; its index is the {@link #endIndex()} before. */
    public UnsafeBuffer append() {
        element.wrap(deques.append(toWrite()), elementLength);
        return element;
    }

    /** Index of the first element still there; equals {@link #endIndex()} when there is none. */
    public long firstIndex() {
        long deque = toRead();
        return deque == 0 ? 0 : deques.firstIndex(deque);
    }

    /** Index that the next element gets. */
    public long endIndex() {
        long deque = toRead();
        return deque == 0 ? 0 : deques.endIndex(deque);
    }

    /** An element to read, from {@link #firstIndex()} to before {@link #endIndex()}. */
    public UnsafeBuffer get(long index) {
        long deque = toRead();
        if (deque == 0 || index < deques.firstIndex(deque) || index >= deques.endIndex(deque)) {
            throw noElement(index);
        }
        element.wrap(deques.address(deque, index), elementLength);
        return element;
    }

    private IllegalStateException noElement(long index) {
        return new IllegalStateException(
                "there is no such element: state "
                        + name
                        + ", index="
                        + index
                        + " first="
                        + firstIndex()
                        + " end="
                        + endIndex());
    }

    /** Removes the first element. */
    public void removeFirst() {
        deques.removeFirst(toWrite());
    }

    /** Removes list and block; whether there was one. Indexes start with 0 again. */
    public boolean remove() {
        int entry = key.entryOf(deques.keys());
        if (entry < 0) {
            return false;
        }
        key.written();
        remove(entry);
        return true;
    }

    private void remove(int entry) {
        if (expiry != null) {
            expiry.removing(entry);
        }
        deques.removeEntry(entry);
        foundFor = -1;
    }

    private long toRead() {
        long deque = find();
        if (deque != 0 && lifetime.byReads() && expiry != null) {
            expiry.used(deque, key.timeNs());
        }
        return deque;
    }

    private long toWrite() {
        key.written();
        long deque = find();
        if (deque == 0) {
            deque = key.findOrAdd(deques);
            found = deque;
            foundFor = key.version();
            if (expiry != null) {
                expiry.added(deque, key.timeNs());
            }
        } else if (expiry != null) {
            expiry.used(deque, key.timeNs());
        }
        return deque;
    }

    private long find() {
        if (foundFor != key.version()) {
            found = key.find(deques.keys());
            foundFor = found == 0 ? -1 : key.version();
        }
        return found;
    }

    @Override
    String description() {
        return name + " deque head=" + headLength + " element=" + elementLength + " " + lifetime;
    }

    @Override
    boolean holdsCurrent() {
        return key.find(deques.keys()) != 0;
    }

    @Override
    void removeCurrent() {
        remove();
    }

    @Override
    boolean expires() {
        return lifetime.lifetimeNs() > 0;
    }

    @Override
    boolean mayExpire(long timeNs) {
        return expiry != null && expiry.mayExpire(timeNs);
    }

    @Override
    boolean expireOne(long timeNs) {
        int entry = expiry == null ? -1 : expiry.nextExpired(timeNs);
        if (entry < 0) {
            return false;
        }
        key.setFrom(deques.keys(), entry);
        remove(entry);
        return true;
    }

    @Override
    void maintain() {
        deques.maintain();
        if (expiry != null) {
            expiry.maintain();
        }
    }

    @Override
    void writeTo(SnapshotWriter writer) {
        deques.writeTo(writer);
    }

    @Override
    void readFrom(SnapshotReader reader) {
        deques.readFrom(reader);
        if (expiry != null) {
            expiry.restore();
        }
    }

    @Override
    void hashInto(long[] groupHashes) {
        deques.hashInto(groupHashes);
    }

    @Override
    void describe(StateVisitor visitor) {
        if (visitor.part(name)) {
            deques.describe(visitor);
        }
    }
}
