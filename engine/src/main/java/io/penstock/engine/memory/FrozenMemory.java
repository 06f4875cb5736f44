package io.penstock.engine.memory;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * An arena as it was at one moment, while its owner goes on writing: copy on write, by windows of
 * one length.
 *
 * <p>The owner freezes the arena, which costs the same whatever is in it. From then on, before it
 * changes bytes that were there, it copies their window aside, once, and notes where the copy is.
 * The reader reads the memory itself and then looks whether there is a copy: if there is none, what
 * it has read is what was there when the arena was frozen; if there is, it reads that. So neither
 * waits for the other. What is freed meanwhile is kept until the reader is done, so that nothing is
 * overwritten that needs no copy otherwise. A window whose every byte is newer than the freeze is
 * never copied. Memory of copies is kept for the next freeze, since new memory costs more than what
 * is copied into it.
 *
 * <pre>
 *          freeze          finish         (owner sees it)        reclaim
 *   IDLE --------> FROZEN --------> DONE -----------------> OVER ---------> IDLE
 *          owner           reader            owner                reader
 * </pre>
 *
 * <p>Two threads: the owner, and one reader that is given what was frozen in a safe way. Copies
 * have a limit; beyond it the reader is told that what it reads is lost, and nothing else happens.
 */
public final class FrozenMemory {
    /** Bytes of a window where nothing else is asked for. */
    public static final int DEFAULT_WINDOW_BYTES = 4 << 10;

    /** The setting that an exhausted limit is raised by. */
    public static final String SETTING = "snapshotCopyLimit";

    // A span is what one table of windows covers, 8,192 of them. The table has for each window:
    //
    //   0                  8              16
    //   +------------------+--------------+
    //   | freeze it is of  | its copy     |   copy 0: all of it is newer than that freeze
    //   +------------------+--------------+
    private static final int SLOT_LENGTH_SHIFT = 4;
    private static final int COPY_OFFSET = 8;
    private static final int SPAN_SHIFT = 13;
    private static final long SPAN_MASK = (1L << SPAN_SHIFT) - 1;
    private static final long TABLE_BYTES = 1L << (SPAN_SHIFT + SLOT_LENGTH_SHIFT);

    /** Most copies that are made ready ahead, so that the owner need not ask the system. */
    private static final int READY = 4096;

    /** Windows there are for each copy that is made ready. */
    private static final int WINDOWS_PER_READY = 4;

    private enum Phase {
        IDLE,
        FROZEN,
        DONE,
        OVER
    }

    private final String name;
    private final long limitBytes;
    private final int windowBytes;
    private final int windowShift;

    /** The owner's: whether writes have to look for their windows. */
    private boolean isActive;

    /** Number of the freeze; the owner's. */
    private long freeze = 1;

    private boolean isLost;
    private long copiedBytes;
    private final AddressList copies = new AddressList();

    /** Copies of earlier freezes: their memory has pages already. */
    private final AddressList kept = new AddressList();

    private volatile Phase phase = Phase.IDLE;
    private volatile boolean lost;

    /** Number of each span, ascending, and the address of its table; replaced when one is added. */
    private volatile Spans spans = new Spans(new long[0], new long[0]);

    /** Windows of the arena's memory; the owner's. */
    private long windows;

    /** How many copies are worth being made ready. */
    private volatile int readyGoal;

    // Ready copies: a ring from the reader to the owner.
    private final long[] ready = new long[READY];
    private volatile long readyTail;
    private volatile long readyHead;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Spans(long[] numbers, long[] tables) {
        long table(long number) {
            int at = Arrays.binarySearch(numbers, number);
            return at < 0 ? 0 : tables[at];
        }
    }

