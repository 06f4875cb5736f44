package io.penstock.journal.memory;

/** What one append to a {@link MemoryFrameStore} does instead of storing its frame. */
public enum AppendFault {
    /** Stores nothing, and fails. */
    NOTHING_STORED,
    /** Stores a part without completing it, and fails. */
    PART_STORED,
    /** Stores a part as if it were complete, and fails. */
    TORN,
    /** Stores all, and fails nevertheless. */
    ALL_STORED,
    /** Stores nothing, and says it did. */
    LOST
}
