package io.penstock.engine.operator;

import io.penstock.engine.time.Times;
import java.time.Duration;

/**
 * When a row is a duplicate of an earlier one of the same id, the stream's key.
 *
 * @param memory how long an id is remembered
 * @param duplicates name of the side output, on the stream that the stage reads, that duplicates go
 *     to; null drops them; either way they are counted
 */
public record Dedupe(Memory memory, String duplicates) {
    /** How long an id is remembered. */
    public sealed interface Memory {
        /** For ever: a row is kept if its id was never seen. State grows with the ids. */
        record Forever() implements Memory {}

        /**
         * Over a number of rows.
         *
         * @param rows a row is kept if none of so many rows directly before it, in the order they
         *     come to the stage, has its id, kept or not
         */
        record LastRows(long rows) implements Memory {}

        /**
         * Over a time.
         *
         * @param durationNs a row is kept if none of its id came before it whose time is later than
         *     its own minus this, kept or not; the time of a row is its event time, or the stage's
         *     watermark if that is later
         */
        record Within(long durationNs) implements Memory {}
    }

    /** Refuses a memory of nothing. */
    public Dedupe {
        if (memory instanceof Memory.LastRows last && last.rows() <= 0) {
            throw new IllegalArgumentException("rows must be positive: rows=" + last.rows());
        }
        if (memory instanceof Memory.Within within && within.durationNs() <= 0) {
            throw new IllegalArgumentException(
                    "a duration must be positive: durationNs=" + within.durationNs());
        }
    }

    /** Keeps the first row of every id; state grows with the number of ids. */
    public static Dedupe forever() {
        return new Dedupe(new Memory.Forever(), null);
    }

    /** Keeps a row if none of the {@code rows} rows directly before it has its id. */
    public static Dedupe lastRows(long rows) {
        return new Dedupe(new Memory.LastRows(rows), null);
    }

    /** Keeps a row if none of its id, no older than this, came before it. */
    public static Dedupe within(Duration duration) {
        return new Dedupe(new Memory.Within(Times.ns("a duration of duplicates", duration)), null);
    }

    /** The same, with duplicates sent to a side output of the stream that the stage reads. */
    public Dedupe duplicatesTo(String side) {
        return new Dedupe(memory, side);
    }
}
