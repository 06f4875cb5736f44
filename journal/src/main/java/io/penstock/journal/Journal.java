package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.DocumentLayout;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.agrona.BufferUtil;
import org.agrona.MutableDirectBuffer;
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

    private final Object forceLock = new Object();
    private final List<String> unforcedSegments;
    private SegmentWriter writer;
    private volatile Throwable failure;
    private volatile boolean isClosed;

    Journal(
            JournalConfig config,
            FrameStore store,
            MarkReader read,
            Recovery recovered,
            RecoveryReport recovery)
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
        this.mark = new MarkWriter(store.openMark(), read.appended, read.forced);
        checksum.seed(id, segment);
        mark.appended(
                position.sequencePlain(), position.checksumPlain(), epoch, segment, bootIdHash);
        mark.force();
        this.appender = new JournalAppender(this, config.maxFrameLengthBytes());
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
        return 0;
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
        try {
            synchronized (forceLock) {
                checkUsable();
                return forceAll();
            }
        } finally {
            if (isInterrupted) {
                restoreInterrupt();
            }
        }
    }

    private long forceAll() {
        AppendPosition.Value value = position.getAcquire();
        try {
            for (String name : unforcedSegments) {
                store.force(name);
            }
            unforcedSegments.clear();
            if (writer != null) {
                writer.force();
            }
            mark.forced(value.sequence(), value.checksum(), epoch, segment, bootIdHash);
        } catch (IOException | RuntimeException | Error e) {
            throw fail("force", e);
        }
        return value.sequence();
    }

    /** Seals the segment, forces it, and gives everything back. Does nothing the second time. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        boolean isInterrupted = Thread.interrupted();
        try {
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
        isClosed = true;
        release();
    }

    /** Opens this epoch's first segment, if that has not happened. Appending thread. */
    void prepare() {
        checkUsable();
        if (writer == null) {
            nextSegment();
        }
    }

    /** Completes a frame of records and appends it. Appending thread. */
    int append(
            MutableDirectBuffer frame, int length, long firstSequence, int count, long highTimeNs) {
        checkUsable();
        boolean isInterrupted = Thread.interrupted();
        if (writer == null || segmentBytes + length > segmentLengthBytes) {
            nextSegment();
        }
        frame.putLong(FrameLayout.FIRST_SEQUENCE, firstSequence, ORDER);
        frame.putInt(FrameLayout.RECORD_COUNT, count, ORDER);
        int frameChecksum = appendFrame(frame, length, FrameLayout.KIND_RECORDS);
        long lastSequence = firstSequence + count - 1;
        maxTimeNs = Math.max(maxTimeNs, highTimeNs);
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
        synchronized (forceLock) {
            // A segment holds its first frame whatever its length: no frame is too long for it.
            int number = segment + 1;
            try {
                SegmentWriter next = store.create(epoch, number);
                if (writer != null) {
                    unforcedSegments.add(writer.name());
                    writer.close();
                }
                writer = next;
                segment = number;
                segmentBytes = 0;
            } catch (IOException | RuntimeException | Error e) {
                throw fail("create segment " + number, e);
            }
        }
        checksum.segment(segment);
        FrameLayout.init(marker);
        marker.putLong(FrameLayout.HEAD_ID_HIGH, id.getMostSignificantBits(), ORDER);
        marker.putLong(FrameLayout.HEAD_ID_LOW, id.getLeastSignificantBits(), ORDER);
        appendMarker(FrameLayout.HEAD_LENGTH, FrameLayout.KIND_HEAD);
        markAppended(position.sequencePlain(), position.checksumPlain());
    }

    private void seal() {
        FrameLayout.init(marker);
        appendMarker(FrameLayout.HEADER_LENGTH, FrameLayout.KIND_SEAL);
    }

    private void appendMarker(int length, byte kind) {
        marker.putLong(FrameLayout.FIRST_SEQUENCE, position.sequencePlain() + 1, ORDER);
        marker.putLong(FrameLayout.BASE_TIME_NS, maxTimeNs, ORDER);
        appendFrame(marker, length, kind);
    }

    private int appendFrame(MutableDirectBuffer frame, int length, byte kind) {
        frame.putInt(FrameLayout.FRAME_LENGTH, length, ORDER);
        frame.putInt(FrameLayout.EPOCH, epoch, ORDER);
        frame.putInt(FrameLayout.SEGMENT, segment, ORDER);
        frame.putByte(FrameLayout.KIND, kind);
        frame.putInt(FrameLayout.PREVIOUS_CHECKSUM, chain, ORDER);
        int frameChecksum = checksum.compute(frame, 0, length);
        frame.putInt(FrameLayout.CHECKSUM, frameChecksum, ORDER);
        try {
            writer.append(frame, 0, length);
        } catch (IOException | RuntimeException | Error e) {
            throw fail("append", e);
        }
        chain = frameChecksum;
        segmentBytes += DocumentLayout.HEADER_LENGTH + length;
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
        if (writer != null) {
            writer.close();
        }
        appender.release();
        marker.wrap(0, 0);
        BufferUtil.free(markerBytes);
        mark.close();
        store.close();
    }
}
