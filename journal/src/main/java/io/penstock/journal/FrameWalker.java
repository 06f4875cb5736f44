package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import io.penstock.codecs.system.FrameHeaderDecoder;
import io.penstock.fault.PenstockException;
import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.SegmentFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.agrona.DirectBuffer;

/**
 * Walks the frames of a journal over all its segments and accepts only those that were written:
 * checksum, chain, epoch, segment number and density are checked of every frame. One thread.
 *
 * <p>The one place that judges stored bytes: reading, recovery and verification all stand on it.
 * After GAP and CORRUPT it stays where it is, and {@link #damage()} says why.
 */
final class FrameWalker implements AutoCloseable {
    private final FrameStore store;
    private final MarkReader mark;
    private final boolean holdsToMark;
    private final UUID journalId;
    private final FrameChecksum checksum = new FrameChecksum();
    private List<SegmentFile> segments;

    private int index = -1;
    private SegmentFile current;
    private SegmentFile previous;
    private FrameSource source;
    private boolean hasHead;
    private int epoch;
    private int chain;
    private long nextSequence;
    private boolean isHeadTrusted;
    private long endPosition;
    private long previousEndPosition;
    private JournalDamage damage;

    /**
     * Walks from the first segment on.
     *
     * @param mark has been read
     * @param holdsToMark whether ending before what the mark says is damage
     */
    FrameWalker(FrameStore store, MarkReader mark, boolean holdsToMark) {
        this.store = store;
        this.mark = mark;
        this.holdsToMark = holdsToMark;
        this.journalId = mark.journalId();
        checksum.seed(journalId, 0);
        chain = mark.firstChain();
        nextSequence = mark.firstSequence();
        list();
        while (!segments.isEmpty()
                && segments.get(0).number() > mark.firstSegment()
                && hasBaseMoved(mark.firstSegment())) {}
    }

    /** The next frame of any kind. */
    Outcome next() {
        boolean hasLooked = false;
        while (damage == null) {
            if (source == null && !openNext()) {
                if (!hasLooked && damage == null) {
                    hasLooked = look();
                    continue;
                }
                if (damage == null && holdsToMark && mark.appended.sequence >= nextSequence) {
                    damage = missingAll();
                }
                break;
            }
            switch (source.next()) {
                case FRAME -> {
                    if (accept()) {
                        return Outcome.OK;
                    }
                }
                case DAMAGED -> corrupt(source.damage());
                case END -> {
                    if (!hasLooked) {
                        // A writer may have gone on since: what the mark says now is there at the
                        // second look, and a segment that is there now is the last word on this.
                        hasLooked = look();
                    } else if (index + 1 < segments.size()) {
                        hasLooked = !leaveSegment();
                    } else if (holdsToMark && mark.appended.sequence >= nextSequence) {
                        corrupt(endsEarly());
                    } else {
                        return Outcome.END;
                    }
                }
            }
        }
        return damage == null ? Outcome.END : outcome();
    }

    /** Starts again at a segment's head; what it says of the segments before is believed. */
    void restartAt(int segmentIndex) {
        closeSource();
        damage = null;
        index = Math.min(segmentIndex, segments.size()) - 1;
        current = index < 0 ? null : segments.get(index);
        chain = mark.firstChain();
        nextSequence = mark.firstSequence();
        epoch = 0;
        isHeadTrusted = segmentIndex > 0;
        if (segmentIndex < segments.size()) {
            open(segments.get(segmentIndex));
        }
    }

    /** The segments that were there when last looked. */
    List<SegmentFile> segments() {
        return segments;
    }

    /** Index of the current segment in {@link #segments()}; -1 before the first. */
    int segmentIndex() {
        return index;
    }

    SegmentFile segment() {
        return current;
    }

    UUID journalId() {
        return journalId;
    }

    JournalDamage damage() {
        return damage;
    }

    DirectBuffer buffer() {
        return source.buffer();
    }

    int offset() {
        return source.offset();
    }

    int length() {
        return source.length();
    }

    /** Where the current frame stands in its file. */
    long position() {
        return source.position();
    }

    /** Behind the last accepted frame of the current segment. */
    long endPosition() {
        return endPosition;
    }

    byte kind() {
        return buffer().getByte(offset() + FrameLayout.KIND);
    }

    long firstSequence() {
        return buffer().getLong(offset() + FrameLayout.FIRST_SEQUENCE, ORDER);
    }

    long baseTimeNs() {
        return buffer().getLong(offset() + FrameLayout.BASE_TIME_NS, ORDER);
    }

    int recordCount() {
        return buffer().getInt(offset() + FrameLayout.RECORD_COUNT, ORDER);
    }

    /** Checksum of the frame before the current one, as the current one says. */
    int previousChecksum() {
        return buffer().getInt(offset() + FrameLayout.PREVIOUS_CHECKSUM, ORDER);
    }

    /** Checksum of the last accepted frame. */
    int chain() {
        return chain;
    }

