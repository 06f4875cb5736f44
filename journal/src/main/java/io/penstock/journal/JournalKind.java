package io.penstock.journal;

/** How a directory holds a journal's segments. It is chosen once, when the journal is created. */
public enum JournalKind {
    /** In the files of Chronicle Queue, which grow by blocks. The default. */
    CHRONICLE,
    /** In files of one length that are made, zeroed and touched ahead, and used again. */
    SEGMENT
}
