package io.penstock.engine.memory;

import java.util.Arrays;

/**
 * Which ranges of native memory are allocated; kept only while assertions are enabled.
 *
 * <p>Any thread. Readers search an immutable sorted copy, so that a check allocates nothing. Where
 * a range was found for an address is tried first for its neighbours; a guess is checked like any
 * other find, so threads may lose each other's.
 */
final class LiveAllocations {
    private static final long[] NONE = {};
    private static final int GUESSES = 1 << 10;
    private static final int GUESS_SHIFT = 9;

    /** Start and end of each range, alternating, ascending. */
    private static volatile long[] ranges = NONE;

    private static final int[] GUESSED = new int[GUESSES];

    private LiveAllocations() {}

    /** Always true, so that it can stand in an {@code assert}. */
    static synchronized boolean add(long address, long bytes) {
        long[] old = ranges;
        int at = firstBehind(old, address) << 1;
        long[] next = new long[old.length + 2];
        System.arraycopy(old, 0, next, 0, at);
        next[at] = address;
        next[at + 1] = address + bytes;
        System.arraycopy(old, at, next, at + 2, old.length - at);
        ranges = next;
        return true;
    }

    /** False if no live allocation starts there. */
    static synchronized boolean remove(long address) {
        long[] old = ranges;
        int at = Arrays.binarySearch(old, address);
        if (at < 0) {
            return false;
        }
        // An end may equal the next start: the search can find either of the two.
        if ((at & 1) == 1) {
            at++;
            if (at >= old.length || old[at] != address) {
                return false;
            }
        }
        long[] next = new long[old.length - 2];
        System.arraycopy(old, 0, next, 0, at);
        System.arraycopy(old, at + 2, next, at, old.length - at - 2);
        ranges = next;
        return true;
    }

    static boolean contains(long address, long length) {
        if (length == 0) {
            return true;
        }
        long[] all = ranges;
        int slot = (int) (address >>> GUESS_SHIFT) & (GUESSES - 1);
        int guess = GUESSED[slot];
        if (guess < all.length && all[guess] <= address && address + length <= all[guess + 1]) {
            return length > 0;
        }
        int found = (firstBehind(all, address) - 1) << 1;
        if (found < 0 || length < 0 || address + length > all[found + 1]) {
            return false;
        }
        GUESSED[slot] = found;
        return true;
    }

    /** Number of the first range that starts behind an address. */
    private static int firstBehind(long[] all, long address) {
        int low = 0;
        int high = all.length >> 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (all[middle << 1] <= address) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
