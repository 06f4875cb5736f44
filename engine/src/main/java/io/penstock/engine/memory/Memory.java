package io.penstock.engine.memory;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteOrder;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Access to native memory by address, little-endian, at any alignment.
 *
 * <p>Any thread; plain accesses without order between threads. With assertions enabled each access
 * must lie in memory that {@link NativeMemory} handed out; without, nothing is checked and an
 * access costs one instruction. So addresses never come from outside: lengths that were read from
 * an input are checked before they get here.
 */
public final class Memory {
    /** No memory: what a search answers that found nothing. */
    public static final long NULL_ADDRESS = 0;

    /** The least that systems give at once. */
    private static final int PAGE = 4096;

    static {
        if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the machine must be little-endian: order="
                            + ByteOrder.nativeOrder()
                            + " (use x86-64 or AArch64)");
        }
    }

    private Memory() {}

    /** Eight bytes. */
    public static long getLong(long address) {
        assert isLive(address, Long.BYTES);
        return UnsafeApi.getLong(address);
    }

    /** Writes eight bytes. */
    public static void putLong(long address, long value) {
        assert isLive(address, Long.BYTES);
        UnsafeApi.putLong(address, value);
    }

    /** Four bytes. */
    public static int getInt(long address) {
        assert isLive(address, Integer.BYTES);
        return UnsafeApi.getInt(address);
    }

    /** Writes four bytes. */
    public static void putInt(long address, int value) {
        assert isLive(address, Integer.BYTES);
        UnsafeApi.putInt(address, value);
    }

    /** One byte. */
    public static byte getByte(long address) {
        assert isLive(address, Byte.BYTES);
        return UnsafeApi.getByte(address);
    }

    /** Writes one byte. */
    public static void putByte(long address, byte value) {
        assert isLive(address, Byte.BYTES);
        UnsafeApi.putByte(address, value);
    }

    /** Copies native to native; the ranges may overlap. */
    public static void copy(long from, long to, long length) {
        assert isLive(from, length) && isLive(to, length);
        UnsafeApi.copyMemory(from, to, length);
    }

    /** Copies {@code length} bytes, a multiple of 8, that do not overlap; faster when short. */
    public static void copyWords(long from, long to, long length) {
        assert (length & 7) == 0 && isLive(from, length) && isLive(to, length);
        if (length > 128) {
            UnsafeApi.copyMemory(from, to, length);
            return;
        }
        long at = 0;
        for (; at + 4 * Long.BYTES <= length; at += 4 * Long.BYTES) {
            long first = UnsafeApi.getLong(from + at);
            long second = UnsafeApi.getLong(from + at + 8);
            long third = UnsafeApi.getLong(from + at + 16);
            long fourth = UnsafeApi.getLong(from + at + 24);
            UnsafeApi.putLong(to + at, first);
            UnsafeApi.putLong(to + at + 8, second);
            UnsafeApi.putLong(to + at + 16, third);
            UnsafeApi.putLong(to + at + 24, fourth);
        }
        for (; at < length; at += Long.BYTES) {
            UnsafeApi.putLong(to + at, UnsafeApi.getLong(from + at));
        }
    }

    /** Copies from a buffer, whose bounds are always checked. */
    public static void copyFrom(DirectBuffer buffer, int offset, int length, long to) {
        buffer.boundsCheck(offset, length);
        assert isLive(to, length);
        UnsafeApi.copyMemory(buffer.byteArray(), buffer.addressOffset() + offset, null, to, length);
    }

    /**
     * Copies from an array ({@code base} not null, {@code offset} as Agrona counts it) or from
     * native memory ({@code base} null, {@code offset} an address). Checks only the target.
     */
    public static void copyFrom(Object base, long offset, int length, long to) {
        assert isLive(to, length);
        UnsafeApi.copyMemory(base, offset, null, to, length);
    }

    /** Copies from a byte array, whose bounds are always checked. */
    public static void copyFrom(byte[] array, int offset, int length, long to) {
        checkBounds(array, offset, length);
        assert isLive(to, length);
        UnsafeApi.copyMemory(array, BufferUtil.ARRAY_BASE_OFFSET + offset, null, to, length);
    }

    /** Copies to a byte array, whose bounds are always checked. */
    public static void copyTo(long from, byte[] array, int offset, int length) {
        checkBounds(array, offset, length);
        assert isLive(from, length);
        UnsafeApi.copyMemory(null, from, array, BufferUtil.ARRAY_BASE_OFFSET + offset, length);
    }

    /** Has the system give pages to a range, whoever writes to it meanwhile. */
    public static void touch(long address, long length) {
        assert isLive(address, length);
        for (long at = address, end = address + length - Long.BYTES; at <= end; at += PAGE) {
            UnsafeApi.getAndAddLong(null, at & -Long.BYTES, 0);
        }
    }

    /** Sets every byte to {@code value}. */
    public static void set(long address, long length, byte value) {
        assert isLive(address, length);
        UnsafeApi.setMemory(address, length, value);
    }

    /** Sets {@code length} bytes, a multiple of 8, to zero; faster than {@link #set} when short. */
    public static void zeroWords(long address, long length) {
        assert (length & 7) == 0 && isLive(address, length);
        if (length > 256) {
            UnsafeApi.setMemory(address, length, (byte) 0);
            return;
        }
        for (long at = address, end = address + length; at < end; at += Long.BYTES) {
            UnsafeApi.putLong(at, 0);
        }
    }

    /** Order of two byte strings, bytes unsigned, a prefix before its extensions. */
    public static int compare(long left, int leftLength, long right, int rightLength) {
        assert isLive(left, leftLength) && isLive(right, rightLength);
        int common = Math.min(leftLength, rightLength);
        int at = 0;
        for (; at + Long.BYTES <= common; at += Long.BYTES) {
            long a = UnsafeApi.getLong(left + at);
            long b = UnsafeApi.getLong(right + at);
            if (a != b) {
                return Long.compareUnsigned(Long.reverseBytes(a), Long.reverseBytes(b));
            }
        }
        for (; at < common; at++) {
            int a = UnsafeApi.getByte(left + at) & 0xff;
            int b = UnsafeApi.getByte(right + at) & 0xff;
            if (a != b) {
                return a - b;
            }
        }
        return Integer.compare(leftLength, rightLength);
    }

    /** Whether two native ranges hold the same bytes. */
    public static boolean isEqual(long left, long right, int length) {
        assert isLive(left, length);
        return isEqual(null, left, right, length);
    }

    /**
     * Whether bytes of an array ({@code base} not null, {@code offset} as Agrona counts it) or of
     * native memory ({@code base} null, {@code offset} an address) equal a native range.
     */
    public static boolean isEqual(Object base, long offset, long right, int length) {
        assert isLive(right, length);
        int at = 0;
        for (; at + Long.BYTES <= length; at += Long.BYTES) {
            if (UnsafeApi.getLong(base, offset + at) != UnsafeApi.getLong(right + at)) {
                return false;
            }
        }
        for (; at < length; at++) {
            if (UnsafeApi.getByte(base, offset + at) != UnsafeApi.getByte(right + at)) {
                return false;
            }
        }
        return true;
    }

    /** Hash of native bytes: {@link Hash#ofBytes}. */
    public static long hash(long address, int length, long seed) {
        assert isLive(address, length);
        return Hash.ofBytes(null, address, length, seed);
    }

    /** True if the range lies in one live allocation, or nobody keeps account of them. */
    private static boolean isLive(long address, long length) {
        return LiveAllocations.contains(address, length);
    }

    private static void checkBounds(byte[] array, int offset, int length) {
        if ((offset | length) < 0 || length > array.length - offset) {
            throw new IndexOutOfBoundsException(
                    "offset=" + offset + " length=" + length + " capacity=" + array.length);
        }
    }
}
