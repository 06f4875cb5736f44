package io.penstock.journal.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * The place that holds one journal's bytes: segments of opaque frames, a mark, a lock.
 *
 * <p>It stores and gives back; what the bytes are worth is judged above it, so that every store is
 * judged by the same code. A store is used by one writer, or by one reader; it never retries.
 */
public interface FrameStore extends AutoCloseable {
    /** Bytes of the mark region. */
    int MARK_LENGTH = 384;

    /** Bytes that the mark region had before journals could begin behind sequence 0. */
    int OLD_MARK_LENGTH = 256;

    /** Most bytes that a frame takes in a segment beside its own. */
    int FRAME_OVERHEAD = 8;

    /** The failures that what a store says was brought to the medium survives, in rising order. */
    enum Carries {
        /** The end of the process, whatever ends it. */
        PROCESS,
        /** Also the loss of power, on a medium that honours a flush. */
        POWER
    }

    /** What this store carries; a journal promises no more than its store does. */
    Carries carries();

    /** What messages call this place: a directory, or the name of a memory store. */
    String name();

    /** A hash of the running kernel's boot id; 0 when it is not known. */
    int bootIdHash();

    /**
     * Takes the exclusive lock of the one writer, and holds it until {@link #close()}.
     *
     * @throws io.penstock.fault.PenstockException LOCKED when another writer has it
     */
    void lock();

    /**
     * Reads the mark region into a buffer from its position on, for readers and before a lock.
     *
     * @return bytes read, fewer than {@link #MARK_LENGTH} when the region is old or cut; -1 without
     *     a mark
     */
    int readMark(ByteBuffer target) throws IOException;

    /** Writes the first mark of a new journal: whole and forced, or not at all. */
    void createMark(ByteBuffer content) throws IOException;

    /** Opens the mark region for writing in place. */
    MarkRegion openMark() throws IOException;

    /** All segments that are there, ascending by number, then epoch; also those nobody expects. */
    List<SegmentFile> segments() throws IOException;

    /** Highest epoch that left anything here; 0 when none did. */
    int lastEpoch() throws IOException;

    /**
     * Creates a segment. Its number and epoch are higher than all that were created before.
     *
     * @throws IOException when the storage refuses
     */
    SegmentWriter create(int epoch, int number) throws IOException;

    /** Opens a segment for reading from its first frame. */
    FrameSource open(SegmentFile segment) throws IOException;

    /**
     * Copies what stands in a segment from an offset on aside, then cuts it off, forced.
     *
     * @return the copy
     */
    Quarantined cut(SegmentFile segment, long offset) throws IOException;

    /**
     * Moves a whole segment aside, forced.
     *
     * @return what it is now
     */
    Quarantined quarantine(SegmentFile segment) throws IOException;

    /**
     * Deletes a segment that no journal needs any more, or keeps its file for a later segment. Any
     * thread; also while a reader elsewhere has it open, which then finds other bytes or none.
     */
    void delete(SegmentFile segment) throws IOException;

    /**
     * Does a bounded piece of the work that would else delay {@link #create} and the appends: makes
     * the next segment's file, touches pages. Any thread, also while frames are appended.
     *
     * @return 0 when there is nothing to do; a store may never have anything
     * @throws IOException when the storage refuses; nothing is lost by it, and it may be tried
     *     again
     * @throws java.io.UncheckedIOException when a force failed; final
     */
    default int prepareAhead() throws IOException {
        return 0;
    }

    /** Brings a segment that is no longer written, by its name, to the medium. */
    void force(String segmentName) throws IOException;

    /**
     * Writes the bytes of a segment that is no longer written over themselves, from an offset to an
     * end, so that a later force brings them: after a force that failed, a kernel takes for clean
     * what is not on the medium.
     */
    void rewrite(String segmentName, long offset, long endOffset) throws IOException;

    /** Gives back the lock and everything else that is held. */
    @Override
    void close();
}
