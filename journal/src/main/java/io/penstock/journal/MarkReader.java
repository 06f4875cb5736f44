package io.penstock.journal;

import io.penstock.journal.store.FrameStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.UUID;

/** Reads the mark, also while a writer moves it. One thread; allocates nothing after creation. */
final class MarkReader {
    static final String NAME = "MARK";

    /** A writer can be half-way through both reads of a slot, but not for ever. */
    private static final int ATTEMPTS = 16;

    final MarkSlot appended = new MarkSlot(MarkLayout.KIND_APPENDED);
    final MarkSlot forced = new MarkSlot(MarkLayout.KIND_FORCED);
    final MarkSlot base = new MarkSlot(MarkLayout.KIND_BASE);

    private final FrameStore store;
    private final ByteBuffer bytes =
            ByteBuffer.allocateDirect(FrameStore.MARK_LENGTH).order(FrameLayout.ORDER);
    private boolean hasBase;
    private String problem;

    MarkReader(FrameStore store) {
        this.store = store;
    }

    /** Reads the newest values of both kinds; false when there are none ({@link #problem()}). */
    boolean read() {
        problem = null;
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                bytes.clear();
                int length = store.readMark(bytes);
                if (length < 0) {
                    problem = "the mark is missing";
                    return false;
                }
                if (length < FrameStore.MARK_LENGTH && length != FrameStore.OLD_MARK_LENGTH) {
                    problem = "the mark is cut to " + length + " bytes";
                    return false;
                }
                bytes.flip();
                if (appended.readNewest(bytes) && forced.readNewest(bytes) && readBase()) {
                    return isConsistent();
                }
            }
        } catch (IOException e) {
            problem = "the mark cannot be read: " + e;
            return false;
        }
        problem = "both slots of a pair in the mark have a wrong checksum";
        return false;
    }

    private boolean readBase() {
        hasBase = base.readNewest(bytes);
        return hasBase || base.isNeverWritten(bytes);
    }

    /** Sequence of the first record that is kept. */
    long firstSequence() {
        return hasBase ? base.sequence : 0;
    }

    /** Number of the first segment that is kept. */
    int firstSegment() {
        return hasBase ? base.segment : 1;
    }

    /** Checksum of the frame before the first that is kept. */
    int firstChain() {
        return hasBase ? base.checksum : 0;
    }

    /** Why there are no values. */
    String problem() {
        return problem;
    }

    /** Whether there is no mark at all, which is so before the first opening. */
    boolean isAbsent() throws IOException {
        bytes.clear();
        return store.readMark(bytes) < 0;
    }

    UUID journalId() {
        return new UUID(appended.idHigh, appended.idLow);
    }

    private boolean isConsistent() {
        boolean isOne =
                appended.idHigh == forced.idHigh
                        && appended.idLow == forced.idLow
                        && (!hasBase
                                || (base.idHigh == forced.idHigh && base.idLow == forced.idLow));
        if (!isOne) {
            problem = "the mark's slots are of different journals";
            return false;
        }
        return true;
    }

    /** The damage that an unreadable mark is. */
    JournalDamage damage() {
        return new JournalDamage(
                JournalDamage.Kind.CORRUPT, NAME, 0, 0, problem, JournalDamage.RESTORE);
    }
}
