package io.penstock.engine.operator;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.KeyedMap;
import io.penstock.engine.state.StateVisitor;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A map per key from sub-keys to blocks of bytes, for handlers: all calls concern the current key.
 *
 * <p>Sub-keys are byte strings; one given as a number is its 8 bytes, little-endian. Where entries
 * expire, each does so by itself. Buffers are views of state, valid until the next call on this
 * state; write only what {@code update} gave.
 *
 * <p>Iteration in the order in which the sub-keys were first added: {@code for (boolean found =
 * map.first(); found; found = map.next()) ...}. Meanwhile the sub-key it stands on may be removed
 * by {@link #removeThis}; once one was removed otherwise, or added, {@link #next} fails.
 */
public final class MapState extends KeyedState {
    private static final int NONE = -1;

    private final String name;
    private final KeyedMap maps;
    private final int valueLength;
    private final CurrentKey key;
    private final Expiry lifetime;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer subKeyView = new UnsafeBuffer(0, 0);
    private long selectedFor = -1;

    private int at = NONE;
    private int following = NONE;
    private boolean isAtRemoved;
    private long iterationChanges;
    private long iterationKey = -1;
    private long changes;

    MapState(StepContext context, String name, int valueLength, Expiry lifetime, CurrentKey key) {
        this.name = name;
        this.valueLength = valueLength;
        this.key = key;
        this.lifetime = lifetime;
        this.maps =
                new KeyedMap(
                        context.arena(),
                        context.undo(),
                        key.isLong(),
                        valueLength,
                        lifetime.lifetimeNs(),
                        context.hashSeed());
    }

    /** A sub-key's block to read; null if it is not there. */
    public UnsafeBuffer read(long subKey) {
        return view(selected().find(subKey));
    }

    /** A sub-key's block to read; null if it is not there. */
    public UnsafeBuffer read(DirectBuffer subKey, int offset, int length) {
        return view(selected().find(subKey, offset, length));
    }

    /** A sub-key's block to change; made of zeros if it is not there. */
    public UnsafeBuffer update(long subKey) {
        return changing(selected().findOrAdd(subKey, key.timeNs()));
    }

    /** A sub-key's block to change; made of zeros if it is not there. */
    public UnsafeBuffer update(DirectBuffer subKey, int offset, int length) {
        return changing(selected().findOrAdd(subKey, offset, length, key.timeNs()));
    }

    /** Removes a sub-key; whether it was there. */
    public boolean remove(long subKey) {
        return removed(selected().remove(subKey));
    }

    /** Removes a sub-key; whether it was there. */
    public boolean remove(DirectBuffer subKey, int offset, int length) {
        return removed(selected().remove(subKey, offset, length));
    }

    /** Removes all sub-keys of the key. */
    public void clear() {
        if (size() > 0) {
            removed(true);
            maps.clear();
        }
    }

    /** Sub-keys that the key has. */
    public int size() {
        return selected().size();
    }

    /** Goes to the first sub-key; false if there is none. */
    public boolean first() {
        iterationKey = key.version();
        iterationChanges = changes;
        return goTo(selected().firstEntry());
    }

    /** Goes to the sub-key behind; false if there is none. */
    public boolean next() {
        if (iterationKey != key.version() || iterationChanges != changes) {
            throw new IllegalStateException("the map was changed while it was iterated over");
        }
        return at != NONE && goTo(following);
    }

    private boolean goTo(int entry) {
        at = entry;
        isAtRemoved = false;
        following = entry == NONE ? NONE : maps.nextEntry(entry);
        return entry != NONE;
    }

    /** The sub-key the iteration stands on, where it was given as a number. */
    public long longSubKey() {
        int entry = standing();
        if (maps.subKeyLength(entry) != Long.BYTES) {
            throw new IllegalStateException(
                    "the sub-key is no number: length=" + maps.subKeyLength(entry));
        }
        return Memory.getLong(maps.subKeyAddress(entry));
    }

    /** The sub-key the iteration stands on. */
    public DirectBuffer subKey() {
        int entry = standing();
        subKeyView.wrap(maps.subKeyAddress(entry), maps.subKeyLength(entry));
        return subKeyView;
    }

    /** The block of the sub-key the iteration stands on, to read. */
    public UnsafeBuffer block() {
        return view(maps.valueAddress(standing()));
    }

    /** Removes the sub-key the iteration stands on. */
    public void removeThis() {
        int entry = standing();
        key.written();
        maps.removeEntry(entry);
        isAtRemoved = true;
    }

    private int standing() {
        if (at == NONE
                || isAtRemoved
                || iterationKey != key.version()
                || iterationChanges != changes) {
            throw new IllegalStateException("the iteration stands on no sub-key");
        }
        return at;
    }

    private UnsafeBuffer view(long address) {
        if (address == 0) {
            return null;
        }
        if (lifetime.byReads()) {
            maps.used(address, key.timeNs());
        }
        view.wrap(address, valueLength);
        return view;
    }

    private UnsafeBuffer changing(long address) {
        key.written();
        if (maps.lastAdded()) {
            changes++;
        } else {
            maps.forWrite(address);
        }
        view.wrap(address, valueLength);
        return view;
    }

    private boolean removed(boolean wasThere) {
        if (wasThere) {
            key.written();
            changes++;
        }
        return wasThere;
    }

    private KeyedMap selected() {
        if (selectedFor != key.version()) {
            key.select(maps);
            selectedFor = key.version();
        }
        return maps;
    }

    @Override
    String description() {
        return name + " map length=" + valueLength + " " + lifetime;
    }

    @Override
    boolean holdsCurrent() {
        return size() > 0;
    }

    @Override
    void removeCurrent() {
        clear();
    }

    @Override
    boolean expires() {
        return lifetime.lifetimeNs() > 0;
    }

    @Override
    boolean mayExpire(long timeNs) {
        return maps.mayExpire(timeNs);
    }

    @Override
    boolean expireOne(long timeNs) {
        int entry = maps.nextExpired(timeNs);
        if (entry < 0) {
            return false;
        }
        key.setFrom(maps.keys(), maps.keyOf(entry));
        maps.removeEntry(entry);
        return true;
    }

    @Override
    void maintain() {
        maps.maintain();
    }

    @Override
    void writeTo(SnapshotWriter writer) {
        maps.writeTo(writer);
    }

    @Override
    void readFrom(SnapshotReader reader) {
        maps.readFrom(reader);
    }

    @Override
    void hashInto(long[] groupHashes) {
        maps.hashInto(groupHashes);
    }

    @Override
    void describe(StateVisitor visitor) {
        if (!visitor.part(name)) {
            return;
        }
        KeyTable keys = maps.keys();
        for (int i = 0; i < keys.entryCount(); i++) {
            if (keys.isLive(i) && visitor.entry(keys, i)) {
                for (int e = maps.firstEntryOf(i); e != NONE; e = maps.nextEntry(e)) {
                    visitor.bytes("sub-key", maps.subKeyAddress(e), maps.subKeyLength(e));
                    visitor.bytes("value", maps.valueAddress(e), valueLength);
                }
            }
        }
    }
}
