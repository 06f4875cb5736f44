package io.penstock.engine.snapshot;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Snapshots as files of one directory.
 *
 * <p>Written beside their name, forced, renamed, and the directory forced: a crash leaves the old
 * file or the new one. One thread at a time.
 */
public final class FileSnapshotStorage implements SnapshotStorage {
    private final Path directory;

    /** Keeps snapshots in {@code directory}, which is created if it is missing. */
    public FileSnapshotStorage(Path directory) {
        this.directory = directory;
        try {
            PrivateFiles.createDirectories(directory);
        } catch (IOException e) {
            throw failed("create", directory, e);
        }
    }

    @Override
    public Output create(String name) {
        SnapshotNames.require(name);
        Path unsealed = directory.resolve(name + SnapshotNames.UNSEALED);
        try {
            FileChannel channel =
                    PrivateFiles.open(
                            unsealed,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS);
            return new FileOutput(channel, unsealed, directory.resolve(name));
        } catch (IOException e) {
            throw failed("create", unsealed, e);
        }
    }

    @Override
    public List<String> list() {
        List<String> names = new ArrayList<>();
        for (Path path : files()) {
            String name = String.valueOf(path.getFileName());
            if (SnapshotNames.isValid(name)) {
                names.add(name);
            }
        }
        names.sort(null);
        return List.copyOf(names);
    }

    @Override
    public Input open(String name) {
        SnapshotNames.require(name);
        Path path = directory.resolve(name);
        try {
            FileChannel channel =
                    FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
            return new FileInput(channel, path);
        } catch (IOException e) {
            throw failed("open", path, e);
        }
    }

    @Override
    public void delete(String name) {
        SnapshotNames.require(name);
        deleteFile(directory.resolve(name));
    }

    @Override
    public void deleteUnsealed() {
        for (Path path : files()) {
            if (String.valueOf(path.getFileName()).endsWith(SnapshotNames.UNSEALED)) {
                deleteFile(path);
            }
        }
    }

    private List<Path> files() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        } catch (IOException e) {
            throw failed("list", directory, e);
        }
    }

    private static void deleteFile(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw failed("delete", path, e);
        }
    }

    private static PenstockException failed(String what, Path path, IOException cause) {
        return new PenstockException(
                Category.STORAGE,
                "snapshot storage could not "
                        + what
                        + ": file="
                        + path
                        + " reason="
                        + cause
                        + " (check space, permissions and the device)",
                cause);
    }

    private static final class FileOutput implements Output {
        private final FileChannel channel;
        private final Path unsealed;
        private final Path path;

        FileOutput(FileChannel channel, Path unsealed, Path path) {
            this.channel = channel;
            this.unsealed = unsealed;
            this.path = path;
        }

        @Override
        public void write(ByteBuffer source) {
            try {
                while (source.hasRemaining()) {
                    channel.write(source);
                }
            } catch (IOException e) {
                throw failed("write", unsealed, e);
            }
        }

        @Override
        public void seal() {
            try {
                channel.force(true);
                channel.close();
                Files.move(
                        unsealed,
                        path,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
                try (FileChannel parent =
                        FileChannel.open(
                                path.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
                    parent.force(true);
                }
            } catch (IOException e) {
                throw failed("seal", path, e);
            }
        }

        @Override
        public void close() {
            if (channel.isOpen()) {
                try {
                    channel.close();
                } catch (IOException e) {
                    throw failed("close", unsealed, e);
                } finally {
                    deleteFile(unsealed);
                }
            }
        }
    }

    private record FileInput(FileChannel channel, Path path) implements Input {
        @Override
        public long length() {
            try {
                return channel.size();
            } catch (IOException e) {
                throw failed("read", path, e);
            }
        }

        @Override
        public String location() {
            return path.toString();
        }

        @Override
        public int read(long offset, ByteBuffer target) {
            int from = target.position();
            try {
                long at = offset;
                while (target.hasRemaining()) {
                    int count = channel.read(target, at);
                    if (count < 0) {
                        break;
                    }
                    at += count;
                }
            } catch (IOException e) {
                throw failed("read", path, e);
            }
            return target.position() - from;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw failed("close", path, e);
            }
        }
    }
}
