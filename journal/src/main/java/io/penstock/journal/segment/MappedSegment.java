package io.penstock.journal.segment;

import static io.penstock.journal.segment.SegmentLayout.WORD_LENGTH;

import io.penstock.journal.files.Disk;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.agrona.DirectBuffer;
import org.agrona.IoUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A segment's file, mapped, with the one way to append to it. {@link #append} is for one thread;
 * {@link #force} and {@link #touch} are for others beside it.
 */
final class MappedSegment implements SegmentWriter {
    private final Disk disk;
    private final Path file;
    private final Object identity;
    private final FileChannel channel;
    private final MappedByteBuffer mapping;
    private final UnsafeBuffer buffer;
    private final int capacity;
    private final int epoch;
    private final int number;
    private final Consumer<MappedSegment> whenClosed;

    /** Where the next word goes, for the touching thread. */
    private final AtomicInteger sharedPosition = new AtomicInteger();

    private int position;

    /** Whether file and name are on the medium. */
    private boolean isFileForced;

    private int touchedTo;
    private boolean isUnmapped;

    MappedSegment(
            Disk disk,
            Path file,
            FileChannel channel,
            MappedByteBuffer mapping,
            int epoch,
            int number,
            boolean isFileForced,
            Consumer<MappedSegment> whenClosed)
            throws IOException {
        this.disk = disk;
        this.file = file;
        this.identity = identity(file, mapping);
        this.channel = channel;
        this.mapping = mapping;
        this.buffer = new UnsafeBuffer(mapping);
        this.capacity = mapping.capacity();
        this.epoch = epoch;
        this.number = number;
        this.isFileForced = isFileForced;
        this.whenClosed = whenClosed;
    }

    private static Object identity(Path file, MappedByteBuffer mapping) throws IOException {
        try {
            return Disk.identity(file);
        } catch (IOException e) {
            IoUtil.unmap(mapping);
            throw e;
        }
    }

    int epoch() {
        return epoch;
    }

    int number() {
        return number;
    }

    @Override
    public String name() {
        return SegmentLayout.FOLDER + "/" + file.getFileName();
    }

    @Override
    public int claim(int length) {
        int at = position + WORD_LENGTH;
        return at + length <= capacity - WORD_LENGTH ? at : NO_CLAIM;
    }

    @Override
    public UnsafeBuffer memory() {
        return buffer;
    }

    @Override
    public void append(DirectBuffer frame, int offset, int length) throws IOException {
        int at = position;
        int next = at + WORD_LENGTH + length;
        if (next > capacity - WORD_LENGTH || length % SegmentLayout.ALIGNMENT != 0) {
            throw refused(length);
        }
        UnsafeBuffer target = buffer;
        if (frame != target) {
            target.putBytes(at + WORD_LENGTH, frame, offset, length);
        } else if (offset != at + WORD_LENGTH) {
            throw new IllegalStateException(
                    "a frame is not where it was claimed: offset=" + offset + " position=" + at);
        }
        // What stands there may be of an earlier life of the file.
        target.putLong(next, 0L);
        long word = SegmentLayout.word(length, epoch, number);
        target.putLongOrdered(
                at,
                ByteOrder.nativeOrder() == SegmentLayout.ORDER ? word : Long.reverseBytes(word));
        position = next;
        sharedPosition.lazySet(next);
    }

    private IOException refused(int length) {
        return new IOException(
                "a frame does not fit the segment: length="
                        + length
                        + " position="
                        + position
                        + " segment="
                        + capacity);
    }

    @Override
    public void force() throws IOException {
        if (isFileForced) {
            disk.force(channel, false);
            Disk.requireSame(file, identity);
            return;
        }
        disk.force(channel, true);
        disk.forceDirectory(file.getParent());
        disk.forceDirectory(file.getParent().getParent());
        Disk.requireSame(file, identity);
        isFileForced = true;
    }

    /** Bytes behind what was appended; any thread. */
    int remaining() {
        return capacity - sharedPosition.get();
    }

    /**
     * Touches pages ahead of the appending thread, so that it meets none that is not there.
     *
     * @return pages that were touched
     */
    synchronized int touch(long aheadBytes, int maxPages) {
        if (isUnmapped) {
            return 0;
        }
        int position = sharedPosition.get();
        int from = Math.max(touchedTo, position & -SegmentLayout.PAGE_LENGTH);
        long limit = Math.min(capacity, position + aheadBytes);
        int touched = 0;
        while (touched < maxPages && from < limit) {
            // Changes nothing whatever is stored there meanwhile, and makes the page writable.
            buffer.getAndAddLong(from, 0L);
            from += SegmentLayout.PAGE_LENGTH;
            touched++;
        }
        touchedTo = from;
        return touched;
    }

    /** Leaves unmapping, which takes its time, to who closes the store or prepares the next. */
    @Override
    public void close() {
        whenClosed.accept(this);
    }

    /** Gives mapping and channel back. */
    synchronized void unmap() {
        if (!isUnmapped) {
            isUnmapped = true;
            buffer.wrap(0, 0);
            IoUtil.unmap(mapping);
            Disk.close(channel);
        }
    }
}
