package io.penstock.fault;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Makes files and directories that only their user can read, whatever the umask: 0600 and 0700
 * where the file system knows such modes. What is there already keeps its mode. Any thread.
 */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> FILE_MODE =
            PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<?>[] FILE = {
        PosixFilePermissions.asFileAttribute(FILE_MODE)
    };
    private static final FileAttribute<?>[] DIRECTORY = {
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
    };
    private static final FileAttribute<?>[] NONE = {};

    private PrivateFiles() {}

    /** Opens a file; one that this makes is private. */
    public static FileChannel open(Path file, OpenOption... options) throws IOException {
        return FileChannel.open(file, Set.of(options), hasModes(file) ? FILE : NONE);
    }

    /** Makes a directory, private, and those above it that are not there. */
    public static void createDirectories(Path directory) throws IOException {
        // What is there may be a link to a directory, which not every JDK takes for one.
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, hasModes(directory) ? DIRECTORY : NONE);
        }
    }

    /** Makes a directory, private, where there is none. */
    public static void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory, hasModes(directory) ? DIRECTORY : NONE);
    }

    /** Makes a file private that a library has made. */
    public static void restrict(Path file) throws IOException {
        if (hasModes(file)) {
            Files.setPosixFilePermissions(file, FILE_MODE);
        }
    }

    private static boolean hasModes(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
