package io.penstock.engine.snapshot;

import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_CHECKSUM_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_HEADER_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_KIND_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_LENGTH_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_NUMBER_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.DATA;
import static io.penstock.engine.snapshot.SnapshotDescriptor.MAX_DATA_LENGTH;

import io.penstock.fault.PenstockException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads and checks the data blocks of one section on a thread of its own, ahead of who takes them.
 *
 * <p>It never says what is wrong: where a block is not as it should be, or cannot be read, it ends
 * there, and who takes the blocks reads that one himself, with all checks and their messages. What
 * it holds is bounded: {@value #SPANS} times 16 blocks.
 */
final class ReadAhead implements AutoCloseable {
    /** A shorter section is read faster than a thread starts. */
    static final long WORTHWHILE_BYTES = 8L << 20;

    private static final int SPANS = 4;
    private static final int SPAN_LENGTH = 16 * (BLOCK_HEADER_LENGTH + MAX_DATA_LENGTH);

    private final SnapshotStorage.Input input;
    private final BlockingQueue<Span> free = new ArrayBlockingQueue<>(SPANS);
    private final BlockingQueue<Span> checked = new ArrayBlockingQueue<>(SPANS);
    private final CRC32C crc = new CRC32C();
    private final Span[] spans = new Span[SPANS];
    private final Thread thread;
    private volatile boolean isStopping;

    private long offset;
    private int blockNumber;
    private long wanted;

    /** Whole blocks that follow each other, each of them checked. */
    static final class Span {
        final ByteBuffer buffer =
                ByteBuffer.allocateDirect(SPAN_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        final UnsafeBuffer bytes = new UnsafeBuffer(buffer);

        /** Bytes of the blocks; 0 behind the last that could be checked. */
        int length;
    }

    /**
     * Starts to read.
     *
     * @param input nobody else's until this is closed, or has come to its end
     * @param offset of the first data block
     * @param blockNumber of that block
     * @param dataBytes of the section
     */
    ReadAhead(SnapshotStorage.Input input, long offset, int blockNumber, long dataBytes) {
        this.input = input;
        this.offset = offset;
        this.blockNumber = blockNumber;
        this.wanted = dataBytes;
        for (int i = 0; i < SPANS; i++) {
            spans[i] = new Span();
            free.add(spans[i]);
        }
        thread = new Thread(this::run, "penstock-ahead");
        thread.setDaemon(true);
        thread.start();
    }

    /** The next span; one of length 0 is the last. Give it back with {@link #giveBack}. */
    Span take() {
        return take(checked);
    }

    private static Span take(BlockingQueue<Span> from) {
        boolean isInterrupted = false;
        try {
            while (true) {
                try {
                    return from.take();
                } catch (InterruptedException e) {
                    isInterrupted = true;
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A span is no longer looked at. */
    void giveBack(Span span) {
        free.add(span);
    }

    /** Waits for the thread; all spans are gone then. */
    @Override
    public void close() {
        isStopping = true;
        // No interrupt: that would close the file under the next who reads. Where there is no
        // room for it, the thread does not wait.
        free.offer(spans[0]);
        join(thread);
        for (Span span : spans) {
            BufferUtil.free(span.buffer);
        }
    }

    /** Waits for a thread's end, whoever interrupts; the interrupt is kept. */
    static void join(Thread thread) {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean isMore = true;
        while (isMore) {
            Span span = take(free);
            if (isStopping) {
                return;
            }
            isMore = false;
            try {
                isMore = fill(span);
            } finally {
                // There is always room: there are no more spans than places.
                checked.add(span);
            }
        }
    }

    /** Reads as many blocks as fit; false behind the last that is to be read or can be. */
    private boolean fill(Span span) {
        span.length = 0;
        if (wanted == 0) {
            return false;
        }
        int count;
        try {
            count = input.read(offset, span.buffer.clear());
        } catch (PenstockException e) {
            // Who takes the blocks meets it again, where it can be told.
            return false;
        }
        int at = 0;
        while (wanted > 0 && isSound(span.buffer, at, count)) {
            int length = span.buffer.getInt(at + BLOCK_LENGTH_OFFSET);
            wanted -= length;
            at += BLOCK_HEADER_LENGTH + length;
            blockNumber++;
        }
        span.length = at;
        offset += at;
        return at > 0;
    }

    private boolean isSound(ByteBuffer buffer, int at, int count) {
        if (count - at < BLOCK_HEADER_LENGTH) {
            return false;
        }
        int length = buffer.getInt(at + BLOCK_LENGTH_OFFSET);
        return length > 0
                && length <= MAX_DATA_LENGTH
                && length <= wanted
                && length <= count - at - BLOCK_HEADER_LENGTH
                && buffer.getInt(at + BLOCK_KIND_OFFSET) == DATA
                && buffer.getInt(at + BLOCK_NUMBER_OFFSET) == blockNumber
                && buffer.getInt(at + BLOCK_CHECKSUM_OFFSET)
                        == SnapshotDescriptor.blockChecksum(buffer, at, length, crc);
    }
}
