package io.penstock.journal;

/** What a reader found where it stands. Only OK moves it. */
public enum Outcome {
    /** A record: the view shows it. */
    OK,
    /** No more records now; more may come while a writer runs. */
    END,
    /** The sequence asked for, or the next one, is in segments that are not there. */
    GAP,
    /** What stands here is not what was written. */
    CORRUPT
}
