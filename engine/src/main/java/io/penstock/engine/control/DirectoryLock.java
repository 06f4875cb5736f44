package io.penstock.engine.control;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The one engine of a directory, among all processes and within this one. Any thread.
 *
 * <p>What this JVM holds it knows by itself and never asks the file: on POSIX systems a process
 * loses its lock when it closes any channel of the file, also one that was refused.
 */
final class DirectoryLock implements AutoCloseable {
    private static final String LOCK = "LOCK";
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path realPath;
    private final FileChannel channel;
    private boolean isClosed;

    private DirectoryLock(Path realPath, FileChannel channel) {
        this.realPath = realPath;
        this.channel = channel;
    }

    /**
     * Locks a directory; makes it if it is not there.
     *
     * @throws PenstockException LOCKED, CONFIGURATION or STORAGE
     */
    static DirectoryLock lock(Path path) {
        if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new PenstockException(
                    Category.CONFIGURATION, path + " is a file: name a directory");
        }
        try {
            PrivateFiles.createDirectories(path);
            Path realPath = path.toRealPath();
            if (!HELD_HERE.add(realPath)) {
                throw locked(path);
            }
            FileChannel channel = null;
            try {
                channel = tryLock(realPath.resolve(LOCK));
            } finally {
                if (channel == null) {
                    HELD_HERE.remove(realPath);
                }
            }
            if (channel == null) {
                throw locked(path);
            }
            return new DirectoryLock(realPath, channel);
        } catch (IOException e) {
            throw new PenstockException(Category.STORAGE, "cannot lock " + path + ": " + e, e);
        }
    }

    /** The channel that holds the lock; null if another process has it. */
    private static FileChannel tryLock(Path file) throws IOException {
        FileChannel channel =
                PrivateFiles.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE,
                        LinkOption.NOFOLLOW_LINKS);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
        return lock == null ? null : channel;
    }

    private static PenstockException locked(Path path) {
        return new PenstockException(
                Category.LOCKED,
                path + " is in use by a running engine: stop it, or use another directory");
    }

    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            channel.close();
        } catch (IOException e) {
            throw new PenstockException(Category.STORAGE, "cannot release the lock", e);
        } finally {
            HELD_HERE.remove(realPath);
        }
    }
}