    int epoch() {
        return epoch;
    }

    /** Sequence of the first record behind the last accepted frame. */
    long nextSequence() {
        return nextSequence;
    }

    /** Whether the current segment's head was read. */
    boolean hasHead() {
        return hasHead;
    }

    @Override
    public void close() {
        closeSource();
    }

    /** Reports what a reader of records found wrong inside an accepted frame. */
    void corruptRecord(String reason) {
        corrupt(reason);
    }

    private Outcome outcome() {
        return damage.kind() == JournalDamage.Kind.GAP ? Outcome.GAP : Outcome.CORRUPT;
    }

    private void list() {
        try {
            segments = new ArrayList<>(store.segments());
        } catch (IOException e) {
            throw new PenstockException(
                    PenstockException.Category.STORAGE,
                    "journal cannot be listed: " + store.name() + ": " + e,
                    e);
        }
        // Below the base is what was being deleted when its writer ended.
        segments.removeIf(file -> file.number() > 0 && file.number() < mark.firstSegment());
        if (current != null) {
            // Those before may have been deleted since, and the current one too.
            int before = -1;
            index = -1;
            for (int i = 0; i < segments.size(); i++) {
                before += segments.get(i).number() < current.number() ? 1 : 0;
                index = segments.get(i).name().equals(current.name()) ? i : index;
            }
            index = Math.max(index, before);
        }
    }

    private boolean openNext() {
        if (index + 1 >= segments.size()) {
            return false;
        }
        SegmentFile file = segments.get(index + 1);
        int expected = current == null ? mark.firstSegment() : current.number() + 1;
        if (file.number() > expected && current == null && hasBaseMoved(expected)) {
            return openNext();
        }
        if (file.number() != expected) {
            misplaced(file, expected);
            return false;
        }
        if (file.epoch() < epoch) {
            damage(JournalDamage.Kind.CORRUPT, file, 0, "its epoch is older than the one before");
            return false;
        }
        return open(file);
    }

    /** Whether the first segments were deleted between the looks at the mark and at the files. */
    private boolean hasBaseMoved(int expected) {
        if (!mark.read() || mark.firstSegment() == expected) {
            return false;
        }
        chain = mark.firstChain();
        nextSequence = mark.firstSequence();
        list();
        return true;
    }

    private boolean open(SegmentFile file) {
        closeSource();
        index++;
        previous = current;
        current = file;
        hasHead = false;
        previousEndPosition = endPosition;
        endPosition = 0;
        checksum.segment(file.number());
        try {
            source = store.open(file);
            return true;
        } catch (IOException e) {
            damage(JournalDamage.Kind.CORRUPT, file, 0, "the file cannot be opened: " + e);
            return false;
        }
    }

    private void misplaced(SegmentFile file, int expected) {
        if (file.number() < 1) {
            damage(
                    JournalDamage.Kind.CORRUPT,
                    file,
                    0,
                    "the file is none of this journal's",
                    JournalDamage.MOVE);
        } else if (file.number() < expected) {
            damage(
                    JournalDamage.Kind.CORRUPT,
                    file,
                    0,
                    "the segment is there twice",
                    JournalDamage.MOVE);
        } else {
            String missing =
                    expected == file.number() - 1
                            ? "segment " + expected + " is missing"
                            : "segments " + expected + ".." + (file.number() - 1) + " are missing";
            damage(JournalDamage.Kind.GAP, file, 0, missing + " before this file");
            if (mark.read() && expected < mark.firstSegment()) {
                damage = notKept(file.name(), nextSequence, mark.firstSequence());
            }
        }
    }

    private boolean look() {
        if (!mark.read()) {
            damage = mark.damage();
        } else if (mark.appended.segment > (current == null ? 0 : current.number())) {
            list();
        }
        return true;
    }

    private boolean leaveSegment() {
        if (!hasHead) {
            corrupt("the segment has no head");
            return false;
        }
        return openNext();
    }

    private JournalDamage missingAll() {
        return new JournalDamage(
                JournalDamage.Kind.CORRUPT,
                MarkReader.NAME,
                0,
                nextSequence,
                "there is no segment, and " + endsEarly(),
                JournalDamage.RESTORE);
    }

    private String endsEarly() {
        return "the journal ends before sequence "
                + mark.appended.sequence
                + " that its mark names";
    }

