package io.penstock.journal;

/** Told how far a long read of a journal is; called on the reading thread. */
@FunctionalInterface
public interface JournalProgress {
    /** Says nothing. */
    JournalProgress NONE = (done, total) -> {};

    /** Bytes that are done, of about how many. */
    void progress(long doneBytes, long totalBytes);
}
