package io.penstock.journal.files;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import io.penstock.journal.store.Quarantined;
import io.penstock.journal.store.SegmentFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** A directory with LOCK, MARK, segments somewhere below, and what was cut off in quarantine. */
public abstract class DirectoryFrameStore implements FrameStore {
    /** Name of the mark. */
    public static final String MARK = "MARK";

    private static final String LOCK = "LOCK";
    private static final String QUARANTINE = "quarantine";
    private static final int COPY_LENGTH = 1 << 20;
    private static final int PAGE_LENGTH = 4096;

    private final Path directory;
    private final Disk disk;
    private FileChannel lockChannel;

    /** Opens nothing yet. */
    protected DirectoryFrameStore(Path directory, Disk disk) {
        this.directory = directory;
        this.disk = disk;
    }

    /** The journal's directory. */
    protected final Path directory() {
        return directory;
    }

    /** By which all files are changed. */
    protected final Disk disk() {
        return disk;
    }

    @Override
    public final String name() {
        return directory.toString();
    }

    @Override
    public final int bootIdHash() {
        try {
            CRC32C crc = new CRC32C();
            crc.update(disk.bootId());
            return (int) crc.getValue();
        } catch (IOException e) {
            // Not known is a value of its own, and the careful one: damage is refused then.
            return 0;
        }
    }

    @Override
    public final void lock() {
        try {
            createDirectory();
            lockChannel =
                    disk.open(
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

    /** Makes the directory, with its name and those above it on the medium. */
    private void createDirectory() throws IOException {
        List<Path> missing = new ArrayList<>();
        Path path = directory.toAbsolutePath();
        while (path != null && !Files.exists(path)) {
            missing.add(path);
            path = path.getParent();
        }
        if (!missing.isEmpty()) {
            disk.createDirectories(directory);
            for (Path made : missing) {
                disk.forceDirectory(made.getParent());
            }
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
    public final int readMark(ByteBuffer target) throws IOException {
        try (FileSegmentBytes mark = new FileSegmentBytes(directory.resolve(MARK))) {
            return mark.read(0, target);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    @Override
    public void createMark(ByteBuffer content) throws IOException {
        disk.writeWhole(directory.resolve(MARK), content);
    }

    @Override
    public final MarkRegion openMark() throws IOException {
        return new MappedMark(disk, directory.resolve(MARK));
    }

    @Override
    public final Quarantined cut(SegmentFile segment, long offset) throws IOException {
        Path file = directory.resolve(segment.name());
        Path copy = quarantinePath(segment.name() + "-" + offset);
        long length = 0;
        try (FileChannel source =
                disk.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long end = contentEnd(source, offset);
            if (end > offset) {
                length = end - offset;
                copyTail(source, offset, end, copy);
            }
            if (source.size() > offset) {
                disk.truncate(source, offset);
            }
            disk.force(source, true);
        }
        return new Quarantined(directory.relativize(copy).toString(), length);
    }

    @Override
    public final Quarantined quarantine(SegmentFile segment) throws IOException {
        Path file = directory.resolve(segment.name());
        Path target = quarantinePath(segment.name());
        long length;
        try (FileChannel source = FileChannel.open(file, StandardOpenOption.READ)) {
            length = contentEnd(source, 0);
        }
        disk.move(file, target);
        return new Quarantined(directory.relativize(target).toString(), length);
    }

    private Path quarantinePath(String name) throws IOException {
        Path place = directory.resolve(QUARANTINE);
        disk.createDirectories(place);
        String base = name.replace('/', '-');
        Path path = place.resolve(base);
        for (int i = 1; Files.exists(path); i++) {
            path = place.resolve(base + "." + i);
        }
        return path;
    }

    private void copyTail(FileChannel source, long from, long end, Path copy) throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) Math.min(end - from, COPY_LENGTH));
        Path temporary = copy.resolveSibling(copy.getFileName() + ".new");
        try (FileChannel target =
                disk.open(
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
                content.flip();
                disk.write(target, content, position - from);
                position += count;
            }
            disk.force(target, true);
        }
        disk.move(temporary, copy);
    }

    /** Behind the last byte from an offset on that is not zero. */
    private static long contentEnd(FileChannel source, long from) throws IOException {
        int capacity = (int) Math.max(1, Math.min(source.size() - from, COPY_LENGTH));
        ByteBuffer content = ByteBuffer.allocate(capacity);
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
    public final void rewrite(String segmentName, long offset, long endOffset) throws IOException {
        long position = offset - offset % PAGE_LENGTH;
        ByteBuffer content =
                ByteBuffer.allocate((int) Math.max(1, Math.min(endOffset - position, COPY_LENGTH)));
        try (FileChannel file =
                disk.open(
                        directory.resolve(segmentName),
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            while (position < endOffset) {
                content.clear().limit((int) Math.min(content.capacity(), endOffset - position));
                int count = file.read(content, position);
                if (count < 0) {
                    return;
                }
                disk.write(file, content.flip(), position);
                position += count;
            }
        }
    }

    @Override
    public void close() {
        if (lockChannel != null) {
            Disk.close(lockChannel);
            lockChannel = null;
        }
    }
}
