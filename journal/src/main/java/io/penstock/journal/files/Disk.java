package io.penstock.journal.files;

import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/**
 * The calls by which a journal changes files. Any thread; keeps nothing.
 *
 * <p>The few first methods reach the file system; a test that replaces them sees every change, and
 * can let any of them fail. All others are made of these.
 */
public class Disk {
    /** The file system as it is. */
    public static final Disk REAL = new Disk();

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /** For one that fails to order; else {@link #REAL}. */
    protected Disk() {}

    /** Opens a file for writing; may create it, and then for its user alone. */
    public FileChannel open(Path file, OpenOption... options) throws IOException {
        return PrivateFiles.open(file, options);
    }

    /** Writes all that remains of a buffer at a position. */
    public void write(FileChannel channel, ByteBuffer content, long position) throws IOException {
        long at = position;
        while (content.hasRemaining()) {
            at += channel.write(content, at);
        }
    }

    /** What tells one running kernel from the next. */
    public byte[] bootId() throws IOException {
        return Files.readAllBytes(BOOT_ID);
    }

    /** Brings a file's bytes, and all about the file, to the medium. */
    public void force(FileChannel channel, boolean withMetadata) throws IOException {
        channel.force(withMetadata);
    }

    /** Brings a mapping to the medium. */
    public void force(MappedByteBuffer mapping) throws IOException {
        try {
            mapping.force();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Maps a file from its start for reading and writing. */
    public MappedByteBuffer map(FileChannel channel, long lengthBytes) throws IOException {
        return channel.map(FileChannel.MapMode.READ_WRITE, 0, lengthBytes);
    }

    /** Cuts a file. */
    public void truncate(FileChannel channel, long lengthBytes) throws IOException {
        channel.truncate(lengthBytes);
    }

    /** Renames a file, replacing another; not forced. */
    public void rename(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            throw new IOException("the file system cannot rename atomically: " + to, e);
        }
    }

    /** Deletes a file or an empty directory; not forced. */
    public void delete(Path path) throws IOException {
        Files.delete(path);
    }

    /** Makes a directory and those above it that are not there; not forced. */
    public void createDirectories(Path directory) throws IOException {
        PrivateFiles.createDirectories(directory);
    }

    /** Forces a file by a channel of its own: mapped pages are brought along. */
    public final void forceFile(Path file) throws IOException {
        try (FileChannel channel = open(file, StandardOpenOption.WRITE)) {
            force(channel, true);
        }
    }

    /** Forces the entries of a directory. */
    public final void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = open(directory, StandardOpenOption.READ)) {
            force(channel, true);
        }
    }

    /** Writes a file that is there whole and forced, or not at all. */
    public final void writeWhole(Path file, ByteBuffer content) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel channel =
                open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        StandardOpenOption.TRUNCATE_EXISTING)) {
            write(channel, content, 0);
            force(channel, true);
        }
        move(temporary, file);
    }

    /** What tells a file from every other that has or had its name; null where nothing does. */
    public static Object identity(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    /**
     * Fails unless a file is still what its name leads to: what is written to one that was deleted
     * or moved away is lost, although every call succeeds.
     *
     * @param identity what {@link #identity} was when the file was opened
     */
    public static void requireSame(Path file, Object identity) throws IOException {
        Object now;
        try {
            now = identity(file);
        } catch (NoSuchFileException e) {
            throw new IOException("the file was deleted or moved while it is in use: " + file, e);
        }
        if (!Objects.equals(identity, now)) {
            throw new IOException("the file was replaced while it is in use: " + file);
        }
    }

    /** Moves a file, forced in both directories. */
    public final void move(Path from, Path to) throws IOException {
        rename(from, to);
        forceDirectory(to.getParent());
        if (!from.getParent().equals(to.getParent())) {
            forceDirectory(from.getParent());
        }
    }

    /** Closes a channel. */
    public static void close(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
