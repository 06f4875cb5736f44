package io.penstock.engine.window;

import io.penstock.engine.state.SessionTable;

/**
 * The open sessions that have changed since their last result, by (end, start, key group, first
 * arrival): the order in which they give early results.
 *
 * <p>Scratch memory, grown to the most sessions there were; not state.
 */
final class SessionOrder {
    private SessionTable sessions;
    private long[] ordered = new long[64];
    private long[] scratch = new long[64];
    private int count;
    private int next;

    /** Whether there is an order in use. */
    boolean isOpen() {
        return sessions != null;
    }

    /** Orders what has changed; nothing may be added or removed until {@link #close()}. */
    void open(SessionTable table) {
        sessions = table;
        int all = table.openCount();
        if (ordered.length < all) {
            int grown = Math.max(all, ordered.length * 2);
            ordered = new long[grown];
            scratch = new long[grown];
        }
        count = 0;
        next = 0;
        for (int i = 0; i < all; i++) {
            long session = table.openAt(i);
            if (!table.isEmitted(session)) {
                ordered[count++] = session;
            }
        }
        sort();
    }

    /** The session whose turn it is, or none. */
    long current() {
        return next < count ? ordered[next] : SessionTable.NULL_SESSION;
    }

    /** Goes on to the next session. */
    void advance() {
        next++;
    }

    /** Ends the use of the order. */
    void close() {
        sessions = null;
    }

    /** Merge sort, bottom up. */
    private void sort() {
        for (int width = 1; width < count; width *= 2) {
            for (int low = 0; low < count; low += 2 * width) {
                int middle = Math.min(low + width, count);
                merge(low, middle, Math.min(low + 2 * width, count));
            }
            long[] merged = scratch;
            scratch = ordered;
            ordered = merged;
        }
    }

    private void merge(int low, int middle, int high) {
        int left = low;
        int right = middle;
        for (int i = low; i < high; i++) {
            boolean takesLeft =
                    right >= high
                            || (left < middle
                                    && sessions.compare(ordered[left], ordered[right]) <= 0);
            scratch[i] = takesLeft ? ordered[left++] : ordered[right++];
        }
    }
}
