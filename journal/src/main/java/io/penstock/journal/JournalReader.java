package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import io.penstock.journal.store.FrameStore;
import java.util.UUID;
import org.agrona.DirectBuffer;

/**
 * Reads records in order, from anywhere, also while a writer in another process goes on. One
 * thread.
 *
 * <p>What it delivers is what was written: every frame's checksum, chain, epoch and place are
 * checked first. It takes no lock, writes nothing, never waits, and allocates nothing per record.
 * The end is an outcome and not an exception, and so is damage: after GAP and CORRUPT it stays
 * where it is until it is sent elsewhere.
 */
public final class JournalReader implements AutoCloseable {
    private static final int MAX_AHEAD = 1024;

    private final int[] aheadOffsets = new int[MAX_AHEAD];
    private final FrameStore store;
    private final boolean ownsStore;
    private final MarkReader mark;
    private FrameWalker walker;
    private JournalDamage damage;

    private int remainingRecords;
    private long sequence;
    private long baseTimeNs;
    private int recordOffset;
    private int frameEnd;
    private boolean isPeeked;
    private boolean isClosed;
    private long soughtSequence;

    JournalReader(FrameStore store, boolean ownsStore) {
        this.store = store;
        this.ownsStore = ownsStore;
        this.mark = new MarkReader(store);
        open();
    }

    /** The journal's id; null while it cannot be read. */
    public UUID id() {
        return walker == null ? null : walker.journalId();
    }

    /** Sequence of the first record that is kept, when it was last sent somewhere. */
    public long firstSequence() {
        return mark.firstSequence();
    }

    /**
     * Goes to the record with a sequence, so that {@link #next} delivers it: by the heads of some
     * segments, then through one segment from its start.
     *
     * @return OK; END when it is not there yet (it is delivered once it is); GAP when it is kept no
     *     more, or missing; CORRUPT
     */
    public Outcome seek(long sequence) {
        if (sequence < 0) {
            throw new IllegalArgumentException("sequence must be 0 or more: " + sequence);
        }
        if (!restart()) {
            return Outcome.CORRUPT;
        }
        if (sequence < mark.firstSequence()) {
            walker.close();
            walker = null;
            damage = FrameWalker.notKept(MarkReader.NAME, sequence, mark.firstSequence());
            return Outcome.GAP;
        }
        walker.restartAt(findSegment(sequence, Long.MIN_VALUE));
        soughtSequence = sequence;
        Outcome outcome = peek();
        boolean isThere =
                outcome == Outcome.END || (outcome == Outcome.OK && this.sequence == sequence);
        return isThere ? outcome : missed(sequence, outcome);
    }

    /** What is wrong at a sequence: it may have been given up since the mark was read. */
    private Outcome missed(long wanted, Outcome outcome) {
        if (wanted >= mark.firstSequence()) {
            return outcome;
        }
        isPeeked = false;
        walker.close();
        walker = null;
        damage = FrameWalker.notKept(MarkReader.NAME, wanted, mark.firstSequence());
        return Outcome.GAP;
    }

    /**
     * Goes to the first record, in sequence order, whose time is at or after a time: by the heads
     * of some segments, then through one segment from its start.
     *
     * @return OK; END when there is none; GAP or CORRUPT
     */
    public Outcome seekTime(long timeNs) {
        if (!restart()) {
            return Outcome.CORRUPT;
        }
        walker.restartAt(findSegment(Long.MIN_VALUE, timeNs));
        while (true) {
            Outcome outcome = peek();
            if (outcome != Outcome.OK || recordTimeNs(recordOffset) >= timeNs) {
                return outcome;
            }
            skip();
        }
    }

    /** Shows the next record through the view, which is valid until the next call. */
    public Outcome next(RecordView view) {
        Outcome outcome = peek();
        if (outcome != Outcome.OK) {
            return outcome;
        }
        show(sequence, recordOffset, view);
        skip();
        return Outcome.OK;
    }

    /**
     * How many records, from the next one on, lie in one frame and can be looked at in any order
     * with {@link #view} before {@link #pass} goes on: at least one where {@link #next} would
     * answer OK, none where it would not.
     */
    public int ahead() {
        if (peek() != Outcome.OK) {
            return 0;
        }
        int count = 0;
        int most = Math.min(remainingRecords, MAX_AHEAD);
        int offset = recordOffset;
        while (count < most && isRecordSound(offset)) {
            aheadOffsets[count++] = offset;
            offset += RecordLayout.recordLength(messageLength(offset));
        }
        return count;
    }

    /** Sequence of the next record, where {@link #ahead} has found one. */
    public long nextSequence() {
        return sequence;
    }

