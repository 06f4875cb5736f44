package io.penstock.cli;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where a demo keeps everything, held by one demo at a time.
 *
 * <p>Only a directory that is new, empty, or an earlier demo's is taken; the last is emptied.
 */
final class DemoDirectory implements AutoCloseable {
    /** Says that a directory is a demo's, and of which. */
    static final String MARKER = "demo.properties";

    /** Held while a demo runs; never opened for anything else, which would let go of it. */
    static final String LOCK = "LOCK";

    static final String INPUT = "input.csv";
    static final String ALERTS = "alerts.csv";
    static final String LATE = "late.csv";
    static final String REPLAYED_ALERTS = "replay-alerts.csv";
    static final String REPLAYED_LATE = "replay-late.csv";
    static final String ENGINE = "engine";

    private static final String MARKER_START = "# a demo of Penstock: emptied by the next one\n";

    private final Path path;
    private final FileChannel lock;

    private DemoDirectory(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /** The directory of a request, or the default in the current one. */
    static Path pathOf(DemoRequest request) {
        if (request.directory() != null) {
            return request.directory();
        }
        boolean isProject = Files.exists(Path.of("penstock")) && Files.exists(Path.of("pom.xml"));
        return isProject ? Path.of("target", "demo") : Path.of("penstock-demo");
    }

    /** Takes a directory and empties it. */
    static DemoDirectory open(Path path, DemoRequest request) {
        FileChannel lock = null;
        try {
            requireUsable(path);
            PrivateFiles.createDirectories(path);
            lock = lock(path.resolve(LOCK));
            releaseEngine(path.resolve(ENGINE).resolve(LOCK));
            empty(path);
            Files.writeString(
                    path.resolve(MARKER),
                    MARKER_START
                            + "events="
                            + request.events()
                            + "\nseed="
                            + request.seed()
                            + "\n");
            return new DemoDirectory(path, lock);
        } catch (IOException e) {
            close(lock);
            throw new PenstockException(
                    Category.STORAGE, "cannot use the directory " + path + ": " + e, e);
        } catch (PenstockException e) {
            close(lock);
            throw e;
        }
    }

    Path path() {
        return path;
    }

    Path file(String name) {
        return path.resolve(name);
    }

    Path engine() {
        return path.resolve(ENGINE);
    }

    /** Everything in it as it is now. */
    DirectoryDigest digest() {
        return DirectoryDigest.of(path, LOCK);
    }

    @Override
    public void close() {
        close(lock);
    }

    private static void requireUsable(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new PenstockException(
                    Category.CONFIGURATION, "option --dir must be a directory: " + path);
        }
        try (Stream<Path> files = Files.list(path)) {
            // A lock alone is what a demo leaves that was killed while it began.
            if (files.allMatch(file -> file.equals(path.resolve(LOCK)))) {
                return;
            }
        }
        Path marker = path.resolve(MARKER);
        if (!Files.isRegularFile(marker)
                || !new String(Files.readAllBytes(marker), StandardCharsets.ISO_8859_1)
                        .startsWith(MARKER_START)) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "the directory "
                            + path
                            + " is neither empty nor an earlier demo's: give --dir another one, or"
                            + " empty it yourself");
        }
    }

    /** An engine that has outlived its demo may still write there. */
    private static void releaseEngine(Path engineLock) throws IOException {
        if (Files.exists(engineLock)) {
            lock(engineLock).close();
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel =
                PrivateFiles.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // Held by another demo of this very process: refused below.
        }
        channel.close();
        throw new PenstockException(
                Category.LOCKED,
                file.toAbsolutePath().getParent()
                        + " is in use by a running process: wait for it, or use another directory");
    }

    private static void empty(Path path) throws IOException {
        List<Path> all;
        try (Stream<Path> paths = Files.walk(path)) {
            all = paths.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : all) {
            boolean isKept =
                    file.equals(path)
                            || file.equals(path.resolve(MARKER))
                            || file.equals(path.resolve(LOCK));
            if (!isKept) {
                Files.delete(file);
            }
        }
    }

    private static void close(FileChannel channel) {
        if (channel != null) {
            try {
                channel.close();
            } catch (IOException e) {
                throw new PenstockException(Category.STORAGE, "cannot release a lock: " + e, e);
            }
        }
    }
}
