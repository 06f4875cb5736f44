package io.penstock.engine.memory;

import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;

/**
 * Reads memory as it was when the view was made, if that was while the memory was frozen; as it is,
 * if it was not.
 *
 * <p>Made by the owner, used by one reader. Every address must lie in memory of the arena, or in
 * what was there when it was frozen.
 */
public final class FrozenView {
    private final FrozenMemory memory;
    private final long freezeNumber;

    FrozenView(FrozenMemory memory) {
        this.memory = memory;
        this.freezeNumber = memory.freezeNumber();
    }

    /** Eight bytes, not across windows. */
    public long getLong(long address) {
        long value = Memory.getLong(address);
        long copy = memory.copyOf(address, freezeNumber);
        memory.requireWhole();
        return copy == 0 ? value : Memory.getLong(copy);
    }

    /** Four bytes, not across windows. */
    public int getInt(long address) {
        int value = Memory.getInt(address);
        long copy = memory.copyOf(address, freezeNumber);
        memory.requireWhole();
        return copy == 0 ? value : Memory.getInt(copy);
    }

    /** Copies bytes to an array. */
    public void copyTo(long address, byte[] target, int offset, int length) {
        for (int done = 0; done < length; ) {
            long from = address + done;
            long left = memory.windowBytes() - (from & (memory.windowBytes() - 1));
            int part = (int) Math.min(left, length - done);
            Memory.copyTo(from, target, offset + done, part);
            long copy = memory.copyOf(from, freezeNumber);
            if (copy != 0) {
                UnsafeApi.copyMemory(
                        null, copy, target, BufferUtil.ARRAY_BASE_OFFSET + offset + done, part);
            }
            done += part;
        }
        memory.requireWhole();
    }
}
