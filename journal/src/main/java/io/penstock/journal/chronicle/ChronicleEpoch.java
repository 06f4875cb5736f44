package io.penstock.journal.chronicle;

import io.penstock.fault.PrivateFiles;
import io.penstock.journal.files.Disk;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import net.openhft.affinity.Affinity;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.bytes.MappedBytes;
import net.openhft.chronicle.bytes.MappedFile;
import net.openhft.chronicle.bytes.SyncMode;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptAppender;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import net.openhft.chronicle.wire.DocumentContext;
import net.openhft.posix.PosixAPI;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The Chronicle queue of one epoch: created, appended to, never opened again.
 *
 * <p>Its clock is our segment number, so that no wall clock can roll it, refuse it or send it back;
 * its sync is off, ours forces the file; its lock is on files that nobody else has.
 */
final class ChronicleEpoch implements AutoCloseable {
    // Nobody reads the index: as small as it can be while a segment takes 2^30 frames.
    private static final int INDEX_COUNT = 128;
    private static final int INDEX_SPACING = 1 << 16;

    /** Properties of JNA and of jffi. */
    private static final List<String> UNPACKED_IN = List.of("jna.tmpdir", "jffi.extract.dir");

    private static boolean areLibrariesLoaded;

    static {
        // Before the first class of Chronicle: it reads them once.
        System.setProperty("chronicle.analytics.disable", "true");
        System.setProperty("chronicle.disk.monitor.disable", "true");
    }

    private final Path directory;
    private final Disk disk;
    private final ChronicleQueue queue;
    private final ExcerptAppender appender;
    private final UnsafeBuffer target = new UnsafeBuffer(0, 0);
    private final long segmentLengthBytes;
    private final int touchAheadBytes;
    private int segment;
    private volatile Writer writer;

    ChronicleEpoch(
            Path directory,
            long segmentLengthBytes,
            int blockLengthBytes,
            int touchAheadBytes,
            Disk disk)
            throws IOException {
        this.directory = directory;
        this.segmentLengthBytes = segmentLengthBytes;
        this.touchAheadBytes = touchAheadBytes;
        this.disk = disk;
        ReservedSpace.require(directory, ReservedSpace.NEW_QUEUE_LENGTH);
        try {
            loadLibraries(directory);
            queue =
                    SingleChronicleQueueBuilder.binary(directory)
                            .rollCycle(RollCycles.FAST_HOURLY)
                            .indexCount(INDEX_COUNT)
                            .indexSpacing(INDEX_SPACING)
                            .blockSize(blockLengthBytes)
                            .syncMode(SyncMode.NONE)
                            .timeProvider(() -> (long) segment * SegmentNames.HOUR_MS)
                            .build();
            appender = queue.createAppender();
            appender.singleThreadedCheckDisabled(true);
            restrictFiles();
        } catch (RuntimeException | Error e) {
            throw new IOException("Chronicle Queue cannot be created: " + e, e);
        }
    }

    /**
     * Loads the native libraries that Chronicle brings along. They are unpacked to be loaded, and
     * deleted then: in the journal's own directory, where nobody else can put another in between,
     * and not in the system's or the user's folder for temporary files.
     */
    private static void loadLibraries(Path directory) {
        synchronized (UNPACKED_IN) {
            if (areLibrariesLoaded) {
                return;
            }
            Map<String, String> before = new HashMap<>();
            for (String name : UNPACKED_IN) {
                before.put(name, System.getProperty(name));
                System.setProperty(name, directory.toAbsolutePath().toString());
            }
            try {
                PosixAPI.posix();
                Affinity.isJNAAvailable();
            } finally {
                before.forEach(ChronicleEpoch::restore);
            }
            areLibrariesLoaded = true;
        }
    }

    private static void restore(String name, String value) {
        if (value == null) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }

    /** Chronicle makes files by the umask. */
    private void restrictFiles() throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path made : files) {
                PrivateFiles.restrict(made);
            }
        }
    }

    SegmentWriter create(int number) {
        segment = number;
        Writer created = new Writer(number);
        writer = created;
        return created;
    }

    /** Touches pages before the writer of the latest segment; beside it. */
    int prepareAhead() throws IOException {
        Writer current = writer;
        return current == null ? 0 : current.touchAhead();
    }

    @Override
    public void close() {
        appender.close();
        queue.close();
    }

    /** Appends to one cycle. */
    private final class Writer implements SegmentWriter {
        private final int number;
        private final Path file;
        private ReservedSpace space;
        private volatile TouchedPages touched;

        /** Where in the file the latest frame ends; also for the thread that touches pages. */
        private final AtomicLong end = new AtomicLong();

        private FileChannel forceChannel;
        private Object identity;

        /** Whether the file is there: Chronicle makes it with the first frame. */
        private volatile boolean hasFrames;

        Writer(int number) {
            this.number = number;
            this.file = directory.resolve(SegmentNames.segment(number));
        }

        @Override
        public String name() {
            return directory.getFileName() + "/" + file.getFileName();
        }

        @Override
        public void append(DirectBuffer frame, int offset, int length) throws IOException {
            if (space == null) {
                ReservedSpace.require(directory, ReservedSpace.NEW_FILE_LENGTH + length);
            } else {
                space.ensure(end.getPlain(), length);
            }
            MappedFile mappedFile;
            try (DocumentContext document = appender.writingDocument()) {
                try {
                    Bytes<?> bytes = document.wire().bytes();
                    long position = bytes.writePosition();
                    if (bytes.writeRemaining() < length) {
                        throw new IOException("frame is longer than the mapped block: " + length);
                    }
                    target.wrap(bytes.addressForWrite(position), length);
                    frame.getBytes(offset, target, 0, length);
                    bytes.writeSkip(length);
                    end.lazySet(position + length);
                    mappedFile = hasFrames ? null : ((MappedBytes) bytes).mappedFile();
                } catch (Throwable e) {
                    // Without this the half-written document would be published.
                    document.rollbackOnClose();
                    throw e;
                }
            }
            if (appender.cycle() != number) {
                throw new IOException(
                        "frame went to segment " + appender.cycle() + " instead of " + number);
            }
            if (!hasFrames) {
                PrivateFiles.restrict(file);
                space = new ReservedSpace(disk, file, end.getPlain());
                touched = new TouchedPages(mappedFile, space, touchAheadBytes, segmentLengthBytes);
                hasFrames = true;
            }
        }

        int touchAhead() throws IOException {
            TouchedPages pages = touched;
            return pages == null ? 0 : pages.touch(end.get());
        }

        @Override
        public void force() throws IOException {
            if (!hasFrames) {
                return; // another thread has just rolled: nothing of this segment counts yet
            }
            if (forceChannel == null) {
                // A second channel: Chronicle has no sync that says when it failed.
                forceChannel = disk.open(file, StandardOpenOption.WRITE);
                identity = Disk.identity(file);
                disk.force(forceChannel, true);
                disk.forceDirectory(directory);
                disk.forceDirectory(directory.getParent());
            } else {
                disk.force(forceChannel, false);
                Disk.requireSame(file, identity);
            }
        }

        @Override
        public void close() {
            if (forceChannel != null) {
                Disk.close(forceChannel);
                forceChannel = null;
            }
            if (touched != null) {
                touched.close();
            }
            if (space != null) {
                space.close();
            }
        }
    }
}
