package io.penstock.engine.window;

import io.penstock.engine.operator.HotPath;
import java.util.Arrays;

/**
 * The panes that events went to of late and the times they hold, so that most events divide
 * nothing. Forgotten when panes are dropped.
 */
@HotPath
final class RecentPanes {
    static final int NONE = -1;

    private static final int SLOTS = 4;

    private final Pane[] panes = new Pane[SLOTS];
    private final long[] fromNs = new long[SLOTS];
    private final long[] toNs = new long[SLOTS];
    private final long[] lastExpiryNs = new long[SLOTS];
    private final long[] firstEndNs = new long[SLOTS];

    /** Slot that an event was of last. */
    private int latest;

    private int next;

    /** Forgets all of them. */
    void clear() {
        Arrays.fill(panes, null);
        Arrays.fill(fromNs, 0);
        Arrays.fill(toNs, 0);
        latest = 0;
        next = 0;
    }

    /** Slot of the pane that holds a time; {@link #NONE} if it is not known here. */
    int find(long timeNs) {
        int slot = latest;
        if (timeNs >= fromNs[slot] && timeNs < toNs[slot]) {
            return slot;
        }
        for (slot = 0; slot < SLOTS; slot++) {
            if (timeNs >= fromNs[slot] && timeNs < toNs[slot]) {
                latest = slot;
                return slot;
            }
        }
        return NONE;
    }

    /** Keeps a pane, in the place of the one that has been here longest; returns its slot. */
    int add(Pane pane, long from, long to, long lastExpiry, long firstEnd) {
        int slot = next;
        next = (next + 1) % SLOTS;
        panes[slot] = pane;
        fromNs[slot] = from;
        toNs[slot] = to;
        lastExpiryNs[slot] = lastExpiry;
        firstEndNs[slot] = firstEnd;
        latest = slot;
        return slot;
    }

    Pane pane(int slot) {
        return panes[slot];
    }

    /** The pane that an event went to last; null if there is none. */
    Pane latest() {
        return panes[latest];
    }

    /** When the pane's last window takes no event any more. */
    long lastExpiryNs(int slot) {
        return lastExpiryNs[slot];
    }

    /** End of the pane's first window. */
    long firstEndNs(int slot) {
        return firstEndNs[slot];
    }
}
