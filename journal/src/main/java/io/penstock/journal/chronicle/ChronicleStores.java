package io.penstock.journal.chronicle;

import io.penstock.journal.files.Disk;
import io.penstock.journal.store.FrameStore;
import java.nio.file.Path;

/** Opens directories of segments that Chronicle Queue writes. */
public final class ChronicleStores {
    private ChronicleStores() {}

    /** A directory to write to, which is created when it is not there. */
    public static FrameStore forWriting(Path directory, int blockLengthBytes) {
        return forWriting(directory, blockLengthBytes, Disk.REAL);
    }

    /** As {@link #forWriting(Path, int)}, by a disk that may fail. */
    public static FrameStore forWriting(Path directory, int blockLengthBytes, Disk disk) {
        return new ChronicleFrameStore(directory, blockLengthBytes, disk);
    }

    /** A directory that is only read: nothing in it is created, locked or changed. */
    public static FrameStore forReading(Path directory) {
        return new ChronicleFrameStore(directory, 0, Disk.REAL);
    }
}
