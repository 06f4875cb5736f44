package io.penstock.journal;

import io.penstock.journal.store.FrameStore.Carries;

/** How a directory holds a journal's segments. It is chosen once, when the journal is created. */
public enum JournalKind {
    /** In the files of Chronicle Queue, which grow by blocks. The default. */
    CHRONICLE(Carries.PROCESS),
    /** In files of one length that are made, zeroed and touched ahead, and used again. */
    SEGMENT(Carries.POWER);

    private final Carries carries;

    JournalKind(Carries carries) {
        this.carries = carries;
    }

    /** The failures that what was forced survives; no level of durability promises more. */
    public Carries carries() {
        return carries;
    }
}
