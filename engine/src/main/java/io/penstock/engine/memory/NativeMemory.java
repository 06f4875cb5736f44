package io.penstock.engine.memory;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.UnsafeApi;

/**
 * Blocks from the operating system, on cache lines, counted.
 *
 * <p>Any thread. Never reused or limited here: that is {@link Arena}.
 */
public final class NativeMemory {
    /** Every address is a multiple of this. */
    public static final int ALIGNMENT = 64;

    // Before each block, inside the bytes that alignment costs anyway:
    //
    //   -16        -8          0
    //    +----------+----------+-----------
    //    |  bytes   | malloc's | the block
    //    +----------+----------+-----------
    private static final int BYTES_OFFSET = -16;
    private static final int ORIGIN_OFFSET = -8;

    private static final AtomicLong LIVE_BYTES = new AtomicLong();

    private NativeMemory() {}

    /** Allocates zeroed bytes. Throws LIMIT if the system has no more. */
    public static long allocate(long bytes) {
        long address = allocateDirty(bytes);
        UnsafeApi.setMemory(address, bytes, (byte) 0);
        return address;
    }

    /** Allocates bytes of any content, for an owner that clears what it hands out. */
    static long allocateDirty(long bytes) {
        return allocateDirty(bytes, ALIGNMENT);
    }

    /**
     * Allocates bytes of any content.
     *
     * @param alignment of the address, a power of two from {@value #ALIGNMENT}
     */
    static long allocateDirty(long bytes, long alignment) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("bytes must be positive: bytes=" + bytes);
        }
        long origin;
        try {
            origin = UnsafeApi.allocateMemory(bytes + alignment);
        } catch (OutOfMemoryError e) {
            throw new PenstockException(
                    Category.LIMIT,
                    "the system has no memory left: asked="
                            + bytes
                            + " live="
                            + LIVE_BYTES.get()
                            + " bytes (lower the engine's limits or give the process more)",
                    e);
        }
        // malloc aligns to 16, so at least 16 bytes lie between the two.
        long address = (origin + alignment) & -alignment;
        UnsafeApi.putLong(address + BYTES_OFFSET, bytes);
        UnsafeApi.putLong(address + ORIGIN_OFFSET, origin);
        LIVE_BYTES.addAndGet(bytes);
        assert LiveAllocations.add(address, bytes);
        return address;
    }

    /** Gives a block back; {@code address} must be one that was handed out and not yet freed. */
    public static void free(long address) {
        assert LiveAllocations.remove(address) : "not a live block: " + Long.toHexString(address);
        LIVE_BYTES.addAndGet(-UnsafeApi.getLong(address + BYTES_OFFSET));
        UnsafeApi.freeMemory(UnsafeApi.getLong(address + ORIGIN_OFFSET));
    }

    /** Bytes of all live blocks of this process. */
    public static long liveBytes() {
        return LIVE_BYTES.get();
    }
}
