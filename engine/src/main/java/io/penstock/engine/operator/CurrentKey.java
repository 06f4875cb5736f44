package io.penstock.engine.operator;

import io.penstock.engine.state.KeyGroups;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.KeyedDeque;
import io.penstock.engine.state.KeyedMap;
import io.penstock.engine.state.TimerQueue;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The key that a stage is at work for: a number or bytes; finds its place in the stage's tables.
 */
final class CurrentKey {
    /** The place of a key that was not looked up. */
    static final int NOWHERE = -1;

    private final boolean isLong;
    private final UnsafeBuffer bytes;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private long number;
    private int length;
    private long version;
    private long timeNs = Operator.NO_WATERMARK;
    private boolean isWritten;

    // By place in the batch that was looked up last: its keys.
    private final long[] foreseen;
    private long foreseenBatch = Event.NO_BATCH;

    /** Where the current key is among them; {@link #NOWHERE} if it is not. */
    private int place = NOWHERE;

    CurrentKey(boolean isLong) {
        this.isLong = isLong;
        this.bytes = new UnsafeBuffer(new byte[isLong ? Long.BYTES : Key.MAX_LENGTH_BYTES]);
        this.length = isLong ? Long.BYTES : 0;
        this.foreseen = new long[isLong ? EventBatch.CAPACITY : 0];
    }

    boolean isLong() {
        return isLong;
    }

    void set(long value) {
        number = value;
        version++;
        place = NOWHERE;
    }

    /**
     * Takes the key at a place in a batch, if that batch's keys are {@link #foreseen}; false if
     * they are not.
     */
    boolean set(long batch, int placeInBatch) {
        if (batch != foreseenBatch || batch == Event.NO_BATCH) {
            return false;
        }
        number = foreseen[placeInBatch];
        version++;
        place = placeInBatch;
        return true;
    }

    /** Keys that are looked up together, by place; to be filled between these two calls. */
    long[] beginForeseeing() {
        foreseenBatch = Event.NO_BATCH;
        return foreseen;
    }

    /** The keys of a batch are known, and looked up wherever they will be looked for. */
    void foreseen(long batch) {
        foreseenBatch = batch;
    }

    /** Place of the current key among those looked up, or {@link #NOWHERE}. */
    int place() {
        return place;
    }

    /** Where the bytes of a key are put before {@link #setLength}. */
    UnsafeBuffer target() {
        return bytes;
    }

    void setLength(int lengthBytes) {
        length = lengthBytes;
        version++;
    }

    /** Grows whenever another key becomes the current one. */
    long version() {
        return version;
    }

    /** Time of whatever is done for the key now, as far as the expiry of state is concerned. */
    long timeNs() {
        return timeNs;
    }

    void setTime(long newTimeNs) {
        timeNs = newTimeNs;
    }

    /** Notes that state of the key was written. */
    void written() {
        isWritten = true;
    }

    /** Whether state was written since the last call. */
    boolean takeWritten() {
        boolean was = isWritten;
        isWritten = false;
        return was;
    }

    /** Takes the key of a table's live entry. */
    void setFrom(KeyTable table, int entry) {
        if (isLong) {
            set(table.longKey(entry));
        } else {
            int keyLength = table.keyLength(entry);
            view.wrap(table.keyAddress(entry), keyLength);
            bytes.putBytes(0, view, 0, keyLength);
            setLength(keyLength);
        }
    }

    /** Takes the key of the timer that was taken out last. */
    void setFromTimer(TimerQueue timers) {
        if (isLong) {
            set(timers.polledLongKey());
        } else {
            int polled = timers.polledKeyLength();
            view.wrap(timers.polledKeyAddress(), polled);
            bytes.putBytes(0, view, 0, polled);
            setLength(polled);
        }
    }

    long number() {
        return number;
    }

    DirectBuffer bytes() {
        if (isLong) {
            bytes.putLong(0, number, ByteOrder.LITTLE_ENDIAN);
        }
        return bytes;
    }

    int length() {
        return length;
    }

    int keyGroup() {
        return KeyGroups.group(isLong ? KeyGroups.hash(number) : KeyGroups.hash(bytes, 0, length));
    }

    /** Tells the order of a timer's firing: by its queue, time and key. */
    void tellFiring(StepContext context, int queue, long timeNs) {
        if (isLong) {
            context.firing(queue, timeNs, number, 0);
        } else {
            context.firing(queue, timeNs, bytes, 0, length);
        }
    }

    void foresee(KeyTable table) {
        if (isLong) {
            table.foresee(number);
        } else {
            table.foresee(bytes, 0, length);
        }
    }

    void foresee(TimerQueue timers) {
        if (isLong) {
            timers.foresee(number);
        } else {
            timers.foresee(bytes, 0, length);
        }
    }

    long find(KeyTable table) {
        return isLong ? table.find(number) : table.find(bytes, 0, length);
    }

    long findOrAdd(KeyTable table) {
        return isLong ? table.findOrAdd(number) : table.findOrAdd(bytes, 0, length);
    }

    long findOrAddLast(KeyTable table) {
        return isLong ? table.findOrAddLast(number) : table.findOrAddLast(bytes, 0, length);
    }

    int entryOf(KeyTable table) {
        return isLong ? table.entryOf(number) : table.entryOf(bytes, 0, length);
    }

    /** A table by keys of this kind. */
    KeyTable newTable(StepContext context, int valueLength) {
        return isLong
                ? KeyTable.ofLongs(context.arena(), context.undo(), valueLength, context.hashSeed())
                : KeyTable.ofBytes(
                        context.arena(), context.undo(), valueLength, context.hashSeed());
    }

    long find(KeyedDeque deques) {
        return isLong ? deques.find(number) : deques.find(bytes, 0, length);
    }

    long findOrAdd(KeyedDeque deques) {
        return isLong ? deques.findOrAdd(number) : deques.findOrAdd(bytes, 0, length);
    }

    void select(KeyedMap maps) {
        if (isLong) {
            maps.select(number);
        } else {
            maps.select(bytes, 0, length);
        }
    }

    void schedule(TimerQueue timers, long timeNs, long id) {
        if (isLong) {
            timers.schedule(timeNs, number, id);
        } else {
            timers.schedule(timeNs, bytes, 0, length, id);
        }
    }

    void cancel(TimerQueue timers, long id) {
        if (isLong) {
            timers.cancel(number, id);
        } else {
            timers.cancel(bytes, 0, length, id);
        }
    }
}
