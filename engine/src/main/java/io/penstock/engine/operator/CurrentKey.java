package io.penstock.engine.operator;

import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.KeyedDeque;
import io.penstock.engine.state.TimerQueue;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The key that a stage is at work for: a number or bytes; finds its place in the stage's tables.
 */
final class CurrentKey {
    private final boolean isLong;
    private final UnsafeBuffer bytes;
    private final UnsafeBuffer timerKey = new UnsafeBuffer(0, 0);
    private long number;
    private int length;
    private long version;

    CurrentKey(boolean isLong) {
        this.isLong = isLong;
        this.bytes = new UnsafeBuffer(new byte[isLong ? Long.BYTES : Key.MAX_LENGTH_BYTES]);
        this.length = isLong ? Long.BYTES : 0;
    }

    boolean isLong() {
        return isLong;
    }

    void set(long value) {
        number = value;
        bytes.putLong(0, value, ByteOrder.LITTLE_ENDIAN);
        version++;
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

    /** Takes the key of the timer that was taken out last. */
    void setFromTimer(TimerQueue timers) {
        if (isLong) {
            set(timers.polledLongKey());
        } else {
            int polled = timers.polledKeyLength();
            timerKey.wrap(timers.polledKeyAddress(), polled);
            bytes.putBytes(0, timerKey, 0, polled);
            setLength(polled);
        }
    }

    long number() {
        return number;
    }

    DirectBuffer bytes() {
        return bytes;
    }

    int length() {
        return length;
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

    boolean remove(KeyTable table) {
        return isLong ? table.remove(number) : table.remove(bytes, 0, length);
    }
}
