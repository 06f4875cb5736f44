package io.penstock.engine.memory;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.Arrays;

/**
 * Blocks of native memory for one owner, with a limit on what it takes from the system.
 *
 * <p>Blocks are powers of two from 64 bytes, carved from slabs of 64 KiB to 1 MiB; a freed block
 * goes to the list of its size and is handed out again. Blocks above 256 KiB come from the system
 * and go back to it. Nothing is allocated on the heap but a longer list of slabs, now and then.
 *
 * <p>It can be frozen: {@link FrozenMemory}. Whoever changes bytes of it other than behind an undo
 * log says so with {@link #beforeWrite}. Blocks that are freed while it is frozen wait until that
 * is over, a few then being taken back with each call; before an allocation fails for its limit all
 * of them are.
 *
 * <p>One thread. Never moves a block, and never gives slabs back before {@link #close()}.
 */
public final class Arena implements AutoCloseable {
    /** The setting that an exhausted limit is raised by. */
    public static final String SETTING = "stateLimit";

    static final int MIN_BLOCK_SHIFT = 6;
    static final int MAX_BLOCK_SHIFT = 18;
    static final long MIN_SLAB_BYTES = 64 << 10;
    static final long MAX_SLAB_BYTES = 1 << 20;

    // A large block: | previous | next | whole bytes | ... 64: the block
    private static final int LARGE_HEADER_LENGTH = 64;
    private static final int LARGE_PREVIOUS_OFFSET = 0;
    private static final int LARGE_NEXT_OFFSET = 8;
    private static final int LARGE_BYTES_OFFSET = 16;

    private static final byte POISON = (byte) 0xDB;

    /** Blocks that waited which a call takes back. */
    private static final int TAKEN_BACK_PER_CALL = 4;

    private final String owner;
    private final long limitBytes;

    /** First free block of each size; its first word leads to the next. */
    private final long[] freeBlocks = new long[MAX_BLOCK_SHIFT + 1];

    private long[] slabs = new long[16];
    private int slabCount;
    private long nextSlabBytes = MIN_SLAB_BYTES;
    private long carveAddress;
    private long carveEnd;
    private long largeBlocks;
    private long usedBytes;
    private long reservedBytes;

    private final FrozenMemory frozen;

    /** Blocks that were freed while the arena was frozen: where, and how long. */
    private final AddressList waiting = new AddressList();

    /**
     * Creates an empty arena.
     *
     * @param owner whom a message about the limit names
     * @param limitBytes most bytes it may take from the system
     */
    public Arena(String owner, long limitBytes) {
        this(owner, limitBytes, FrozenMemory.DEFAULT_WINDOW_BYTES);
    }

    /**
     * Creates an empty arena.
     *
     * @param owner whom a message about the limit names
     * @param limitBytes most bytes it may take from the system
     * @param windowBytes what is copied together while it is frozen, a power of two
     */
    public Arena(String owner, long limitBytes, int windowBytes) {
        this.owner = owner;
        this.limitBytes = limitBytes;
        this.frozen = new FrozenMemory(owner, limitBytes, windowBytes);
    }

    /** The arena's frozen side. */
    public FrozenMemory frozen() {
        return frozen;
    }

    /** A view for one reader: of what the arena holds now, if it is frozen now. */
    public FrozenView view() {
        return new FrozenView(frozen);
    }

    /** To be called before bytes are changed that an undo log does not save. */
    public void beforeWrite(long address, long length) {
        if (frozen.isActive()) {
            frozen.beforeWrite(address, length);
        }
    }

    /** As {@link #beforeWrite} for ranges of one length: those from 0 to before {@code count}. */
    void beforeWrites(long[] addresses, int count, long length) {
        if (frozen.isActive()) {
            for (int i = 0; i < count; i++) {
                frozen.beforeWrite(addresses[i], length);
            }
        }
    }

    /** Ends a freeze whose reader is done, and takes back a part of what waited for it. */
    public void thaw() {
        if (frozen.isActive()) {
            frozen.poll();
        } else if (waiting.count() > 0) {
            takeBack(TAKEN_BACK_PER_CALL);
        }
    }

    /** Bytes that a request really takes. */
    public static long blockBytes(long bytes) {
        if (bytes <= 1L << MIN_BLOCK_SHIFT) {
            return 1L << MIN_BLOCK_SHIFT;
        }
        if (bytes <= 1L << MAX_BLOCK_SHIFT) {
            return 1L << (64 - Long.numberOfLeadingZeros(bytes - 1));
        }
        return (bytes + NativeMemory.ALIGNMENT - 1) & -NativeMemory.ALIGNMENT;
    }

