package io.penstock.journal.chronicle;

import io.penstock.journal.store.SegmentBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads a file by positions. An interrupt closes channels: it is opened again and kept set. */
final class FileSegmentBytes implements SegmentBytes {
    private final Path path;
    private FileChannel channel;

    FileSegmentBytes(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public long lengthBytes() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int start = target.position();
        boolean isInterrupted = false;
        try {
            while (target.hasRemaining()) {
                try {
                    if (channel.read(target, position + target.position() - start) < 0) {
                        break;
                    }
                } catch (ClosedByInterruptException e) {
                    isInterrupted |= Thread.interrupted();
                    channel = FileChannel.open(path, StandardOpenOption.READ);
                }
            }
        } finally {
            if (isInterrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return target.position() - start;
    }

    @Override
    public void close() {
        Channels.close(channel);
    }
}
