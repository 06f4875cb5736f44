package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.state.KeyGroups;
import io.penstock.engine.state.KeyTable;

/**
 * The order in which a window's keys fire: by key group, then by the arrival of the key's first
 * event, then as they stand in the table.
 *
 * <p>A counting sort over the groups, then a stable sort within a group where arrivals are not
 * ascending already. Scratch memory, grown to the largest window; not state.
 */
final class FiringOrder {
    private static final byte NONE = -1;

    /** About as many as a step tells. */
    private static final int TOUCHED_TOGETHER = 64;

    private final int[] groupStarts = new int[KeyGroups.COUNT + 1];
    private byte[] groups = new byte[64];
    private int[] entries = new int[64];
    private long[] arrivals = new long[64];
    private int[] entryScratch = new int[64];
    private long[] arrivalScratch = new long[64];
    private int count;
    private long touched;

    int count() {
        return count;
    }

    int entryAt(int index) {
        return entries[index];
    }

    /**
     * Reads some of the entries from an index on, so that they are near when they are told: keys of
     * a group are far from each other in the table.
     */
    void touch(KeyTable table, int index) {
        int end = Math.min(count, index + TOUCHED_TOGETHER);
        long sum = 0;
        for (int i = index; i < end; i++) {
            sum += table.touch(entries[i]);
        }
        touched = sum;
    }

    /** Depends on all that was touched, so that it has to be read. */
    long touched() {
        return touched;
    }

    /** Orders all entries of a table whose values start with their first arrival. */
    void order(KeyTable table) {
        int all = table.entryCount();
        ensure(all);
        java.util.Arrays.fill(groupStarts, 0);
        count = 0;
        for (int i = 0; i < all; i++) {
            if (table.isLive(i)) {
                int group = table.keyGroup(i);
                groups[i] = (byte) group;
                arrivalScratch[i] = Memory.getLong(table.valueAddress(i)); // while it is near
                groupStarts[group + 1]++;
                count++;
            } else {
                groups[i] = NONE;
            }
        }
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            groupStarts[group + 1] += groupStarts[group];
        }
        for (int i = 0; i < all; i++) {
            if (groups[i] == NONE) {
                continue;
            }
            int at = groupStarts[groups[i]]++;
            entries[at] = i;
            arrivals[at] = arrivalScratch[i];
        }
        int start = 0;
        for (int group = 0; group < KeyGroups.COUNT; group++) {
            sort(start, groupStarts[group]);
            start = groupStarts[group];
        }
    }

    /** Stable merge sort, bottom up; runs that are in order already cost one comparison. */
    private void sort(int from, int to) {
        boolean sorted = true;
        for (int i = from + 1; i < to && sorted; i++) {
            sorted = arrivals[i - 1] <= arrivals[i];
        }
        if (sorted) {
            return;
        }
        for (int width = 1; width < to - from; width *= 2) {
            for (int low = from; low < to; low += 2 * width) {
                int middle = Math.min(low + width, to);
                int high = Math.min(low + 2 * width, to);
                if (middle < high && arrivals[middle - 1] > arrivals[middle]) {
                    merge(low, middle, high);
                }
            }
        }
    }

    private void merge(int low, int middle, int high) {
        System.arraycopy(entries, low, entryScratch, low, high - low);
        System.arraycopy(arrivals, low, arrivalScratch, low, high - low);
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
            boolean takeLeft =
                    right >= high
                            || (left < middle && arrivalScratch[left] <= arrivalScratch[right]);
            int from = takeLeft ? left++ : right++;
            entries[i] = entryScratch[from];
            arrivals[i] = arrivalScratch[from];
        }
    }

    private void ensure(int needed) {
        if (entries.length < needed) {
            int grown = Math.max(needed, entries.length * 2);
            groups = new byte[grown];
            entries = new int[grown];
            arrivals = new long[grown];
            entryScratch = new int[grown];
            arrivalScratch = new long[grown];
        }
    }
}