    /** Allocates zeroed bytes on a cache line. Throws LIMIT, and then nothing has changed. */
    public long allocate(long bytes) {
        return allocate(bytes, true);
    }

    /** As {@link #allocate}, of any content, for who writes before he reads. */
    public long allocateDirty(long bytes) {
        return allocate(bytes, false);
    }

    private long allocate(long bytes, boolean isZeroed) {
        if (bytes <= 0) {
            throw new IllegalArgumentException("bytes must be positive: bytes=" + bytes);
        }
        long blockBytes = blockBytes(bytes);
        long address;
        if (blockBytes > 1L << MAX_BLOCK_SHIFT) {
            address = allocateLarge(blockBytes);
        } else {
            int shift = Long.numberOfTrailingZeros(blockBytes);
            address = freeBlocks[shift];
            if (address != 0) {
                freeBlocks[shift] = Memory.getLong(address);
            } else {
                address = carve(shift);
            }
            if (isZeroed) {
                Memory.zeroWords(address, blockBytes);
            }
        }
        usedBytes += blockBytes;
        return address;
    }

    /** Frees a block; {@code bytes} is what was asked for, or any count of the same block size. */
    public void free(long address, long bytes) {
        long blockBytes = blockBytes(bytes);
        usedBytes -= blockBytes;
        if (frozen.isActive()) {
            if (blockBytes > 1L << MAX_BLOCK_SHIFT || !frozen.isFree(address, blockBytes)) {
                letWait(address, blockBytes);
                return;
            }
        } else if (waiting.count() > 0) {
            takeBack(TAKEN_BACK_PER_CALL);
        }
        giveBack(address, blockBytes);
    }

    private void giveBack(long address, long blockBytes) {
        if (blockBytes > 1L << MAX_BLOCK_SHIFT) {
            freeLarge(address);
            return;
        }
        assert poison(address, blockBytes);
        push(address, Long.numberOfTrailingZeros(blockBytes));
    }

    /**
     * A large block does not count from here on, as if it were freed: limits stay what they are.
     */
    private void letWait(long address, long blockBytes) {
        waiting.push(address, blockBytes);
        if (blockBytes > 1L << MAX_BLOCK_SHIFT) {
            reservedBytes -= largeBytes(address);
        }
    }

    private void takeBack(int most) {
        for (int i = 0; i < most && waiting.count() > 0; i++) {
            long blockBytes = waiting.pop();
            long address = waiting.poppedFirst();
            if (blockBytes > 1L << MAX_BLOCK_SHIFT) {
                reservedBytes += largeBytes(address);
            }
            giveBack(address, blockBytes);
        }
    }

    /** Takes back the small blocks that wait, though it may be frozen. */
    private void takeBackSmall() {
        AddressList large = new AddressList();
        while (waiting.count() > 0) {
            long blockBytes = waiting.pop();
            long address = waiting.poppedFirst();
            if (blockBytes > 1L << MAX_BLOCK_SHIFT) {
                large.push(address, blockBytes);
            } else {
                beforeWrite(address, blockBytes);
                giveBack(address, blockBytes);
            }
        }
        while (large.count() > 0) {
            long blockBytes = large.pop();
            waiting.push(large.poppedFirst(), blockBytes);
        }
    }

    /** Whom the arena belongs to. */
    public String owner() {
        return owner;
    }

    /** Most bytes the arena may take from the system. */
    public long limitBytes() {
        return limitBytes;
    }

    /** Bytes of the blocks that are in use, each rounded up to its block. */
    public long usedBytes() {
        return usedBytes;
    }

    /** Bytes taken from the system. */
    public long reservedBytes() {
        return reservedBytes;
    }

    /** Gives everything back; all blocks are gone. The arena can be used again. */
    @Override
    public void close() {
        frozen.close();
        waiting.clear();
        for (int i = 0; i < slabCount; i++) {
            NativeMemory.free(slabs[i]);
        }
        while (largeBlocks != 0) {
            long next = Memory.getLong(largeBlocks + LARGE_NEXT_OFFSET);
            NativeMemory.free(largeBlocks);
            largeBlocks = next;
        }
        Arrays.fill(freeBlocks, 0);
        slabCount = 0;
        nextSlabBytes = MIN_SLAB_BYTES;
        carveAddress = 0;
        carveEnd = 0;
        usedBytes = 0;
        reservedBytes = 0;
    }

    private long carve(int shift) {
        long blockBytes = 1L << shift;
        if (carveEnd - carveAddress < blockBytes && !addSlab(blockBytes)) {
            if (waiting.count() > 0) {
                takeBackSmall();
            }
            return split(shift);
        }
        long address = carveAddress;
        carveAddress += blockBytes;
        return address;
    }

