package io.penstock.engine.egress;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** An output log in a file, written with plain writes: the page cache survives kill -9. */
public final class FileLogStorage implements LogStorage {
    private final Path path;
    private final FileChannel channel;
    private long size;

    /** Opens or makes the file. */
    public FileLogStorage(Path path) {
        this(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Opens a file that is there for reading what it holds now; also beside who writes it. */
    public static FileLogStorage forReading(Path path) {
        return new FileLogStorage(path, StandardOpenOption.READ);
    }

    private FileLogStorage(Path path, OpenOption... options) {
        this.path = path;
        try {
            this.channel = PrivateFiles.open(path, options);
            this.size = channel.size();
        } catch (IOException e) {
            throw fault("open", e);
        }
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void read(long position, ByteBuffer target) {
        try {
            long at = position;
            while (target.hasRemaining()) {
                int count = channel.read(target, at);
                if (count < 0) {
                    throw new IOException("the file became shorter than " + size + " bytes");
                }
                at += count;
            }
        } catch (IOException e) {
            throw fault("read", e);
        }
    }

    @Override
    public void append(ByteBuffer source) {
        try {
            while (source.hasRemaining()) {
                size += channel.write(source, size);
            }
        } catch (IOException e) {
            throw fault("write", e);
        }
    }

    @Override
    public void truncate(long position) {
        try {
            channel.truncate(position);
            size = position;
        } catch (IOException e) {
            throw fault("cut", e);
        }
    }

    @Override
    public void force() {
        try {
            channel.force(true);
        } catch (IOException e) {
            throw fault("sync", e);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw fault("close", e);
        }
    }

    private PenstockException fault(String action, IOException cause) {
        return new PenstockException(
                Category.STORAGE,
                "cannot "
                        + action
                        + " the output log "
                        + path
                        + ": "
                        + cause.getMessage()
                        + " (make room or repair the storage, then start again: what is missing is"
                        + " made from the journal)",
                cause);
    }
}
