package io.penstock.journal.chronicle;

import io.penstock.journal.files.Disk;
import io.penstock.journal.store.FrameStore;
import java.nio.file.Path;

/** Opens directories of segments that Chronicle Queue writes. */
public final class ChronicleStores {
    private ChronicleStores() {}

    /** A directory to write to, which is created when it is not there. */
    public static FrameStore forWriting(Path directory, int blockLengthBytes) {
        return forWriting(directory, Long.MAX_VALUE, blockLengthBytes, 0, Disk.REAL);
    }

    /**
     * As {@link #forWriting(Path, int)}, by a disk that may fail.
     *
     * @param segmentLengthBytes behind which no pages are touched
     * @param touchAheadBytes how far ahead of what is appended pages are touched
     */
    public static FrameStore forWriting(
            Path directory,
            long segmentLengthBytes,
            int blockLengthBytes,
            int touchAheadBytes,
            Disk disk) {
        return new ChronicleFrameStore(
                directory, segmentLengthBytes, blockLengthBytes, touchAheadBytes, disk);
    }

    /** A directory that is only read: nothing in it is created, locked or changed. */
    public static FrameStore forReading(Path directory) {
        return new ChronicleFrameStore(directory, 0, 0, 0, Disk.REAL);
    }
}