    private boolean addSlab(long blockBytes) {
        long bytes = Math.max(nextSlabBytes, blockBytes);
        long room = (limitBytes - reservedBytes) & -NativeMemory.ALIGNMENT;
        if (room < blockBytes) {
            return false;
        }
        bytes = Math.min(bytes, room);
        if (slabCount == slabs.length) {
            slabs = Arrays.copyOf(slabs, slabCount * 2);
        }
        long slab = allocateWindows(bytes);
        slabs[slabCount++] = slab;
        reservedBytes += bytes;
        nextSlabBytes = Math.min(nextSlabBytes * 2, MAX_SLAB_BYTES);
        freeRestOfSlab();
        carveAddress = slab;
        carveEnd = slab + bytes;
        return true;
    }

    /** Nothing of a slab is lost: what is left of it becomes free blocks. */
    private void freeRestOfSlab() {
        while (carveAddress < carveEnd) {
            int shift = 63 - Long.numberOfLeadingZeros(carveEnd - carveAddress);
            shift = Math.min(shift, MAX_BLOCK_SHIFT);
            push(carveAddress, shift);
            carveAddress += 1L << shift;
        }
    }

    /** The last resort before the limit: half of a larger free block, the rest stays free. */
    private long split(int shift) {
        freeRestOfSlab();
        int from = shift;
        while (from <= MAX_BLOCK_SHIFT && freeBlocks[from] == 0) {
            from++;
        }
        if (from > MAX_BLOCK_SHIFT) {
            throw limitReached(1L << shift);
        }
        long address = freeBlocks[from];
        freeBlocks[from] = Memory.getLong(address);
        while (from > shift) {
            from--;
            push(address + (1L << from), from);
        }
        return address;
    }

    private void push(long address, int shift) {
        Memory.putLong(address, freeBlocks[shift]);
        freeBlocks[shift] = address;
    }

    private long allocateLarge(long blockBytes) {
        long bytes = blockBytes + LARGE_HEADER_LENGTH;
        if (bytes > limitBytes - reservedBytes) {
            throw limitReached(bytes);
        }
        long block = allocateWindows(bytes);
        Memory.set(block, bytes, (byte) 0);
        Memory.putLong(block + LARGE_BYTES_OFFSET, bytes);
        Memory.putLong(block + LARGE_NEXT_OFFSET, largeBlocks);
        if (largeBlocks != 0) {
            Memory.putLong(largeBlocks + LARGE_PREVIOUS_OFFSET, block);
        }
        largeBlocks = block;
        reservedBytes += bytes;
        return block + LARGE_HEADER_LENGTH;
    }

    /** Whole windows, so that they can be copied whole. */
    private long allocateWindows(long bytes) {
        long windowBytes = frozen.windowBytes();
        long windows = (bytes + windowBytes - 1) & -windowBytes;
        long address = NativeMemory.allocateDirty(windows, windowBytes);
        frozen.grown(windows);
        if (frozen.isActive()) {
            frozen.born(address, windows);
        }
        return address;
    }

    private static long largeBytes(long address) {
        return Memory.getLong(address - LARGE_HEADER_LENGTH + LARGE_BYTES_OFFSET);
    }

    private void freeLarge(long address) {
        long block = address - LARGE_HEADER_LENGTH;
        long previous = Memory.getLong(block + LARGE_PREVIOUS_OFFSET);
        long next = Memory.getLong(block + LARGE_NEXT_OFFSET);
        if (previous == 0) {
            largeBlocks = next;
        } else {
            Memory.putLong(previous + LARGE_NEXT_OFFSET, next);
        }
        if (next != 0) {
            Memory.putLong(next + LARGE_PREVIOUS_OFFSET, previous);
        }
        long bytes = Memory.getLong(block + LARGE_BYTES_OFFSET);
        reservedBytes -= bytes;
        frozen.grown(-((bytes + frozen.windowBytes() - 1) & -frozen.windowBytes()));
        NativeMemory.free(block);
    }

    /** Makes a use after free visible; only while assertions are enabled. */
    private static boolean poison(long address, long bytes) {
        Memory.set(address, bytes, POISON);
        return true;
    }

    private PenstockException limitReached(long blockBytes) {
        return new PenstockException(
                Category.LIMIT,
                "state of "
                        + owner
                        + " must fit its limit: limit="
                        + limitBytes
                        + " reserved="
                        + reservedBytes
                        + " used="
                        + usedBytes
                        + " asked="
                        + blockBytes
                        + " bytes (raise "
                        + SETTING
                        + " to at least "
                        + (reservedBytes + Math.max(blockBytes, MIN_SLAB_BYTES))
                        + ", or keep fewer keys)");
    }
}
