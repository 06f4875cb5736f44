package io.penstock.journal;

import io.penstock.fault.PenstockException;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.SegmentFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Looks at a whole journal and goes on behind damage, one report a segment. One use. */
final class Inspection {
    private static final long PROGRESS_BYTES = 4L << 20;

    private final FrameStore store;
    private final Consumer<FrameWalker> shown;
    private final MarkReader mark;
    private final List<JournalInfo.Segment> segments = new ArrayList<>();
    private final List<JournalDamage> damages = new ArrayList<>();
    private long records;
    private long lengthBytes;

    Inspection(FrameStore store) {
        this(store, walker -> {});
    }

    /**
     * Shows what it reads.
     *
     * @param shown told of every frame that is sound, from a segment's head on; one behind damage
     *     is none until the next head
     */
    Inspection(FrameStore store, Consumer<FrameWalker> shown) {
        this.store = store;
        this.shown = shown;
        this.mark = new MarkReader(store);
    }

    /** Reads mark and heads. */
    JournalInfo info() {
        if (!readMark()) {
            return result(RecordView.NULL_SEQUENCE);
        }
        long appended = mark.appended.sequence;
        try (FrameWalker walker = new FrameWalker(store, mark, false)) {
            List<SegmentFile> files = walker.segments();
            for (int i = files.size() - 1; i >= 0; i--) {
                walker.restartAt(i);
                Outcome outcome = walker.next();
                long next = segments.isEmpty() ? appended + 1 : segments.get(0).firstSequence();
                long first = outcome == Outcome.OK ? walker.nextSequence() : next;
                if (outcome != Outcome.OK && walker.damage() != null) {
                    damages.add(0, walker.damage());
                }
                segments.add(0, segment(files.get(i), 0, first, next - 1, 0, false));
            }
        }
        records = appended + 1 - mark.firstSequence();
        return result(appended);
    }

    /** Reads everything. */
    JournalInfo verify(JournalProgress progress) {
        if (!readMark()) {
            return result(RecordView.NULL_SEQUENCE);
        }
        long last = RecordView.NULL_SEQUENCE;
        try (FrameWalker walker = new FrameWalker(store, mark, true)) {
            Pass pass = new Pass(walker, progress);
            int from = 0;
            while (true) {
                Outcome outcome = pass.run();
                last = Math.max(last, walker.nextSequence() - 1);
                if (outcome == Outcome.END) {
                    break;
                }
                damages.add(walker.damage());
                from = Math.max(from, walker.segmentIndex()) + 1;
                if (from >= walker.segments().size()) {
                    break;
                }
                pass.restartAt(from);
            }
        }
        return result(last);
    }

    /** One walk from a head to an end or to damage. */
    private final class Pass {
        private final FrameWalker walker;
        private final JournalProgress progress;
        private long totalBytes;
        private long reportedBytes;
        private SegmentFile file;
        private long firstSequence;
        private long frames;
        private boolean isSealed;

        Pass(FrameWalker walker, JournalProgress progress) {
            this.walker = walker;
            this.progress = progress;
            for (SegmentFile file : walker.segments()) {
                totalBytes += file.lengthBytes();
            }
        }

        void restartAt(int segmentIndex) {
            file = null;
            walker.restartAt(segmentIndex);
        }

        Outcome run() {
            long end = 0;
            long nextSequence = 0;
            Outcome outcome = walker.next();
            while (outcome == Outcome.OK) {
                if (file == null || walker.segment().number() != file.number()) {
                    leave(end, nextSequence);
                    file = walker.segment();
                    firstSequence = walker.firstSequence();
                    frames = 0;
                    isSealed = false;
                }
                frames++;
                isSealed = walker.kind() == FrameLayout.KIND_SEAL;
                records += walker.recordCount();
                end = walker.endPosition();
                nextSequence = walker.nextSequence();
                lengthBytes += walker.length();
                String misfit = FrameRecords.misfit(walker);
                if (misfit == null) {
                    shown.accept(walker);
                } else {
                    walker.corruptRecord(misfit);
                }
                if (lengthBytes - reportedBytes >= PROGRESS_BYTES) {
                    reportedBytes = lengthBytes;
                    progress.progress(lengthBytes, Math.max(totalBytes, lengthBytes));
                }
                outcome = walker.next();
            }
            leave(end, nextSequence);
            progress.progress(lengthBytes, Math.max(totalBytes, lengthBytes));
            return outcome;
        }

        private void leave(long end, long nextSequence) {
            if (file != null) {
                segments.add(segment(file, end, firstSequence, nextSequence - 1, frames, isSealed));
            }
        }
    }

    /** Refuses a place that has neither mark nor segment; with one of them it is damage. */
    static void requireJournal(FrameStore store) {
        try {
            if (new MarkReader(store).isAbsent() && store.segments().isEmpty()) {
                throw new PenstockException(
                        PenstockException.Category.INPUT,
                        "no journal there: " + store.name() + " (give the directory of a journal)");
            }
        } catch (IOException e) {
            throw new PenstockException(
                    PenstockException.Category.STORAGE,
                    "journal cannot be read: " + store.name() + ": " + e,
                    e);
        }
    }

    private boolean readMark() {
        requireJournal(store);
        if (!mark.read()) {
            damages.add(mark.damage());
            return false;
        }
        return true;
    }

    private static JournalInfo.Segment segment(
            SegmentFile file, long end, long first, long last, long frames, boolean isSealed) {
        return new JournalInfo.Segment(
                file.number(),
                file.epoch(),
                file.name(),
                file.lengthBytes(),
                end,
                first,
                last,
                frames,
                isSealed);
    }

    private JournalInfo result(long lastSequence) {
        boolean hasMark = mark.problem() == null;
        return new JournalInfo(
                hasMark ? mark.journalId() : null,
                hasMark ? mark.appended.epoch : 0,
                hasMark ? mark.appended.sequence : RecordView.NULL_SEQUENCE,
                hasMark ? mark.forced.sequence : RecordView.NULL_SEQUENCE,
                hasMark ? mark.firstSequence() : 0,
                lastSequence,
                records,
                lengthBytes,
                segments,
                damages);
    }
}
