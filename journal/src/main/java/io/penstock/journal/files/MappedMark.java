package io.penstock.journal.files;

import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The mark file, mapped: what is stored is the kernel's when the process ends. */
final class MappedMark implements MarkRegion {
    private final Disk disk;
    private final Path file;
    private final Object identity;
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;

    MappedMark(Disk disk, Path file) throws IOException {
        this.disk = disk;
        this.file = file;
        this.identity = Disk.identity(file);
        try (FileChannel channel =
                disk.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long length = channel.size();
            if (length < FrameStore.OLD_MARK_LENGTH) {
                throw new IOException("the mark is too short: " + length);
            }
            if (length < FrameStore.MARK_LENGTH) {
                ByteBuffer zeros = ByteBuffer.allocate((int) (FrameStore.MARK_LENGTH - length));
                disk.write(channel, zeros, length);
                disk.force(channel, true);
            }
            mapped = disk.map(channel, FrameStore.MARK_LENGTH);
        }
        buffer = new UnsafeBuffer(mapped);
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    @Override
    public void force() throws IOException {
        disk.force(mapped);
        Disk.requireSame(file, identity);
    }

    @Override
    public void close() {
        buffer.wrap(0, 0);
        IoUtil.unmap(mapped);
    }
}
