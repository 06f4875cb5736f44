package io.penstock.testkit.simulation;

import io.penstock.journal.JournalConfig;
import io.penstock.journal.Journals;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import io.penstock.journal.store.Quarantined;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/** A journal's bytes with a bug. */
final class BrokenFrames extends ForwardingFrameStore {
    enum Bug {
        LOSES_FRAMES,
        FORCES_NOTHING,
        CUTS_NOTHING,
        IGNORES_FAILED_FORCES,
        FORCES_AGAIN,
        WRITES_NOTHING_AGAIN,
        IGNORES_FAILED_APPENDS,
        APPENDS_AGAIN,
        MARK_IS_NOT_FORCED,
        DAMAGE_IS_THE_END
    }

    private static final int LOST_EVERY = 30;

    private final FrameStore right;
    private final Bug bug;
    private int appends;

    BrokenFrames(FrameStore right, Bug bug) {
        super(right);
        this.right = right;
        this.bug = bug;
    }

    @Override
    public SegmentWriter create(int epoch, int number) throws IOException {
        return new BrokenWriter(right.create(epoch, number));
    }

    @Override
    public Quarantined cut(SegmentFile segment, long offset) throws IOException {
        return bug == Bug.CUTS_NOTHING
                ? new Quarantined(segment.name(), 0)
                : right.cut(segment, offset);
    }

    @Override
    public void force(String segmentName) throws IOException {
        force(() -> right.force(segmentName));
    }

    @Override
    public void rewrite(String segmentName, long offset, long endOffset) throws IOException {
        if (bug != Bug.WRITES_NOTHING_AGAIN) {
            right.rewrite(segmentName, offset, endOffset);
        }
    }

    /** One force of the right store. */
    private interface Force {
        void run() throws IOException;
    }

    private void force(Force force) throws IOException {
        try {
            if (bug != Bug.FORCES_NOTHING) {
                force.run();
            }
        } catch (IOException e) {
            if (bug == Bug.FORCES_AGAIN) {
                force.run();
            } else if (bug != Bug.IGNORES_FAILED_FORCES) {
                throw e;
            }
        }
    }

    @Override
    public int readMark(ByteBuffer target) throws IOException {
        if (bug != Bug.DAMAGE_IS_THE_END || right.readMark(target.duplicate()) < 0) {
            return right.readMark(target);
        }
        // What the mark of a new journal says: that nothing was promised.
        MemoryFrameStore empty = new MemoryFrameStore();
        Journals.open(JournalConfig.on(empty).withJournalId(SimulatedStores.JOURNAL_ID)).close();
        return empty.readMark(target);
    }

    @Override
    public MarkRegion openMark() throws IOException {
        MarkRegion mark = right.openMark();
        return bug == Bug.MARK_IS_NOT_FORCED ? new UnforcedMark(mark) : mark;
    }

    private final class BrokenWriter extends Writer {
        BrokenWriter(SegmentWriter writer) {
            super(writer);
        }

        @Override
        public void append(DirectBuffer frame, int offset, int length) throws IOException {
            if (bug == Bug.LOSES_FRAMES && ++appends % LOST_EVERY == 0) {
                return;
            }
            try {
                super.append(frame, offset, length);
            } catch (IOException e) {
                if (bug == Bug.APPENDS_AGAIN) {
                    super.append(frame, offset, length);
                } else if (bug != Bug.IGNORES_FAILED_APPENDS) {
                    throw e;
                }
            }
        }

        @Override
        public void force() throws IOException {
            BrokenFrames.this.force(super::force);
        }
    }

    /** Says that it was forced. */
    private static final class UnforcedMark extends Mark {
        UnforcedMark(MarkRegion mark) {
            super(mark);
        }

        @Override
        public void force() {
            // Here is the bug.
        }
    }
}
