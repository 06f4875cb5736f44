package io.penstock.engine.operator;

/**
 * Work of a stage that waits for time to come: the next of its kind.
 *
 * @param what in a word, such as {@code window}
 * @param startNs of the time it covers; equal to {@code endNs} where it is a moment
 * @param endNs of the time it covers
 * @param dueNs when it is done, in event time or by the engine's clock
 * @param isByClock whether the engine's clock sets it free, and not the watermark
 */
public record Pending(String what, long startNs, long endNs, long dueNs, boolean isByClock) {
    /** Work of a moment in event time. */
    static Pending at(String what, long timeNs) {
        return new Pending(what, timeNs, timeNs, timeNs, false);
    }

    /** Work of a moment by the engine's clock. */
    static Pending byClock(String what, long timeNs) {
        return new Pending(what, timeNs, timeNs, timeNs, true);
    }
}
