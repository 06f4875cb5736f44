package io.penstock.engine.state;

import static io.penstock.engine.state.EntryDescriptor.KEY_BYTES_OFFSET;
import static io.penstock.engine.state.EntryDescriptor.KEY_LENGTH_OFFSET;
import static io.penstock.engine.state.EntryDescriptor.MAX_INLINE_LENGTH;

import io.penstock.engine.memory.FrozenView;
import io.penstock.engine.snapshot.SnapshotWriter;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A {@link KeyTable}'s live entries as they were when this was made, one after the other in
 * insertion order, while the table may go on changing.
 *
 * <p>Takes a chunk of entries at a time. Made by the table's thread, read by one other.
 */
final class FrozenTable {
    /** Longest key of any table: a key and a sub-key. */
    private static final int MAX_PATH_LENGTH = 2 * KeyTable.MAX_KEY_LENGTH + Long.BYTES;

    private final FrozenView view;
    private final EntryChunks chunks;
    private final boolean hasLongKeys;
    private final int keyLength;
    private final int stride;
    private final long directory;
    private final int entryCount;
    private final int gapStart;
    private final int gapEnd;

    private byte[] bytes = new byte[0];
    private final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
    private final byte[] prefix = new byte[Short.BYTES];
    private byte[] pooled = new byte[0];
    private long[] deadBits = new long[0];
    private boolean hasDeadBits;
    private int chunk = -1;
    private int firstOfChunk;
    private int endOfChunk;
    private int entry = -1;
    private int offset;

    FrozenTable(KeyTable table, FrozenView view, EntryChunks chunks, int gapStart, int gapEnd) {
        this.view = view;
        this.chunks = chunks;
        this.hasLongKeys = table.hasLongKeys();
        this.stride = chunks.stride();
        this.keyLength = stride - table.valueLength();
        this.directory = chunks.directory;
        this.entryCount = table.entryCount();
        this.gapStart = gapStart;
        this.gapEnd = gapEnd;
    }

    /** What is read of the memory at the same moment. */
    FrozenView view() {
        return view;
    }

    /** Goes to the next chunk that has entries; false behind the last. Then {@link #next()}. */
    boolean nextChunk() {
        if (entryCount == 0 || endOfChunk == entryCount) {
            return false;
        }
        chunk++;
        firstOfChunk = endOfChunk;
        endOfChunk = Math.min(entryCount, firstOfChunk + chunks.entriesOf(chunk));
        entry = firstOfChunk - 1;
        int length = (endOfChunk - firstOfChunk) * stride;
        if (bytes.length < length) {
            bytes = new byte[length];
            buffer.wrap(bytes);
        }
        view.copyTo(view.getLong(chunks.directoryWord(directory, chunk)), bytes, 0, length);
        long bits = view.getLong(chunks.deadBitsWord(directory, chunk));
        hasDeadBits = bits != 0;
        if (hasDeadBits) {
            int words = (chunks.entriesOf(chunk) + 63) >>> 6;
            if (deadBits.length < words) {
                deadBits = new long[words];
            }
            for (int i = 0; i < words; i++) {
                deadBits[i] = view.getLong(bits + ((long) i << 3));
            }
        }
        return true;
    }

    /** Goes to the next live entry of the chunk; false behind its last. */
    boolean next() {
        while (++entry < endOfChunk) {
            if (entry >= gapStart && entry < gapEnd) {
                continue;
            }
            int at = entry - firstOfChunk;
            if (!hasDeadBits || (deadBits[at >>> 6] >>> at & 1) == 0) {
                offset = at * stride;
                return true;
            }
        }
        return false;
    }

    /** Goes to an entry that is live, in any chunk, whichever was the last. */
    void load(int liveEntry) {
        if (bytes.length < stride) {
            bytes = new byte[stride];
            buffer.wrap(bytes);
        }
        int of = chunks.chunkOf(liveEntry);
        long start = view.getLong(chunks.directoryWord(directory, of));
        int at = liveEntry - chunks.firstEntryOf(of);
        view.copyTo(start + (long) at * stride, bytes, 0, stride);
        offset = 0;
    }

    /** Writes all entries of a chunk at once, if they lie as they are written; false if not. */
    boolean writeWhole(SnapshotWriter writer) {
        boolean hasGap = gapStart < endOfChunk && gapEnd > firstOfChunk;
        if (!hasLongKeys || hasDeadBits || hasGap) {
            return false;
        }
        writer.putBytes(bytes, 0, (endOfChunk - firstOfChunk) * stride);
        return true;
    }

    /** Writes the entry's key as {@link KeyTableCodec} does. */
    void writeKey(SnapshotWriter writer) {
        if (hasLongKeys) {
            writer.putLong(buffer.getLong(offset));
            return;
        }
        writer.putInt(keyLength());
        writeKeyBytes(writer, 0);
    }

    /** Bytes of the entry's key. */
    int keyLength() {
        if (hasLongKeys) {
            return Long.BYTES;
        }
        int length = buffer.getInt(offset + KEY_LENGTH_OFFSET);
        require(length >= 0 && length <= MAX_PATH_LENGTH);
        return length;
    }

    /** Whether what was read can be what was frozen. */
    static void require(boolean condition) {
        if (!condition) {
            throw new IllegalStateException("frozen state is not what it was when it was frozen");
        }
    }

    /** Writes the bytes of a binary key from one on. */
    void writeKeyBytes(SnapshotWriter writer, int from) {
        int length = keyLength();
        if (length <= MAX_INLINE_LENGTH) {
            writer.putBytes(bytes, offset + KEY_BYTES_OFFSET + from, length - from);
            return;
        }
        if (pooled.length < length) {
            pooled = new byte[length];
        }
        view.copyTo(buffer.getLong(offset + KEY_BYTES_OFFSET), pooled, 0, length);
        writer.putBytes(pooled, from, length - from);
    }

    /** Eight bytes of the entry's value. */
    long valueLong(int at) {
        return buffer.getLong(offset + keyLength + at);
    }

    /** Four bytes of the entry's value. */
    int valueInt(int at) {
        return buffer.getInt(offset + keyLength + at);
    }

    /** Two bytes that a binary key begins with. */
    int keyShort() {
        if (keyLength() <= MAX_INLINE_LENGTH) {
            return buffer.getShort(offset + KEY_BYTES_OFFSET) & 0xFFFF;
        }
        view.copyTo(buffer.getLong(offset + KEY_BYTES_OFFSET), prefix, 0, prefix.length);
        return (prefix[0] & 0xFF) | (prefix[1] & 0xFF) << 8;
    }

    /** Writes bytes of the entry's value. */
    void writeValue(SnapshotWriter writer, int at, int length) {
        writer.putBytes(bytes, offset + keyLength + at, length);
    }
}