    private boolean accept() {
        String misfit = misfit();
        if (misfit != null && source.reload()) {
            // Read while it was written, perhaps: a frame in the file cannot be half there.
            misfit = misfit();
        }
        if (misfit != null && isNewerFormat()) {
            damage(
                    JournalDamage.Kind.CORRUPT,
                    segment(),
                    source.position(),
                    "a frame is of format " + FrameLayout.version(buffer(), offset()),
                    JournalDamage.NEWER);
            return false;
        }
        if (misfit != null) {
            corrupt(hasHead ? misfit : foreign(misfit));
            return false;
        }
        boolean isHead = kind() == FrameLayout.KIND_HEAD;
        if (isHead == hasHead) {
            corrupt(hasHead ? "a second head stands in the segment" : "the segment has no head");
            return false;
        }
        if (isHead && isHeadTrusted) {
            chain = previousChecksum();
            nextSequence = firstSequence();
            isHeadTrusted = false;
        }
        if (previousChecksum() != chain || firstSequence() != nextSequence) {
            brokenChain(isHead);
            return false;
        }
        if (isHead) {
            hasHead = true;
            epoch = segment().epoch();
        }
        chain = buffer().getInt(offset() + FrameLayout.CHECKSUM, ORDER);
        nextSequence += recordCount();
        endPosition = source.endPosition();
        return true;
    }

    /** What is wrong with the current frame by itself; null when it was written for this place. */
    private String misfit() {
        DirectBuffer buffer = buffer();
        int offset = offset();
        String misfit = FrameLayout.misfit(buffer, offset, length());
        if (misfit != null) {
            return misfit;
        }
        if (buffer.getInt(offset + FrameLayout.CHECKSUM, ORDER)
                != checksum.compute(buffer, offset, length())) {
            return "a frame's checksum is wrong";
        }
        if (buffer.getInt(offset + FrameLayout.SEGMENT, ORDER) != segment().number()
                || buffer.getInt(offset + FrameLayout.EPOCH, ORDER) != segment().epoch()) {
            return "a frame is of segment "
                    + buffer.getInt(offset + FrameLayout.SEGMENT, ORDER)
                    + " of epoch "
                    + buffer.getInt(offset + FrameLayout.EPOCH, ORDER);
        }
        int most = (length() - FrameLayout.HEADER_LENGTH) / RecordLayout.HEADER_LENGTH;
        if (recordCount() < 0 || recordCount() > most) {
            return "a frame counts records that it cannot hold";
        }
        return null;
    }

    /** Whether a frame is whole and of a later format, and not damaged. */
    private boolean isNewerFormat() {
        return length() >= FrameLayout.HEADER_LENGTH
                && FrameLayout.version(buffer(), offset()) > FrameHeaderDecoder.SCHEMA_VERSION
                && buffer().getInt(offset() + FrameLayout.CHECKSUM, ORDER)
                        == checksum.compute(buffer(), offset(), length());
    }

    /** Whether the first frame is a whole one of another segment or journal, and of which. */
    private String foreign(String misfit) {
        if (source.length() < FrameLayout.HEAD_LENGTH
                || FrameLayout.misfit(buffer(), offset(), length()) != null
                || kind() != FrameLayout.KIND_HEAD) {
            return misfit;
        }
        int number = buffer().getInt(offset() + FrameLayout.SEGMENT, ORDER);
        UUID id =
                new UUID(
                        buffer().getLong(offset() + FrameLayout.HEAD_ID_HIGH, ORDER),
                        buffer().getLong(offset() + FrameLayout.HEAD_ID_LOW, ORDER));
        FrameChecksum claimed = new FrameChecksum().seed(id, number);
        if (claimed.compute(buffer(), offset(), length())
                != buffer().getInt(offset() + FrameLayout.CHECKSUM, ORDER)) {
            return misfit;
        }
        return "the file holds segment "
                + number
                + " of journal "
                + id
                + ", expected is segment "
                + segment().number()
                + " of journal "
                + journalId;
    }

    private void brokenChain(boolean isHead) {
        String found = "sequence " + firstSequence() + " follows";
        if (isHead && previous != null) {
            // The head is sound, so what is missing is missing before it.
            damage(
                    JournalDamage.Kind.CORRUPT,
                    previous,
                    previousEndPosition,
                    "the file ends too early or is not the one that was written: " + found);
        } else {
            corrupt("a frame does not continue the one before: " + found);
        }
    }

    private void corrupt(String reason) {
        damage(JournalDamage.Kind.CORRUPT, segment(), source.position(), reason);
    }

    private void damage(JournalDamage.Kind kind, SegmentFile file, long offset, String reason) {
        damage(kind, file, offset, reason, JournalDamage.RESTORE);
    }

    private void damage(
            JournalDamage.Kind kind, SegmentFile file, long offset, String reason, String remedy) {
        int number = file.number();
        if (number > 0 && mark.read() && number < mark.firstSegment()) {
            damage = notKept(file.name(), nextSequence, mark.firstSequence());
        } else {
            damage = new JournalDamage(kind, file.name(), offset, nextSequence, reason, remedy);
        }
    }

    /** The damage that a sequence is which was deleted because nobody needs it any more. */
    static JournalDamage notKept(String file, long sequence, long firstSequence) {
        return new JournalDamage(
                JournalDamage.Kind.GAP,
                file,
                0,
                sequence,
                "the journal begins at sequence " + firstSequence + " now",
                JournalDamage.LATER);
    }

    private void closeSource() {
        if (source != null) {
            source.close();
            source = null;
        }
    }
}