    /**
     * Creates the frozen side of an arena; it takes no memory before it is frozen.
     *
     * @param name whom a message names
     * @param limitBytes most bytes of copies
     * @param windowBytes bytes that are copied together, and what their address is a multiple of: a
     *     power of two
     */
    FrozenMemory(String name, long limitBytes, int windowBytes) {
        if (Integer.bitCount(windowBytes) != 1 || windowBytes < NativeMemory.ALIGNMENT) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a window must be a power of two from "
                            + NativeMemory.ALIGNMENT
                            + " bytes: windowBytes="
                            + windowBytes);
        }
        this.name = name;
        this.limitBytes = limitBytes;
        this.windowBytes = windowBytes;
        this.windowShift = Integer.numberOfTrailingZeros(windowBytes);
    }

    /** Bytes that are copied together. */
    int windowBytes() {
        return windowBytes;
    }

    // ---- the owner's side

    /** Whether {@link #freeze()} may be called. */
    public boolean isIdle() {
        return phase == Phase.IDLE;
    }

    /** Owner: whether writes have to be told. */
    boolean isActive() {
        return isActive;
    }

    /** Owner: keeps what the arena holds now for the reader. */
    public void freeze() {
        if (phase != Phase.IDLE) {
            throw new IllegalStateException("memory is frozen already: phase=" + phase);
        }
        isActive = true;
        isLost = false;
        copiedBytes = 0;
        lost = false;
        phase = Phase.FROZEN;
    }

    /** Owner: ends the freeze if the reader is done. True if it has ended now. */
    boolean poll() {
        if (phase != Phase.DONE) {
            return false;
        }
        isActive = false;
        freeze++;
        phase = Phase.OVER;
        return true;
    }

    /** Owner: bytes are about to be overwritten. */
    void beforeWrite(long address, long length) {
        long last = (address + length - 1) >>> windowShift;
        for (long window = address >>> windowShift; window <= last; window++) {
            long slot = slotOf(window);
            if (Memory.getLong(slot) != freeze) {
                copy(window, slot);
            }
        }
    }

    /** Owner: so many bytes of memory, whole windows, were added to the arena, or given back. */
    void grown(long bytes) {
        windows += bytes >> windowShift;
        readyGoal = (int) Math.min(READY, windows / WINDOWS_PER_READY);
    }

    /** Owner: memory that is new, whole windows of it. */
    void born(long address, long length) {
        for (long at = address; at < address + length; at += windowBytes) {
            long slot = slotOf(at >>> windowShift);
            Memory.putLong(slot + COPY_OFFSET, 0);
            VarHandle.releaseFence();
            Memory.putLong(slot, freeze);
        }
    }

    /** Owner: whether nothing in the range is needed any more where it lies. */
    boolean isFree(long address, long length) {
        long last = (address + length - 1) >>> windowShift;
        for (long window = address >>> windowShift; window <= last; window++) {
            if (Memory.getLong(slotOf(window)) != freeze) {
                return false;
            }
        }
        return true;
    }

    private long slotOf(long window) {
        long number = window >>> SPAN_SHIFT;
        long table = spans.table(number);
        if (table == 0) {
            table = addSpan(number);
        }
        return table + ((window & SPAN_MASK) << SLOT_LENGTH_SHIFT);
    }

    private long addSpan(long number) {
        Spans before = spans;
        int count = before.numbers.length;
        int at = -Arrays.binarySearch(before.numbers, number) - 1;
        long[] numbers = Arrays.copyOf(before.numbers, count + 1);
        long[] tables = Arrays.copyOf(before.tables, count + 1);
        System.arraycopy(numbers, at, numbers, at + 1, count - at);
        System.arraycopy(tables, at, tables, at + 1, count - at);
        numbers[at] = number;
        tables[at] = NativeMemory.allocate(TABLE_BYTES);
        spans = new Spans(numbers, tables);
        return tables[at];
    }

    private void copy(long window, long slot) {
        if (isLost) {
            return;
        }
        if (copiedBytes + windowBytes > limitBytes) {
            isLost = true;
            lost = true;
            // Whoever sees what is written from here on sees that it is lost.
            VarHandle.fullFence();
            return;
        }
        long copy = takeReady();
        Memory.copy(window << windowShift, copy, windowBytes);
        copies.push(copy, 0);
        copiedBytes += windowBytes;
        Memory.putLong(slot + COPY_OFFSET, copy);
        VarHandle.releaseFence();
        Memory.putLong(slot, freeze);
        // The note is seen no later than what is written over the window.
        VarHandle.releaseFence();
    }

    private long takeReady() {
        if (kept.count() > 0) {
            kept.pop();
            return kept.poppedFirst();
        }
        long head = readyHead;
        if (head == readyTail) {
            return NativeMemory.allocateDirty(windowBytes);
        }
        long copy = ready[(int) head & (READY - 1)];
        readyHead = head + 1;
        return copy;
    }

    /** Owner: bytes that were copied aside since the latest freeze. */
    public long copiedBytes() {
        return copiedBytes;
    }

    /** Frees everything; when there is no reader any more. */
    void close() {
        isActive = false;
        freeze++;
        windows = 0;
        readyGoal = 0;
        phase = Phase.IDLE;
        free(copies);
        free(kept);
        for (long head = readyHead; head < readyTail; head++) {
            NativeMemory.free(ready[(int) head & (READY - 1)]);
        }
        readyHead = readyTail;
        for (long table : spans.tables) {
            NativeMemory.free(table);
        }
        spans = new Spans(new long[0], new long[0]);
    }

    // ---- the reader's side

    /** Number of the freeze that views read from here on are of. */
    long freezeNumber() {
        return freeze;
    }

    /**
     * Reader: nothing more will be read of what was frozen. The owner sees it when it polls next.
     */
    public void finish() {
        if (phase == Phase.FROZEN) {
            phase = Phase.DONE;
        }
    }

    /**
     * Reader: keeps the copies' memory for the next freeze if the owner has seen that they are not
     * needed; false if it has not.
     */
    public boolean reclaim() {
        if (phase == Phase.OVER) {
            while (copies.count() > 0) {
                copies.pop();
                kept.push(copies.poppedFirst(), 0);
            }
            phase = Phase.IDLE;
        }
        return phase == Phase.IDLE;
    }

    /** Reader: makes copies ready for the owner, their pages touched; returns how many. */
    public int makeReady() {
        int made = 0;
        long tail = readyTail;
        int goal = readyGoal;
        while (tail - readyHead < goal && made < READY / 4) {
            long copy = NativeMemory.allocateDirty(windowBytes);
            Memory.set(copy, windowBytes, (byte) 0);
            ready[(int) tail & (READY - 1)] = copy;
            readyTail = ++tail;
            made++;
        }
        return made;
    }

    /** Throws LIMIT if copies did not fit their limit, so that what is read is not what it was. */
    void requireWhole() {
        if (lost) {
            throw new PenstockException(
                    Category.LIMIT,
                    "what changes while a snapshot of "
                            + name
                            + " is written must fit the limit of copies: limit="
                            + limitBytes
                            + " bytes (raise "
                            + SETTING
                            + ", or take snapshots when less changes)");
        }
    }

    /**
     * Reader: where the copy of an address's window is to be read; 0 if what was read of the window
     * before is as it was frozen.
     */
    long copyOf(long address, long freezeNumber) {
        VarHandle.acquireFence();
        long window = address >>> windowShift;
        long table = spans.table(window >>> SPAN_SHIFT);
        if (table == 0) {
            return 0;
        }
        long slot = table + ((window & SPAN_MASK) << SLOT_LENGTH_SHIFT);
        if (Memory.getLong(slot) != freezeNumber) {
            return 0;
        }
        VarHandle.acquireFence();
        long copy = Memory.getLong(slot + COPY_OFFSET);
        if (copy == 0) {
            throw new IllegalStateException("frozen state led to memory that is newer than it");
        }
        return copy + (address & (windowBytes - 1));
    }

    private static void free(AddressList list) {
        while (list.count() > 0) {
            list.pop();
            NativeMemory.free(list.poppedFirst());
        }
        list.clear();
    }
}
