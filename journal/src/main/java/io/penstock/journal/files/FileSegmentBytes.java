package io.penstock.journal.files;

import io.penstock.journal.store.SegmentBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Reads a file by positions. An interrupt of the reading thread would close the channel: it is set
 * aside for the time of a call, and the channel opened again if it came within one.
 */
public final class FileSegmentBytes implements SegmentBytes {
    private final Path path;
    private FileChannel channel;

    /** Opens a file for reading. */
    public FileSegmentBytes(Path path) throws IOException {
        this.path = path;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public long lengthBytes() throws IOException {
        boolean isInterrupted = Thread.interrupted();
        try {
            return channel().size();
        } finally {
            restore(isInterrupted);
        }
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int start = target.position();
        boolean isInterrupted = Thread.interrupted();
        try {
            while (target.hasRemaining()) {
                try {
                    if (channel().read(target, position + target.position() - start) < 0) {
                        break;
                    }
                } catch (ClosedByInterruptException e) {
                    // Interrupted while it read: the loop opens the file again.
                    isInterrupted |= Thread.interrupted();
                }
            }
        } finally {
            restore(isInterrupted);
        }
        return target.position() - start;
    }

    private FileChannel channel() throws IOException {
        if (!channel.isOpen()) {
            channel = FileChannel.open(path, StandardOpenOption.READ);
        }
        return channel;
    }

    private static void restore(boolean isInterrupted) {
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        Disk.close(channel);
    }
}
