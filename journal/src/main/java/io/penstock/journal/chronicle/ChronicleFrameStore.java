package io.penstock.journal.chronicle;

import io.penstock.fault.PrivateFiles;
import io.penstock.journal.files.DirectoryFrameStore;
import io.penstock.journal.files.Disk;
import io.penstock.journal.files.FileSegmentBytes;
import io.penstock.journal.store.DocumentReader;
import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A directory with LOCK, MARK, one directory per epoch, and what was cut off in quarantine.
 *
 * <p>An epoch has a Chronicle queue of its own, so that Chronicle never opens what it did not
 * create: its locks, its metadata and its idea of an end cannot outlive a process. No class of
 * Chronicle is loaded before the first segment is created.
 */
final class ChronicleFrameStore extends DirectoryFrameStore {
    private static final String METADATA = "metadata.cq4t";

    private final long segmentLengthBytes;
    private final int blockLengthBytes;
    private final int touchAheadBytes;
    private volatile ChronicleEpoch epoch;
    private int epochNumber;

    ChronicleFrameStore(
            Path directory,
            long segmentLengthBytes,
            int blockLengthBytes,
            int touchAheadBytes,
            Disk disk) {
        super(directory, disk);
        this.segmentLengthBytes = segmentLengthBytes;
        this.blockLengthBytes = blockLengthBytes;
        this.touchAheadBytes = touchAheadBytes;
    }

    /**
     * The end of the process. Its files keep pages over a loss of power when they are forced; but
     * they grow by mapping, and the first pages of a queue and of a file, which Chronicle writes
     * itself, cannot be reserved: should another process take the last space just then, a page is
     * lost as a fault of memory, which can come after the force of what is not there.
     */
    @Override
    public Carries carries() {
        return Carries.PROCESS;
    }

    @Override
    public List<SegmentFile> segments() throws IOException {
        List<SegmentFile> segments = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory())) {
            for (Path entry : entries) {
                int epochOfEntry = SegmentNames.parseEpoch(entry.getFileName().toString());
                if (epochOfEntry > 0 && Files.isDirectory(entry)) {
                    try (DirectoryStream<Path> files = Files.newDirectoryStream(entry)) {
                        for (Path file : files) {
                            addSegment(segments, file, epochOfEntry);
                        }
                    }
                } else {
                    addSegment(segments, entry, 0);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        }
        segments.sort(
                Comparator.comparingInt(SegmentFile::number)
                        .thenComparingInt(SegmentFile::epoch)
                        .thenComparing(SegmentFile::name));
        return segments;
    }

    private void addSegment(List<SegmentFile> segments, Path file, int epochOfFile)
            throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(SegmentNames.SUFFIX) && Files.isRegularFile(file)) {
            int number = epochOfFile == 0 ? 0 : SegmentNames.parseSegment(name);
            try {
                segments.add(
                        new SegmentFile(
                                number,
                                epochOfFile,
                                directory().relativize(file).toString(),
                                Files.size(file)));
            } catch (NoSuchFileException e) {
                // Deleted since the directory was listed, because nobody needs it any more.
            }
        }
    }

    @Override
    public int lastEpoch() throws IOException {
        int last = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory())) {
            for (Path entry : entries) {
                last = Math.max(last, SegmentNames.parseEpoch(entry.getFileName().toString()));
            }
        }
        return last;
    }

    @Override
    public SegmentWriter create(int newEpoch, int number) throws IOException {
        if (epoch == null) {
            Path place = directory().resolve(SegmentNames.epoch(newEpoch));
            PrivateFiles.createDirectory(place);
            epoch =
                    new ChronicleEpoch(
                            place, segmentLengthBytes, blockLengthBytes, touchAheadBytes, disk());
            epochNumber = newEpoch;
        }
        return epoch.create(number);
    }

    @Override
    public int prepareAhead() throws IOException {
        ChronicleEpoch current = epoch;
        return current == null ? 0 : current.prepareAhead();
    }

    @Override
    public FrameSource open(SegmentFile segment) throws IOException {
        return new DocumentReader(new FileSegmentBytes(directory().resolve(segment.name())));
    }

    @Override
    public void delete(SegmentFile segment) throws IOException {
        Path file = directory().resolve(segment.name());
        Path place = file.getParent();
        disk().delete(file);
        disk().forceDirectory(place);
        if (segment.epoch() < Math.max(epochNumber, lastEpoch())) {
            deleteEmpty(place);
        }
    }

    /** Removes the directory of an epoch that has no segment any more. */
    private void deleteEmpty(Path place) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place)) {
            for (Path file : files) {
                if (!file.getFileName().toString().equals(METADATA)) {
                    return;
                }
            }
        }
        if (Files.exists(place.resolve(METADATA))) {
            disk().delete(place.resolve(METADATA));
        }
        try {
            disk().delete(place);
        } catch (DirectoryNotEmptyException e) {
            return;
        }
        disk().forceDirectory(directory());
    }

    @Override
    public void force(String segmentName) throws IOException {
        Path file = directory().resolve(segmentName);
        disk().forceFile(file);
        disk().forceDirectory(file.getParent());
        disk().forceDirectory(directory());
    }

    @Override
    public void close() {
        if (epoch != null) {
            epoch.close();
            epoch = null;
        }
        super.close();
    }
}
