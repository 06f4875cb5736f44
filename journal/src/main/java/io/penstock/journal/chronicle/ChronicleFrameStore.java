package io.penstock.journal.chronicle;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.DocumentReader;
import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import io.penstock.journal.store.Quarantined;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A directory with LOCK, MARK, one directory per epoch, and what was cut off in quarantine.
 *
 * <p>An epoch has a Chronicle queue of its own, so that Chronicle never opens what it did not
 * create: its locks, its metadata and its idea of an end cannot outlive a process. No class of
 * Chronicle is loaded before the first segment is created.
 */
final class ChronicleFrameStore implements FrameStore {
    private static final String LOCK = "LOCK";
    private static final String MARK = "MARK";
    private static final String QUARANTINE = "quarantine";
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int COPY_LENGTH = 1 << 20;

    private final Path directory;
    private final int blockLengthBytes;
    private FileChannel lockChannel;
    private ChronicleEpoch epoch;

    ChronicleFrameStore(Path directory, int blockLengthBytes) {
        this.directory = directory;
        this.blockLengthBytes = blockLengthBytes;
    }

    @Override
    public Carries carries() {
        return Carries.PROCESS;
    }

    @Override
    public String name() {
        return directory.toString();
    }

    @Override
    public int bootIdHash() {
        try {
            CRC32C crc = new CRC32C();
            crc.update(Files.readAllBytes(BOOT_ID));
            return (int) crc.getValue();
        } catch (IOException e) {
            // Not known is a value of its own, and the careful one: damage is refused then.
            return 0;
        }
    }

    @Override
    public void lock() {
        try {
            Files.createDirectories(directory);
            lockChannel =
                    FileChannel.open(
                            directory.resolve(LOCK),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            FileLock lock = lockChannel.tryLock();
            if (lock == null) {
                throw locked(null);
            }
        } catch (OverlappingFileLockException e) {
            throw locked(e);
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "journal cannot be locked: " + directory + ": " + e, e);
        }
    }

    private PenstockException locked(Throwable cause) {
        return new PenstockException(
                Category.LOCKED,
                "journal is open for writing already: "
                        + directory
                        + " (stop the engine that has it, or use another directory)",
                cause);
    }

    @Override
    public int readMark(ByteBuffer target) throws IOException {
        try (FileSegmentBytes mark = new FileSegmentBytes(directory.resolve(MARK))) {
            return mark.read(0, target);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    @Override
    public void createMark(ByteBuffer content) throws IOException {
        Channels.writeWhole(directory.resolve(MARK), content);
    }

    @Override
    public MarkRegion openMark() throws IOException {
        return new MappedMark(directory.resolve(MARK));
    }

    @Override
    public List<SegmentFile> segments() throws IOException {
        List<SegmentFile> segments = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                int epochNumber = SegmentNames.parseEpoch(entry.getFileName().toString());
                if (epochNumber > 0 && Files.isDirectory(entry)) {
                    try (DirectoryStream<Path> files = Files.newDirectoryStream(entry)) {
                        for (Path file : files) {
                            addSegment(segments, file, epochNumber);
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

    private void addSegment(List<SegmentFile> segments, Path file, int epochNumber)
            throws IOException {
        String name = file.getFileName().toString();
        if (name.endsWith(SegmentNames.SUFFIX) && Files.isRegularFile(file)) {
            int number = epochNumber == 0 ? 0 : SegmentNames.parseSegment(name);
            segments.add(
                    new SegmentFile(
                            number,
                            epochNumber,
                            directory.relativize(file).toString(),
                            Files.size(file)));
        }
    }

    @Override
    public int lastEpoch() throws IOException {
        int last = 0;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                last = Math.max(last, SegmentNames.parseEpoch(entry.getFileName().toString()));
            }
        }
        return last;
    }

    @Override
    public SegmentWriter create(int epochNumber, int number) throws IOException {
        if (epoch == null) {
            Path place = directory.resolve(SegmentNames.epoch(epochNumber));
            Files.createDirectory(place);
            epoch = new ChronicleEpoch(place, blockLengthBytes);
        }
        return epoch.create(number);
    }

    @Override
    public FrameSource open(SegmentFile segment) throws IOException {
        return new DocumentReader(new FileSegmentBytes(directory.resolve(segment.name())));
    }

    @Override
    public Quarantined cut(SegmentFile segment, long offset) throws IOException {
        Path file = directory.resolve(segment.name());
        Path copy = quarantinePath(segment.name() + "-" + offset);
        long length = 0;
        try (FileChannel source =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = contentEnd(source, offset);
            if (end > offset) {
                length = end - offset;
                copyTail(source, offset, end, copy);
            }
            if (source.size() > offset) {
                source.truncate(offset);
            }
            source.force(true);
        }
        return new Quarantined(directory.relativize(copy).toString(), length);
    }

    @Override
    public Quarantined quarantine(SegmentFile segment) throws IOException {
        Path file = directory.resolve(segment.name());
        Path target = quarantinePath(segment.name());
        long length;
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
            length = contentEnd(source, 0);
        }
        Channels.move(file, target);
        return new Quarantined(directory.relativize(target).toString(), length);
    }

    private Path quarantinePath(String name) throws IOException {
        Path place = Files.createDirectories(directory.resolve(QUARANTINE));
        String base = name.replace('/', '-');
        Path path = place.resolve(base);
        for (int i = 1; Files.exists(path); i++) {
            path = place.resolve(base + "." + i);
        }
        return path;
    }

    private static void copyTail(FileChannel source, long from, long end, Path copy)
            throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) Math.min(end - from, COPY_LENGTH));
        Path temporary = copy.resolveSibling(copy.getFileName() + ".new");
        try (FileChannel target =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            long position = from;
            while (position < end) {
                content.clear().limit((int) Math.min(content.capacity(), end - position));
                int count = source.read(content, position);
                if (count < 0) {
                    break;
                }
                position += count;
                content.flip();
                while (content.hasRemaining()) {
                    target.write(content);
                }
            }
            target.force(true);
        }
        Channels.move(temporary, copy);
    }

    /** Behind the last byte from an offset on that is not zero. */
    private static long contentEnd(FileChannel source, long from) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(COPY_LENGTH);
        long end = from;
        long position = from;
        while (true) {
            content.clear();
            int count = source.read(content, position);
            if (count < 0) {
                return end;
            }
            for (int i = count - 1; i >= 0; i--) {
                if (content.get(i) != 0) {
                    end = position + i + 1;
                    break;
                }
            }
            position += count;
        }
    }

    @Override
    public void force(String segmentName) throws IOException {
        Path file = directory.resolve(segmentName);
        Channels.forceFile(file);
        Channels.forceDirectory(file.getParent());
        Channels.forceDirectory(directory);
    }

    @Override
    public void close() {
        if (epoch != null) {
            epoch.close();
            epoch = null;
        }
        if (lockChannel != null) {
            Channels.close(lockChannel);
            lockChannel = null;
        }
    }
}
