package io.penstock.engine.operator;

import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.EntryExpiry;
import io.penstock.engine.state.KeySearch;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.StateVisitor;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One block of bytes per key, for handlers: all calls concern the current key.
 *
 * <p>Buffers are views of state, valid until the next call on this state; write only what {@link
 * #update()} gave. A call for another part of the same key's block leaves the view as it is.
 */
public final class ValueState extends KeyedState {
    private final String name;
    private final KeyTable table;
    private final UndoLog undo;
    private final int lengthBytes;
    private final CurrentKey key;
    private final Expiry lifetime;
    private final EntryExpiry expiry;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private Fields fields;

    // Where the values are of keys that were looked up together, by their places, as long as the
    // table is laid out so; 0 for one that is not there.
    private final long[] foreseen;
    private int foreseenLayout;

    // The value found last.
    private long found;
    private long foundFor = -1;
    private int foundLayout;

    /** Shows what is in a block. */
    @FunctionalInterface
    interface Fields {
        void show(UnsafeBuffer block, StateVisitor visitor);
    }

    ValueState(StepContext context, String name, int lengthBytes, Expiry lifetime, CurrentKey key) {
        this.name = name;
        this.undo = context.undo();
        this.lengthBytes = lengthBytes;
        this.key = key;
        this.lifetime = lifetime;
        this.foreseen = new long[key.isLong() ? EventBatch.CAPACITY : 0];
        boolean expires = lifetime.lifetimeNs() > 0;
        this.table = key.newTable(context, lengthBytes + (expires ? EntryExpiry.LENGTH : 0));
        this.expiry =
                expires
                        ? new EntryExpiry(context.arena(), undo, table, lifetime.lifetimeNs())
                        : null;
    }

    /** The key's block to read; null if it has none. */
    public UnsafeBuffer read() {
        long address = find();
        if (address == 0) {
            return null;
        }
        if (expiry != null && lifetime.byReads()) {
            expiry.used(address, key.timeNs());
        }
        return at(address);
    }

    /** The key's block to change; made of zeros if it has none. */
    public UnsafeBuffer update() {
        return update(0, lengthBytes);
    }

    /**
     * The key's block to change in part; made of zeros if it has none. What a step changes is kept
     * as it was until the step is done: of a long block it is cheaper to say what.
     *
     * @param offset of the first byte that may be changed
     * @param length bytes that may be changed; others after another call that names them
     */
    public UnsafeBuffer update(int offset, int length) {
        if (offset < 0 || length < 0 || length > lengthBytes - offset) {
            throw outOfBlock(offset, length);
        }
        key.written();
        long address = find();
        if (address != 0) {
            save(address + offset, length);
            if (expiry != null) {
                expiry.used(address, key.timeNs());
            }
        } else {
            address = add();
        }
        return at(address);
    }

    private void save(long address, int length) {
        if (length == Long.BYTES) {
            undo.saveLong(address);
        } else if (length == 2 * Long.BYTES) {
            undo.saveTwoLongs(address);
        } else {
            undo.save(address, length);
        }
    }

    private UnsafeBuffer at(long address) {
        if (view.addressOffset() != address) {
            view.wrap(address, lengthBytes);
        }
        return view;
    }

    private long add() {
        long address = key.findOrAdd(table);
        if (expiry != null) {
            expiry.added(address, key.timeNs());
        }
        found(address);
        return address;
    }

    private IndexOutOfBoundsException outOfBlock(int offset, int length) {
        return new IndexOutOfBoundsException(
                "what is changed of a value must lie in it: state "
                        + name
                        + ", offset="
                        + offset
                        + " length="
                        + length
                        + " of "
                        + lengthBytes
                        + " bytes");
    }

    /** Address of the current key's value, or 0. */
    private long find() {
        if (foundFor == key.version() && foundLayout == table.layout()) {
            return found;
        }
        int place = key.place();
        long address = 0;
        if (place >= 0 && foreseenLayout == table.layout()) {
            address = foreseen[place];
        }
        if (address == 0) {
            address = key.find(table);
        }
        if (address != 0) {
            found(address);
        }
        return address;
    }

    private void found(long address) {
        found = address;
        foundFor = key.version();
        foundLayout = table.layout();
    }

    /** Removes the key's block; whether it had one. */
    public boolean remove() {
        int entry = key.entryOf(table);
        if (entry < 0) {
            return false;
        }
        key.written();
        remove(entry);
        return true;
    }

    /** Lets tools see fields instead of bytes. */
    ValueState shownAs(Fields shown) {
        fields = shown;
        return this;
    }

    int lengthBytes() {
        return lengthBytes;
    }

    private void remove(int entry) {
        if (expiry != null) {
            expiry.removing(entry);
        }
        table.removeEntry(entry);
    }

    @Override
    String description() {
        return name + " value length=" + lengthBytes + " " + lifetime;
    }

    @Override
    boolean holdsCurrent() {
        return key.find(table) != 0;
    }

    @Override
    boolean isLarge() {
        return table.isLarge();
    }

    @Override
    void foresee() {
        key.foresee(table);
    }

    @Override
    void foresee(KeySearch search, long[] wanted, int count) {
        search.find(table, wanted, foreseen, 0, count);
        foreseenLayout = table.layout();
    }

    @Override
    long prefetch() {
        return table.prefetch();
    }

    @Override
    void removeCurrent() {
        remove();
    }

    @Override
    boolean expires() {
        return expiry != null;
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
        key.setFrom(table, entry);
        remove(entry);
        return true;
    }

    @Override
    void maintain() {
        table.maintain();
        if (expiry != null) {
            expiry.maintain();
        }
    }

    @Override
    void writeTo(SnapshotWriter writer) {
        table.writeTo(writer);
    }

    @Override
    void readFrom(SnapshotReader reader) {
        table.readFrom(reader);
        if (expiry != null) {
            expiry.restore();
        }
    }

    @Override
    void hashInto(long[] groupHashes) {
        table.hashInto(groupHashes);
    }

    @Override
    void describe(StateVisitor visitor) {
        if (!visitor.part(name)) {
            return;
        }
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (table.isLive(entry) && visitor.entry(table, entry)) {
                long value = table.valueAddress(entry);
                if (fields == null) {
                    visitor.bytes("value", value, lengthBytes);
                } else {
                    fields.show(new UnsafeBuffer(value, lengthBytes), visitor);
                }
                if (expiry != null) {
                    visitor.time("used", expiry.lastUseNs(value));
                }
            }
        }
    }
}
