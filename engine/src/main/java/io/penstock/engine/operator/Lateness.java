package io.penstock.engine.operator;

/** What happens to an event that comes too late: dropped and counted, or sent to a side output. */
public sealed interface Lateness {
    /** Too late: dropped and counted. */
    record Drop() implements Lateness {}

    /**
     * Too late: sent to the side output of the stream that the stage reads, and counted.
     *
     * @param side name of the side output
     */
    record ToSide(String side) implements Lateness {}
}
