package io.penstock.engine.state;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;

/**
 * Reads entries with long keys that stand in a snapshot as they lie in memory, chunk by chunk, and
 * fills the index: {@link BulkIndex}.
 *
 * <p>Of a large table the index is filled by a thread beside, which also has the system give memory
 * to the chunks: from the last on, until it meets who reads them. Little memory is needed beside
 * the table: batches of 2 MiB, five at most.
 *
 * <p>The core's thread, outside of steps.
 */
final class BulkRestore {
    /** Below this, the whole index is in caches anyway. */
    static final int MIN_ENTRIES = 4096;

    /** Below this, a thread takes longer to start than it spares. */
    private static final long MIN_BYTES_FOR_HELPER = 8L << 20;

    private static final int BATCHES = 4;

    private final HashIndex index;
    private final EntryChunks chunks;
    private final KeyEntries keys;
    private final int entries;
    private final BlockingQueue<BulkIndex.Batch> free = new ArrayBlockingQueue<>(BATCHES);

    /** The chunk that is being read: those up to it are not touched ahead. */
    private volatile int readChunk;

    private int chunkToTouch;
    private boolean isSecondHalfOnce;

    /** Of a table that is empty. */
    BulkRestore(HashIndex index, EntryChunks chunks, KeyEntries keys, int entries) {
        this.index = index;
        this.chunks = chunks;
        this.keys = keys;
        this.entries = entries;
    }

    /** Reads all entries. Throws DAMAGE and LIMIT. */
    void read(SnapshotReader reader) {
        BulkIndex bulk = new BulkIndex(index, chunks, entries);
        chunks.ensure(entries - 1);
        boolean isOnce =
                (long) entries * chunks.stride() < MIN_BYTES_FOR_HELPER
                        ? readAlone(reader, bulk)
                        : readWithHelper(reader, bulk);
        if (bulk.isFull()) {
            bulk.giveUp();
            isOnce = insertOneByOne();
        } else {
            bulk.end(entries);
        }
        if (!isOnce) {
            throw reader.damaged("a key stands twice");
        }
    }

    private boolean readAlone(SnapshotReader reader, BulkIndex bulk) {
        free.add(new BulkIndex.Batch(Math.min(entries, BulkIndex.BATCH)));
        readEntries(
                reader,
                batch -> {
                    bulk.add(batch);
                    free.add(batch);
                });
        return bulk.isFull() || bulk.place(0, bulk.segments());
    }

    private boolean readWithHelper(SnapshotReader reader, BulkIndex bulk) {
        for (int i = 0; i < BATCHES; i++) {
            free.add(new BulkIndex.Batch(BulkIndex.BATCH));
        }
        chunkToTouch = chunks.chunkOf(entries - 1);
        try (RestoreHelper helper = new RestoreHelper(this::touchOne)) {
            readEntries(reader, batch -> helper.submit(() -> add(bulk, batch)));
            for (int i = 0; i < BATCHES; i++) {
                takeFree();
            }
            boolean isOnce = true;
            if (!bulk.isFull()) {
                int half = bulk.segments() / 2;
                helper.submit(() -> isSecondHalfOnce = bulk.place(half, bulk.segments()));
                isOnce = bulk.place(0, half);
            }
            helper.finish();
            return isOnce && (bulk.isFull() || isSecondHalfOnce);
        }
    }

    private void add(BulkIndex bulk, BulkIndex.Batch batch) {
        try {
            bulk.add(batch);
        } finally {
            // Whatever happens: somebody may wait for it.
            free.add(batch);
        }
    }

    /** Touches the last chunk that was not; false when it meets who reads. */
    private boolean touchOne() {
        if (chunkToTouch <= readChunk + 1) {
            return false;
        }
        Memory.touch(chunks.chunkAddress(chunkToTouch), chunks.chunkBytes(chunkToTouch));
        chunkToTouch--;
        return true;
    }

    private void readEntries(SnapshotReader reader, Consumer<BulkIndex.Batch> full) {
        BulkIndex.Batch batch = takeFree();
        int stride = chunks.stride();
        int entry = 0;
        while (entry < entries) {
            int chunk = chunks.chunkOf(entry);
            readChunk = chunk;
            int end = Math.min(entries, entry + chunks.entriesOf(chunk));
            long address = chunks.chunkAddress(chunk);
            reader.getBytes(address, (end - entry) * stride);
            for (; entry < end; entry++) {
                if (batch.count == batch.slots.length) {
                    full.accept(batch);
                    batch = takeFree();
                }
                batch.slots[batch.count++] =
                        HashIndex.slot(keys.hash(Memory.getLong(address)), entry);
                address += stride;
            }
        }
        full.accept(batch);
    }

    private BulkIndex.Batch takeFree() {
        BulkIndex.Batch[] taken = new BulkIndex.Batch[1];
        RestoreHelper.uninterrupted(() -> taken[0] = free.take());
        taken[0].count = 0;
        return taken[0];
    }

    /** For hashes that are not spread: each where it can go, segments being split. */
    private boolean insertOneByOne() {
        for (int entry = 0; entry < entries; entry++) {
            int hash = keys.hashOf(entry);
            index.ensureRoom(hash);
            if (index.insertNoting(hash, entry)
                    && BulkIndex.standsTwice(index, chunks, hash, entry)) {
                return false;
            }
        }
        return true;
    }
}
