package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.Quarantined;
import io.penstock.journal.store.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads a whole journal before its writer goes on, and applies the one rule about damage.
 *
 * <p>Damage at or before what was forced is refused. Damage at or before what was appended is
 * refused while the same kernel runs, because then nothing can have lost it; after a restart of the
 * machine it is what {@code process} does not promise, and is cut. Damage beyond is cut. What is
 * cut is copied aside first and reported. Running it twice does what running it once does.
 */
final class Recovery {
    private final FrameStore store;
    private final MarkReader mark;
    private final int bootIdHash;
    private final List<String> quarantined = new ArrayList<>();

    private final List<String> unforcedSegments = new ArrayList<>();
    private final List<Unforced> unforced = new ArrayList<>();

    private long bytesCut;
    private long lastSequence;
    private int lastChecksum;
    private int chain;
    private int epoch;
    private int segment;
    private long maxTimeNs = Long.MIN_VALUE;
    private JournalDamage cutDamage;

    /** The part of a segment that may not be on the medium. */
    private record Unforced(long offset, long endOffset) {}

    Recovery(FrameStore store, MarkReader mark) {
        this.store = store;
        this.mark = mark;
        this.bootIdHash = store.bootIdHash();
        this.chain = mark.firstChain();
        this.segment = mark.firstSegment() - 1;
        this.lastSequence = mark.firstSequence() - 1;
    }

    RecoveryReport run() throws IOException {
        int segments;
        try (FrameWalker walker = new FrameWalker(store, mark, false)) {
            Outcome outcome = walker.next();
            while (outcome == Outcome.OK) {
                accept(walker);
                outcome = walker.next();
            }
            JournalDamage damage = outcome == Outcome.END ? lostTail(walker) : walker.damage();
            if (damage != null) {
                judge(damage, walker);
                cutDamage = damage;
            }
            segments = cut(walker, damage);
            rewriteUnforced();
        }
        deleteBelowBase();
        long lost = Math.max(0, mark.appended.sequence - lastSequence);
        return new RecoveryReport(
                lastSequence + 1 - mark.firstSequence(),
                lastSequence,
                segments,
                bytesCut,
                lost,
                cutDamage,
                quarantined);
    }

    long lastSequence() {
        return lastSequence;
    }

    int lastChecksum() {
        return lastChecksum;
    }

    int chain() {
        return chain;
    }

    /** Highest epoch that any writer had. */
    int epoch() throws IOException {
        int marked = Math.max(mark.appended.epoch, mark.forced.epoch);
        return Math.max(Math.max(epoch, marked), store.lastEpoch());
    }

    /** Number of the last segment that stays. */
    int segment() {
        return segment;
    }

    /** Segments of earlier writers of which not all may be on the medium. */
    List<String> unforcedSegments() {
        return unforcedSegments;
    }

    long maxTimeNs() {
        return maxTimeNs;
    }

    private void accept(FrameWalker walker) {
        chain = walker.chain();
        epoch = walker.epoch();
        segment = walker.segment().number();
        if (walker.nextSequence() > mark.forced.sequence) {
            addUnforced(walker);
        }
        if (walker.kind() != FrameLayout.KIND_RECORDS) {
            maxTimeNs = Math.max(maxTimeNs, walker.baseTimeNs());
            return;
        }
        String misfit = FrameRecords.misfit(walker);
        if (misfit != null) {
            // Its checksum is right: it was written so, and no cutting mends that.
            walker.corruptRecord(misfit);
            throw walker.damage().toException();
        }
        lastSequence = walker.nextSequence() - 1;
        lastChecksum = chain;
        if (!holdsTo(mark.forced, walker) || !holdsTo(mark.appended, walker)) {
            walker.corruptRecord("the frame is not the one that the mark names");
            throw walker.damage().toException();
        }
        maxTimeNs = Math.max(maxTimeNs, FrameRecords.maxTimeNs(walker));
    }