    /** Shows one of the records that {@link #ahead} has found, until {@link #pass}. */
    public RecordView view(long wanted, RecordView view) {
        return show(wanted, aheadOffsets[(int) (wanted - sequence)], view);
    }

    /** Goes on behind so many of the records that {@link #ahead} has found. */
    public void pass(int records) {
        for (int i = 0; i < records; i++) {
            skip();
        }
    }

    private RecordView show(long shown, int offset, RecordView view) {
        DirectBuffer buffer = walker.buffer();
        return view.header(
                        shown,
                        recordTimeNs(offset),
                        buffer.getByte(offset + RecordLayout.KIND),
                        buffer.getByte(offset + RecordLayout.FLAGS),
                        FrameLayout.uint16(buffer, offset + RecordLayout.SOURCE_ID),
                        buffer.getLong(offset + RecordLayout.SOURCE_POSITION, ORDER),
                        buffer.getInt(offset + RecordLayout.SOURCE_CHECK, ORDER))
                .message(buffer, offset + RecordLayout.HEADER_LENGTH, messageLength(offset))
                .frameChecksum(walker.chain());
    }

    /** Epoch of the writer of the record that {@link #next} delivered last. */
    public int epoch() {
        return walker.epoch();
    }

    /** What is damaged, after GAP or CORRUPT; else null. */
    public JournalDamage damage() {
        if (damage != null) {
            return damage;
        }
        return walker == null ? null : walker.damage();
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (walker != null) {
            walker.close();
        }
        if (ownsStore) {
            store.close();
        }
    }

    private boolean open() {
        if (!mark.read()) {
            damage = mark.damage();
            return false;
        }
        damage = null;
        walker = new FrameWalker(store, mark, true);
        return true;
    }

    private void checkOpen() {
        if (isClosed) {
            throw new IllegalStateException("journal reader is closed");
        }
    }

    private boolean restart() {
        checkOpen();
        remainingRecords = 0;
        isPeeked = false;
        soughtSequence = 0;
        if (walker != null) {
            walker.close();
            walker = null;
        }
        return open();
    }

    /** Makes the next record the current one. */
    private Outcome peek() {
        checkOpen();
        if (isPeeked) {
            return Outcome.OK;
        }
        if (walker == null) {
            return damage.kind() == JournalDamage.Kind.GAP ? Outcome.GAP : Outcome.CORRUPT;
        }
        while (true) {
            while (remainingRecords == 0) {
                Outcome outcome = walker.next();
                if (outcome != Outcome.OK) {
                    return outcome;
                }
                enterFrame();
            }
            if (!isRecordSound(recordOffset)) {
                walker.corruptRecord(FrameRecords.PASSES_END);
                remainingRecords = 0;
                return Outcome.CORRUPT;
            }
            if (sequence >= soughtSequence) {
                isPeeked = true;
                return Outcome.OK;
            }
            skip();
        }
    }

    private void enterFrame() {
        if (walker.kind() == FrameLayout.KIND_RECORDS && walker.nextSequence() > soughtSequence) {
            remainingRecords = walker.recordCount();
            sequence = walker.firstSequence();
            baseTimeNs = walker.baseTimeNs();
            recordOffset = walker.offset() + FrameLayout.HEADER_LENGTH;
            frameEnd = walker.offset() + walker.length();
        }
    }

    private void skip() {
        isPeeked = false;
        recordOffset += RecordLayout.recordLength(messageLength(recordOffset));
        sequence++;
        remainingRecords--;
    }

    private boolean isRecordSound(int offset) {
        int room = frameEnd - offset - RecordLayout.HEADER_LENGTH;
        return room >= 0 && messageLength(offset) >= 0 && messageLength(offset) <= room;
    }

    private int messageLength(int offset) {
        return walker.buffer().getInt(offset + RecordLayout.LENGTH, ORDER);
    }

    private long recordTimeNs(int offset) {
        int delta = walker.buffer().getInt(offset + RecordLayout.TIME_DELTA_NS, ORDER);
        return baseTimeNs + (delta & RecordLayout.MAX_TIME_DELTA_NS);
    }

    /**
     * The last segment that starts at or before a sequence, and before any record reached a time. A
     * head that cannot be read counts as too far: reading on from before it says what it is.
     */
    private int findSegment(long soughtSequence, long timeNs) {
        int low = 0;
        int high = walker.segments().size();
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            walker.restartAt(middle);
            boolean isBefore =
                    walker.next() == Outcome.OK
                            && (timeNs == Long.MIN_VALUE
                                    ? walker.firstSequence() <= soughtSequence
                                    : walker.baseTimeNs() < timeNs);
            if (isBefore) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
