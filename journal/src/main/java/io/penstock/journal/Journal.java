package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A journal that is open for writing: its one writer in all processes.
 *
 * <p>Frames are appended by one thread through {@link #appender()}; {@link #force()} and the
 * getters are for any thread; {@link #close()} is for when the appending thread has stopped. The
 * first failed append or force is final: what is stored is then unknown, every later call is
 * refused, and opening the journal again finds out. It never retries and never waits for a reader.
 */
public final class Journal implements AutoCloseable {
    private final FrameStore store;
    private final MarkWriter mark;
    private final RecoveryReport recovery;
    private final UUID id;
    private final int epoch;
    private final int bootIdHash;
    private final long segmentLengthBytes;
    private final JournalAppender appender;
    private final AppendPosition position;

    private final FrameChecksum checksum = new FrameChecksum();
    private final ByteBuffer markerBytes = ByteBuffer.allocateDirect(FrameLayout.HEAD_LENGTH);
    private final UnsafeBuffer marker = new UnsafeBuffer(markerBytes);
    private int segment;
    private long segmentBytes;
    private int chain;
    private long maxTimeNs;

    /** Held while something is brought to the medium, which takes its time; taken first. */
    private final ReentrantLock forceLock = new ReentrantLock();

    /** Guards the next three, and is never held for long: the appending thread takes it to roll. */
    private final Object segmentLock = new Object();

    private final List<String> unforcedSegments;
    private final List<SegmentWriter> leftWriters = new ArrayList<>();
    private SegmentWriter writer;

    private final Object retainLock = new Object();
    private final Retention retention;
    private volatile long firstSequence;
    private volatile String aheadProblem;
    private HelperThread helper;
    private volatile Throwable failure;
    private volatile boolean isClosed;

    Journal(
            JournalConfig config,
            FrameStore store,
            MarkReader read,
            Recovery recovered,
            RecoveryReport recovery,
            boolean hasHelper)
            throws IOException {
        this.store = store;
        this.recovery = recovery;
        this.id = read.journalId();
        this.epoch = recovered.epoch() + 1;
        this.bootIdHash = store.bootIdHash();
        this.segmentLengthBytes = config.segmentLengthBytes();
        this.segment = recovered.segment();
        this.chain = recovered.chain();
        this.maxTimeNs = recovered.maxTimeNs();
        this.unforcedSegments = new ArrayList<>(recovered.unforcedSegments());
        this.position = new AppendPosition(recovered.lastSequence(), recovered.lastChecksum());
        this.firstSequence = read.firstSequence();
        this.retention = new Retention(store);
        this.mark = new MarkWriter(store.openMark(), read);
        checksum.seed(id, segment);
        mark.appended(
                position.sequencePlain(), position.checksumPlain(), epoch, segment, bootIdHash);
        mark.force();
        this.appender = new JournalAppender(this, config.maxFrameLengthBytes());
        if (hasHelper) {
            helper = new HelperThread(this);
            helper.start();
        }
    }

    /** What messages call this journal: its directory, or the name of its store. */
    public String name() {
        return store.name();
    }

    /** The journal's id, the same over all its life. */
    public UUID id() {
        return id;
    }

    /** Number of this opening: higher than that of every one before. */
    public int epoch() {
        return epoch;
    }

    /** The failures that what {@link #force()} brought to the medium survives. */
    public FrameStore.Carries carries() {
        return store.carries();
    }

    /** Sequence of the first record that is kept. */
    public long firstSequence() {
        return firstSequence;
    }

    /** Sequence of the last appended record; -1 when there is none. */
    public long lastSequence() {
        return position.sequenceAcquire();
    }

    /** Checksum of the frame that holds the last appended record; 0 when there is none. */
    public int lastChecksum() {
        return position.getAcquire().checksum();
    }

    /** What opening found and did. */
    public RecoveryReport recovery() {
        return recovery;
    }

    /** The one way in; for one thread. */
    public JournalAppender appender() {
        return appender;
    }

    /** A reader of this journal from its first record on, for one thread; close it first. */
    public JournalReader reader() {
        return new JournalReader(store, false);
    }

    /**
     * Brings everything appended before the call to the medium, and notes it in the mark.
     *
     * @return sequence of the last record that is there
     * @throws PenstockException STORAGE when it may not be there; final
     */
    public long force() {
        boolean isInterrupted = Thread.interrupted();
        forceLock.lock();
        try {
            checkUsable();
            return forceAll();
        } finally {
            closeLeftWriters();
            forceLock.unlock();
            if (isInterrupted) {
                restoreInterrupt();
            }
        }
    }

    private long forceAll() {
        AppendPosition.Value value = position.getAcquire();
        List<String> names;
        SegmentWriter current;
        int number;
        synchronized (segmentLock) {
            // Behind the look at the position: what was appended before stands in one of these.
            names = unforcedSegments.isEmpty() ? List.of() : List.copyOf(unforcedSegments);
            current = writer;
            number = segment;
        }
        try {
            for (String name : names) {
                store.force(name);
            }
            if (current != null) {
                current.force();
            }
            mark.forced(value.sequence(), value.checksum(), epoch, number, bootIdHash);
        } catch (IOException | RuntimeException | Error e) {
            throw fail("force", e);
        }
        synchronized (segmentLock) {
            unforcedSegments.subList(0, names.size()).clear();
        }
        return value.sequence();
    }

    /** Closes writers that were rolled away from; with the lock under which they are forced. */
    private void closeLeftWriters() {
        while (true) {
            SegmentWriter left;
            synchronized (segmentLock) {
                if (leftWriters.isEmpty()) {
                    return;
                }
                left = leftWriters.remove(leftWriters.size() - 1);
            }
            left.close();
        }
    }

    /**
     * Gives up records below a sequence, as far as they fill whole segments: first everything is
     * forced, then the mark says where the journal begins, then the files go. The last record is
     * always kept. Any thread; takes as long as the storage does.
     *
     * @param sequence the first record that is still needed: by every snapshot that is kept, by
     *     every reader
     * @return sequence of the first record that is kept now
     * @throws PenstockException STORAGE when a file or the mark cannot be written; final
     */
    public long deleteBefore(long sequence) {
        return trimBefore(sequence, false).firstSequence();
    }

    /**
     * As {@link #deleteBefore}, and says what that came to.
     *
     * @param isDryRun whether to say only what it would come to; then nothing is forced or written
     */
    public RetentionReport trimBefore(long sequence, boolean isDryRun) {
        boolean isInterrupted = Thread.interrupted();
        try {
            synchronized (retainLock) {
                checkUsable();
                long before = firstSequence;
                Retention.Base base = retention.find(Math.min(sequence, lastSequence()));
                if (base != null && !isDryRun) {
                    force();
                    retain(base);
                }
                return Retention.report(base, before);
            }
        } finally {
            if (isInterrupted) {
                restoreInterrupt();
            }
        }
    }

    private void retain(Retention.Base base) {
        try {
            mark.base(base.sequence(), base.chain(), base.epoch(), base.segment(), bootIdHash);
            firstSequence = base.sequence();
            for (SegmentFile file : base.below()) {
                store.delete(file);
            }
        } catch (IOException | RuntimeException | Error e) {
            throw fail("delete what is not needed", e);
        }
    }

    /**
     * Does a bounded piece of what would else delay the appending thread: makes the next segment's
     * file, touches pages. For a thread of the owner's when the journal has none of its own; also
     * while frames are appended. Storage that refuses is no failure yet: {@link #aheadProblem()}.
     *
     * @return 0 when there is nothing to do now
     */
    public int prepareAhead() {
        if (failure != null || isClosed) {
            return 0;
        }
        boolean isInterrupted = Thread.interrupted();
        try {
            int work = store.prepareAhead();
            if (work > 0 && aheadProblem != null) {
                aheadProblem = null;
            }
            return work;
        } catch (IOException e) {
            aheadProblem = e.toString();
            return 0;
        } catch (RuntimeException | Error e) {
            // A failed force, or a fault of mapped memory or of ours: every later call says so.
            aheadProblem = fail("prepare a segment", e).getMessage();
            return 0;
        } finally {
            if (isInterrupted) {
                restoreInterrupt();
            }
        }
    }

    /**
     * Why the next segment could not be prepared when that was last tried, which is the warning
     * before appending fails; null when it could.
     */
    public String aheadProblem() {
        return aheadProblem;
    }

    /** Whether an append or a force failed, after which nothing more is taken; any thread. */
    public boolean hasFailed() {
        return failure != null;
    }

    /** Seals the segment, forces it, and gives everything back. Does nothing the second time. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        boolean isInterrupted = Thread.interrupted();
        try {
            stopHelper();
            if (failure == null && writer != null) {
                seal();
                force();
            }
        } finally {
            isClosed = true;
            release();
            if (isInterrupted) {
                restoreInterrupt();
            }
        }
    }

    /** Gives everything back and seals nothing, as the end of the process would. */
    void abandon() {
        stopHelper();
        isClosed = true;
        release();
    }

    private void stopHelper() {
        if (helper != null) {
            helper.stop();
            helper = null;
        }
    }

    /** Opens this epoch's first segment, if that has not happened. Appending thread. */
    void prepare() {
        checkUsable();
        if (writer == null) {
            nextSegment();
        }
    }

    /**
     * Where the next frame may be put together in its place, in {@link #claimed()}: when the
     * segment has room for the longest. Appending thread.
     */
    int claim(int maxFrameLength) {
        return writer == null || segmentBytes + maxFrameLength > segmentLengthBytes
                ? SegmentWriter.NO_CLAIM
                : writer.claim(maxFrameLength);
    }

    UnsafeBuffer claimed() {
        return writer.memory();
    }

    /** Completes a frame of records and appends it. Appending thread. */
    int append(
            UnsafeBuffer frame,
            int offset,
            int length,
            long firstSequence,
            int count,
            long baseTimeNs,
            long maxDeltaNs) {
        checkUsable();
        boolean isInterrupted = Thread.interrupted();
        if (writer == null || segmentBytes + length > segmentLengthBytes) {
            nextSegment();
        }
        FrameLayout.init(frame, offset);
        frame.putLong(offset + FrameLayout.FIRST_SEQUENCE, firstSequence, ORDER);
        frame.putLong(offset + FrameLayout.BASE_TIME_NS, baseTimeNs, ORDER);
        frame.putInt(offset + FrameLayout.RECORD_COUNT, count, ORDER);
        int frameChecksum = appendFrame(frame, offset, length, FrameLayout.KIND_RECORDS);
        long lastSequence = firstSequence + count - 1;
        maxTimeNs = Math.max(maxTimeNs, baseTimeNs + maxDeltaNs);
        markAppended(lastSequence, frameChecksum);
        position.setRelease(lastSequence, frameChecksum);
        if (isInterrupted) {
            restoreInterrupt();
        }
        return frameChecksum;
    }

    long lastSequencePlain() {
        return position.sequencePlain();
    }

    void checkUsable() {
        if (failure != null) {
            throw new PenstockException(
                    Category.STORAGE,
                    "journal failed before and takes nothing more: "
                            + store.name()
                            + ": "
                            + failure
                            + " (open it again to go on)",
                    failure);
        }
        if (isClosed) {
            throw new IllegalStateException("journal is closed: " + store.name());
        }
    }

    private void nextSegment() {
        if (writer != null) {
            seal();
        }
        // A segment holds its first frame whatever its length: no frame is too long for it.
        int number = segment + 1;
        try {
            SegmentWriter next = store.create(epoch, number);
            synchronized (segmentLock) {
                if (writer != null) {
                    unforcedSegments.add(writer.name());
                    leftWriters.add(writer);
                }
                writer = next;
                segment = number;
            }
            segmentBytes = 0;
            if (forceLock.tryLock()) {
                // Else they are in use, and closed by who uses them.
                try {
                    closeLeftWriters();
                } finally {
                    forceLock.unlock();
                }
            }
        } catch (IOException | RuntimeException | Error e) {
            throw fail("create segment " + number, e);
        }
        checksum.segment(segment);
        FrameLayout.init(marker, 0);
        marker.putLong(FrameLayout.HEAD_ID_HIGH, id.getMostSignificantBits(), ORDER);
        marker.putLong(FrameLayout.HEAD_ID_LOW, id.getLeastSignificantBits(), ORDER);
        appendMarker(FrameLayout.HEAD_LENGTH, FrameLayout.KIND_HEAD);
        markAppended(position.sequencePlain(), position.checksumPlain());
    }

    private void seal() {
        FrameLayout.init(marker, 0);
        appendMarker(FrameLayout.HEADER_LENGTH, FrameLayout.KIND_SEAL);
    }

    private void appendMarker(int length, byte kind) {
        marker.putLong(FrameLayout.FIRST_SEQUENCE, position.sequencePlain() + 1, ORDER);
        marker.putLong(FrameLayout.BASE_TIME_NS, maxTimeNs, ORDER);
        appendFrame(marker, 0, length, kind);
    }

    private int appendFrame(UnsafeBuffer frame, int offset, int length, byte kind) {
        frame.putInt(offset + FrameLayout.FRAME_LENGTH, length, ORDER);
        frame.putInt(offset + FrameLayout.EPOCH, epoch, ORDER);
        frame.putInt(offset + FrameLayout.SEGMENT, segment, ORDER);
        frame.putByte(offset + FrameLayout.KIND, kind);
        frame.putInt(offset + FrameLayout.PREVIOUS_CHECKSUM, chain, ORDER);
        int frameChecksum = checksum.compute(frame, offset, length);
        frame.putInt(offset + FrameLayout.CHECKSUM, frameChecksum, ORDER);
        try {
            writer.append(frame, offset, length);
        } catch (IOException | RuntimeException | Error e) {
            throw fail("append", e);
        }
        chain = frameChecksum;
        segmentBytes += FrameStore.FRAME_OVERHEAD + length;
        return frameChecksum;
    }

    private void markAppended(long sequence, int frameChecksum) {
        try {
            mark.appended(sequence, frameChecksum, epoch, segment, bootIdHash);
        } catch (RuntimeException | Error e) {
            throw fail("write its mark", e);
        }
    }

    /**
     * An interrupt closes the channels that it meets, which would look like a failed storage: it is
     * set aside while the journal works, and handed on to whoever waits next.
     */
    private static void restoreInterrupt() {
        Thread.currentThread().interrupt();
    }

    private PenstockException fail(String action, Throwable cause) {
        failure = cause;
        return new PenstockException(
                Category.STORAGE,
                "journal cannot "
                        + action
                        + ": "
                        + store.name()
                        + ": "
                        + cause
                        + " (nothing is appended any more: make room or repair the storage,"
                        + " then open it again)",
                cause);
    }

    private void release() {
        appender.release();
        closeLeftWriters();
        if (writer != null) {
            writer.close();
        }
        marker.wrap(0, 0);
        BufferUtil.free(markerBytes);
        mark.close();
        store.close();
    }
}