    private void addUnforced(FrameWalker walker) {
        String name = walker.segment().name();
        int last = unforcedSegments.size() - 1;
        if (last < 0 || !unforcedSegments.get(last).equals(name)) {
            unforcedSegments.add(name);
            unforced.add(new Unforced(walker.position(), walker.endPosition()));
        } else {
            unforced.set(last, new Unforced(unforced.get(last).offset, walker.endPosition()));
        }
    }

    /** The writer before may have ended because a force failed: the next one must not lie. */
    private void rewriteUnforced() throws IOException {
        for (int i = 0; i < unforcedSegments.size(); i++) {
            Unforced part = unforced.get(i);
            store.rewrite(unforcedSegments.get(i), part.offset, part.endOffset);
        }
    }

    /** Whether a frame that holds a marked sequence is the one that was marked. */
    private static boolean holdsTo(MarkSlot slot, FrameWalker walker) {
        return slot.sequence < walker.firstSequence()
                || slot.sequence >= walker.nextSequence()
                || (slot.sequence == walker.nextSequence() - 1 && slot.checksum == walker.chain());
    }

    private JournalDamage lostTail(FrameWalker walker) {
        if (mark.appended.sequence <= lastSequence && mark.forced.sequence <= lastSequence) {
            return null;
        }
        long marked = Math.max(mark.appended.sequence, mark.forced.sequence);
        boolean hasSegment = walker.segmentIndex() >= 0;
        return new JournalDamage(
                JournalDamage.Kind.CORRUPT,
                hasSegment ? walker.segment().name() : MarkReader.NAME,
                hasSegment ? walker.endPosition() : 0,
                lastSequence + 1,
                "the journal ends before sequence " + marked + " that its mark names",
                JournalDamage.RESTORE);
    }

    private void judge(JournalDamage damage, FrameWalker walker) {
        boolean isForced = damage.sequence() <= mark.forced.sequence;
        boolean isAppended = damage.sequence() <= mark.appended.sequence;
        boolean isFollowed = walker.segmentIndex() + 1 < walker.segments().size();
        boolean isSameBoot = bootIdHash == 0 || bootIdHash == mark.appended.bootIdHash;
        boolean isStranger = JournalDamage.MOVE.equals(damage.remedy());
        if (isForced || isStranger || (isSameBoot && (isAppended || isFollowed))) {
            throw damage.toException();
        }
    }

    /** Takes away what no longer belongs to the journal; returns how many segments stay. */
    private int cut(FrameWalker walker, JournalDamage damage) throws IOException {
        List<SegmentFile> segments = walker.segments();
        int kept = walker.segmentIndex() + 1;
        if (kept > 0 && !walker.hasHead()) {
            // Created, and never written: its number goes to the next segment.
            kept--;
        } else if (damage != null && kept > 0) {
            Quarantined copy = store.cut(walker.segment(), walker.endPosition());
            add(copy);
        }
        for (int i = kept; i < segments.size(); i++) {
            add(store.quarantine(segments.get(i)));
        }
        return kept;
    }

    /** Goes on with what the writer before was deleting when it ended. */
    private void deleteBelowBase() throws IOException {
        for (SegmentFile file : store.segments()) {
            if (file.number() > 0 && file.number() < mark.firstSegment()) {
                store.delete(file);
            }
        }
    }

    private void add(Quarantined copy) {
        if (copy.lengthBytes() > 0) {
            quarantined.add(copy.name());
            bytesCut += copy.lengthBytes();
        }
    }

    /** Writes the first mark of a new journal. */
    static void createMark(FrameStore store, UUID journalId) throws IOException {
        UnsafeBuffer buffer = new UnsafeBuffer(new byte[FrameStore.MARK_LENGTH]);
        int bootIdHash = store.bootIdHash();
        MarkWriter.initial(MarkLayout.KIND_APPENDED, journalId, bootIdHash).writeNext(buffer);
        MarkWriter.initial(MarkLayout.KIND_FORCED, journalId, bootIdHash).writeNext(buffer);
        store.createMark(ByteBuffer.wrap(buffer.byteArray()).order(ORDER));
    }
}
