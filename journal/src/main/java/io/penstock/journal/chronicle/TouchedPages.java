package io.penstock.journal.chronicle;

import java.io.IOException;
import net.openhft.chronicle.bytes.MappedBytesStore;
import net.openhft.chronicle.bytes.MappedFile;
import net.openhft.chronicle.core.io.ReferenceOwner;
import org.agrona.UnsafeApi;

/**
 * Touches pages of a file's mapping before its writer comes to them: in the mapping that the writer
 * itself has, or will have. Beside the writer; {@link #close} waits for a step that is under way.
 */
final class TouchedPages implements ReferenceOwner {
    private static final int PAGE_LENGTH = 4096;
    private static final int STEP_LENGTH = 64 * PAGE_LENGTH;

    private final MappedFile file;
    private final ReservedSpace space;
    private final int aheadBytes;
    private final long endBytes;
    private MappedBytesStore chunk;
    private long touchedTo;
    private boolean isClosed;

    /**
     * Of a file that its writer has open.
     *
     * @param aheadBytes how far before the writer
     * @param endBytes where in the file there is nothing more to touch
     */
    TouchedPages(MappedFile file, ReservedSpace space, int aheadBytes, long endBytes) {
        this.file = file;
        this.space = space;
        this.aheadBytes = aheadBytes;
        this.endBytes = endBytes;
        file.reserve(this);
    }

    /**
     * Touches the next few pages.
     *
     * @param position where the writer is, or was
     * @return how many
     */
    synchronized int touch(long position) throws IOException {
        long limit = Math.min(position + aheadBytes, endBytes);
        long from = Math.max(touchedTo, position & -PAGE_LENGTH);
        if (isClosed || from >= limit) {
            return 0;
        }
        // What is touched takes space, and may not be the first to do so.
        space.reserve(from + STEP_LENGTH);
        if (chunk == null || from >= chunk.safeLimit() || from < chunk.start()) {
            releaseChunk();
            chunk = file.acquireByteStore(this, from);
        }
        long to = Math.min(from + STEP_LENGTH, chunk.safeLimit());
        for (long at = from; at < to; at += PAGE_LENGTH) {
            // Changes nothing whatever is stored there meanwhile, and makes the page writable.
            UnsafeApi.getAndAddLong(null, chunk.addressForWrite(at), 0L);
        }
        touchedTo = to;
        return (int) ((to - from) / PAGE_LENGTH);
    }

    private void releaseChunk() {
        if (chunk != null) {
            chunk.release(this);
            chunk = null;
        }
    }

    synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            releaseChunk();
            file.release(this);
        }
    }
}
