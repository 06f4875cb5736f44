package io.penstock.journal;

import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.SegmentFile;
import java.util.List;

/** Finds which segments of a journal hold nothing but records below a sequence. */
final class Retention {
    private final FrameStore store;

    Retention(FrameStore store) {
        this.store = store;
    }

    /**
     * Where a journal can begin.
     *
     * @param sequence its first record
     * @param chain checksum of the frame before the head of its first segment
     * @param epoch that segment's epoch
     * @param segment that segment's number
     * @param below the segments before it
     */
    record Base(long sequence, int chain, int epoch, int segment, List<SegmentFile> below) {}

    /** What giving up all before a base comes to; a base that is null gives up nothing. */
    static RetentionReport report(Base base, long firstBefore) {
        if (base == null) {
            return new RetentionReport(firstBefore, firstBefore, 0, 0);
        }
        long lengthBytes = 0;
        for (SegmentFile file : base.below()) {
            lengthBytes += file.lengthBytes();
        }
        return new RetentionReport(firstBefore, base.sequence(), base.below().size(), lengthBytes);
    }

    /** As {@link Journal#trimBefore} would do it; of a journal that nobody need have open. */
    RetentionReport tryBefore(long sequence) {
        MarkReader mark = new MarkReader(store);
        if (!mark.read()) {
            throw mark.damage().toException();
        }
        return report(find(Math.min(sequence, mark.appended.sequence)), mark.firstSequence());
    }

    /** The last base at or below a sequence; null when there is none above the present one. */
    Base find(long sequence) {
        MarkReader mark = new MarkReader(store);
        if (!mark.read()) {
            throw mark.damage().toException();
        }
        Base base = null;
        try (FrameWalker walker = new FrameWalker(store, mark, false)) {
            List<SegmentFile> segments = List.copyOf(walker.segments());
            for (int i = 1; i < segments.size(); i++) {
                walker.restartAt(i);
                if (walker.next() != Outcome.OK) {
                    if (walker.damage() != null) {
                        throw walker.damage().toException();
                    }
                    break;
                }
                if (walker.firstSequence() > sequence) {
                    break;
                }
                base =
                        new Base(
                                walker.firstSequence(),
                                walker.previousChecksum(),
                                walker.segment().epoch(),
                                walker.segment().number(),
                                segments.subList(0, i));
            }
        }
        return base;
    }
}
