package io.penstock.journal.chronicle;

import io.penstock.journal.files.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Space on the disk for what a mapped file is to hold next: zeros written ahead of the mapping.
 *
 * <p>A mapping that is written where the file has a hole takes space when it is written; on a full
 * disk that ends in a fault of memory, some time after the append. Writing zeros into the hole
 * first meets the full disk as an error of a call. The thread that appends, and one beside it.
 */
final class ReservedSpace implements AutoCloseable {
    /** What a new queue takes: its metadata, and libraries while they are loaded. */
    static final long NEW_QUEUE_LENGTH = 1 << 20;

    /** What a new file takes before anything of it can be reserved: its header and its index. */
    static final long NEW_FILE_LENGTH = 128 << 10;

    /** Headers and index pages that Chronicle Queue puts between frames. */
    private static final int SLACK = 16 << 10;

    private static final int STEP = 256 << 10;
    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(STEP).asReadOnlyBuffer();

    private final Disk disk;
    private final FileChannel channel;
    private volatile long reservedTo;

    /**
     * Opens a file that is there.
     *
     * @param end where what it holds ends; nothing is written before it
     */
    ReservedSpace(Disk disk, Path file, long end) throws IOException {
        this.disk = disk;
        this.channel = disk.open(file, StandardOpenOption.WRITE);
        this.reservedTo = end;
    }

    /** Throws if a disk has no space for what cannot be reserved. */
    static void require(Path directory, long needed) throws IOException {
        long usable = Files.getFileStore(directory).getUsableSpace();
        if (usable < needed) {
            throw new IOException(
                    "No space left on device: files of Chronicle Queue need "
                            + needed
                            + " bytes, there are "
                            + usable);
        }
    }

    /**
     * Makes sure that a frame fits.
     *
     * @param end where what the file holds ends
     */
    void ensure(long end, int frameLength) throws IOException {
        if (end + frameLength + SLACK > reservedTo) {
            reserve(end + frameLength + SLACK);
        }
    }

    /** Takes space up to an end at least; behind it nothing has been written but zeros. */
    synchronized void reserve(long to) throws IOException {
        while (reservedTo < to) {
            disk.write(channel, ZEROS.duplicate(), reservedTo);
            reservedTo += STEP;
        }
    }

    @Override
    public void close() {
        Disk.close(channel);
    }
}
