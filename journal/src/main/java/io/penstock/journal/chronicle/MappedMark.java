package io.penstock.journal.chronicle;

import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** The mark file, mapped: what is stored is the kernel's when the process ends. */
final class MappedMark implements MarkRegion {
    private final MappedByteBuffer mapped;
    private final UnsafeBuffer buffer;

    MappedMark(Path file) throws IOException {
        try (FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() < FrameStore.MARK_LENGTH) {
                throw new IOException("the mark is too short: " + channel.size());
            }
            mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, FrameStore.MARK_LENGTH);
        }
        buffer = new UnsafeBuffer(mapped);
    }

    @Override
    public MutableDirectBuffer buffer() {
        return buffer;
    }

    @Override
    public void force() throws IOException {
        try {
            mapped.force();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    @Override
    public void close() {
        buffer.wrap(0, 0);
        IoUtil.unmap(mapped);
    }
}
