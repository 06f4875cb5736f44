package io.penstock.journal.segment;

import io.penstock.journal.files.Disk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/**
 * Makes one segment's file, step by step: zeros written for real (so that a full disk is met here),
 * forced, named, mapped, its first pages touched. One thread at a time.
 */
final class Preparation {
    private static final int STEP_LENGTH = 1 << 20;
    private static final int TOUCH_LENGTH = 1 << 20;
    private static final ByteBuffer ZEROS =
            ByteBuffer.allocateDirect(STEP_LENGTH).asReadOnlyBuffer();

    private enum State {
        ZEROING,
        FORCING,
        NAMING,
        MAPPING,
        READY
    }

    private final Disk disk;
    private final Path temporary;
    private final Path file;
    private final int lengthBytes;
    private final int epoch;
    private final int number;
    private final Consumer<MappedSegment> whenClosed;
    private final FileChannel channel;
    private State state;
    private long zeroedTo;
    private boolean isForced = true;
    private MappedSegment segment;

    /**
     * @param from a file of the right length that is used again; null to make one
     */
    Preparation(
            Disk disk,
            Path folder,
            Path from,
            int lengthBytes,
            int epoch,
            int number,
            Consumer<MappedSegment> whenClosed)
            throws IOException {
        this.disk = disk;
        this.file = folder.resolve(SegmentLayout.name(epoch, number));
        this.lengthBytes = lengthBytes;
        this.epoch = epoch;
        this.number = number;
        this.whenClosed = whenClosed;
        if (from == null) {
            temporary = file.resolveSibling(file.getFileName() + SegmentLayout.NEW_SUFFIX);
            state = State.ZEROING;
            channel =
                    disk.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.READ,
                            StandardOpenOption.WRITE,
                            StandardOpenOption.TRUNCATE_EXISTING);
        } else {
            temporary = from;
            state = State.NAMING;
            channel = disk.open(from, StandardOpenOption.READ, StandardOpenOption.WRITE);
        }
    }

    boolean isFor(int wantedEpoch, int wantedNumber) {
        return epoch == wantedEpoch && number == wantedNumber;
    }

    boolean isReady() {
        return state == State.READY;
    }

    MappedSegment segment() {
        return segment;
    }

    /**
     * Does the next piece of the work; after an exception, {@link #discard} it.
     *
     * @throws IOException when the storage refuses, which may pass
     * @throws UncheckedIOException when a force failed, which is final
     */
    void step() throws IOException {
        switch (state) {
            case ZEROING -> {
                int count = (int) Math.min(STEP_LENGTH, lengthBytes - zeroedTo);
                disk.write(channel, ZEROS.duplicate().limit(count), zeroedTo);
                zeroedTo += count;
                state = zeroedTo < lengthBytes ? State.ZEROING : State.FORCING;
            }
            case FORCING -> {
                force(() -> disk.force(channel, true));
                state = State.NAMING;
            }
            case NAMING -> {
                if (Files.exists(file)) {
                    throw new IOException("segment exists: " + file);
                }
                disk.rename(temporary, file);
                if (isForced) {
                    force(() -> disk.forceDirectory(file.getParent()));
                }
                state = State.MAPPING;
            }
            case MAPPING -> {
                segment =
                        new MappedSegment(
                                disk,
                                file,
                                channel,
                                disk.map(channel, lengthBytes),
                                epoch,
                                number,
                                isForced,
                                whenClosed);
                segment.touch(TOUCH_LENGTH, Integer.MAX_VALUE);
                state = State.READY;
            }
            case READY -> throw new IllegalStateException("segment is ready: " + file);
        }
    }

    /** What is to be brought to the medium. */
    private interface Force {
        void run() throws IOException;
    }

    /** Unlike a full disk, a failed force is final: what it left on the medium is not known. */
    private static void force(Force force) {
        try {
            force.run();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does the rest at once, and leaves forcing to the segment's first force. */
    MappedSegment finish() throws IOException {
        while (!isReady()) {
            if (state != State.MAPPING) {
                isForced = false;
            }
            if (state == State.FORCING) {
                state = State.NAMING;
            }
            step();
        }
        return segment;
    }

    /** Gives the file back; what is left of it is found at the next opening. */
    void discard() {
        if (segment != null) {
            segment.unmap();
        } else {
            Disk.close(channel);
        }
    }
}
