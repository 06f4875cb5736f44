package io.penstock.engine.operator;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/**
 * Finds timers that set themselves again to a time that has come already: they would fire for ever
 * within one record. Counts firings that do not move on in time; what it knows follows from the
 * records, and is no state.
 */
final class FiringGuard {
    /** Firings without moving on that are believed beyond one for each timer that was set. */
    static final long MOST_REPEATED = 1 << 20;

    private long sequence = Long.MIN_VALUE;
    private long timeNs;
    private long left;
    private long markedSequence;
    private long markedTimeNs;
    private long markedLeft;

    /** Notes what {@link #reset()} is to go back to. */
    void mark() {
        markedSequence = sequence;
        markedTimeNs = timeNs;
        markedLeft = left;
    }

    /** The firings since {@link #mark()} are taken back. */
    void reset() {
        sequence = markedSequence;
        timeNs = markedTimeNs;
        left = markedLeft;
    }

    /**
     * A timer fires.
     *
     * @param record being worked on
     * @param firedNs time the timer was set to
     * @param pending timers that are still set
     */
    void fired(long record, long firedNs, long pending) {
        if (record != sequence || firedNs > timeNs) {
            sequence = record;
            timeNs = firedNs;
            left = pending + MOST_REPEATED;
        } else if (--left < 0) {
            throw new PenstockException(
                    Category.LIMIT,
                    "timers set themselves again without end, to times that have come: more than "
                            + MOST_REPEATED
                            + " firings at timeNs="
                            + timeNs
                            + " within one record (set a timer to a later time)");
        }
    }
}
