package io.penstock.engine.control;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.CRC32C;

/**
 * A registered reader: from its position on, the journal of a directory is kept, whichever process
 * trims it.
 *
 * <pre>
 *   0          8        12       16
 *   +----------+--------+--------+--------
 *   | sequence | crc32c | unused | name        readers/ID.reader, little-endian
 *   +----------+--------+--------+--------
 * </pre>
 *
 * The file is locked as long as the reader lives, so that one whose process has died holds nothing.
 * Whoever cannot be understood holds everything. Register first, then look whether the journal
 * still reaches back so far ({@link io.penstock.journal.JournalReader#seek}): a trim may have been
 * at work. One thread moves it; it takes no part in reading.
 */
public final class ReaderHold implements AutoCloseable {
    private static final String FOLDER = "readers";
    private static final String SUFFIX = ".reader";
    private static final String NEW_SUFFIX = ".new";
    private static final int HEAD_LENGTH = 16;
    private static final int MAX_NAME_LENGTH = 256;
    private static final int ATTEMPTS = 5;

    /**
     * Those of this process: their files are never opened here, because closing any channel of a
     * file takes a process's lock of it away.
     */
    private static final Map<Path, ReaderHold> HELD_HERE = new ConcurrentHashMap<>();

    private final Path file;
    private final String name;
    private final FileChannel channel;
    private final ByteBuffer head =
            ByteBuffer.allocateDirect(HEAD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private volatile long sequence;
    private boolean isClosed;

    /**
     * A registered reader as others see it.
     *
     * @param name of the reader
     * @param sequence of the first record it still needs
     */
    record Held(String name, long sequence) {
        @Override
        public String toString() {
            return "reader " + name + " at sequence " + sequence;
        }
    }

    private ReaderHold(Path file, String name, FileChannel channel, long sequence) {
        this.file = file;
        this.name = name;
        this.channel = channel;
        this.sequence = sequence;
    }

    /**
     * Registers a reader.
     *
     * @param directory of an engine, running or not
     * @param name what to call it where it holds something
     * @param sequence of the first record it needs
     * @throws PenstockException STORAGE when the directory cannot be written to
     */
    public static ReaderHold register(Path directory, String name, long sequence) {
        String shown = printable(name) + " (process " + ProcessHandle.current().pid() + ")";
        try {
            Path folder = directory.toRealPath().resolve(FOLDER);
            for (int attempt = 1; ; attempt++) {
                try {
                    return create(folder, shown, sequence);
                } catch (NoSuchFileException e) {
                    // Between two steps somebody took the empty folder, or the file, for left.
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE,
                    "cannot register a reader in "
                            + directory
                            + ": "
                            + e
                            + " (a reader that is not registered works, but the journal may be"
                            + " trimmed before it)",
                    e);
        }
    }

    private static ReaderHold create(Path folder, String name, long sequence) throws IOException {
        PrivateFiles.createDirectories(folder);
        Path file = folder.resolve(UUID.randomUUID() + SUFFIX);
        Path unfinished = folder.resolve(file.getFileName() + NEW_SUFFIX);
        ReaderHold hold = null;
        FileChannel channel =
                PrivateFiles.open(
                        unfinished, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() == null) {
                throw new NoSuchFileException(unfinished.toString());
            }
            hold = new ReaderHold(file, name, channel, sequence);
            hold.writeName();
            hold.moveTo(sequence);
            HELD_HERE.put(file, hold);
            Files.move(unfinished, file);
            return hold;
        } catch (IOException | RuntimeException | Error e) {
            HELD_HERE.remove(file);
            channel.close();
            Files.deleteIfExists(unfinished);
            throw e;
        }
    }

    private static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.codePoints()
                .limit(MAX_NAME_LENGTH / 8)
                .forEach(c -> text.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return text.toString();
    }

    /** Gives up what is before a record; never moves back. */
    public void moveTo(long nextSequence) {
        long next = Math.max(nextSequence, sequence);
        head.clear();
        head.putLong(0, next).putInt(8, checksum(next)).putInt(12, 0);
        try {
            channel.write(head, 0);
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot write a reader's position: " + file + ": " + e, e);
        }
        sequence = next;
    }

    private void writeName() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8));
        channel.write(bytes, HEAD_LENGTH);
    }

    /** Holds nothing any more. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            // While it is locked: nobody else takes it for one that was left.
            Files.deleteIfExists(file);
            channel.close();
            HELD_HERE.remove(file);
            deleteEmpty(file.getParent());
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot give up a reader: " + file + ": " + e, e);
        }
    }

    static void deleteEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException e) {
            return; // others are there
        }
    }

    /** Where the registered readers of a directory stand; those whose process died are removed. */
    static List<Held> of(Path directory) {
        List<Held> all = new ArrayList<>();
        try {
            Path folder = directory.toRealPath().resolve(FOLDER);
            if (!Files.isDirectory(folder)) {
                return all;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
                for (Path file : files) {
                    Held held = look(file);
                    if (held != null) {
                        all.add(held);
                    }
                }
            }
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot list the readers of " + directory + ": " + e, e);
        }
        return all;
    }

    /** A reader that lives; null if there is none any more. */
    private static Held look(Path file) {
        ReaderHold here = HELD_HERE.get(file);
        if (here != null) {
            return new Held(here.name, here.sequence);
        }
        String shown = String.valueOf(file.getFileName());
        boolean isNew = shown.endsWith(NEW_SUFFIX);
        if (!isNew && !shown.endsWith(SUFFIX)) {
            return null;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (isLeft(channel)) {
                Files.deleteIfExists(file);
                return null;
            }
            return isNew ? null : read(channel, shown);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            return new Held(shown + ", which cannot be read: " + e, 0);
        }
    }

    /** Whether nobody has the lock of a reader's file. */
    private static boolean isLeft(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    private static Held read(FileChannel channel, String shown) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.allocate(HEAD_LENGTH + MAX_NAME_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            bytes.clear();
            int length = channel.read(bytes, 0);
            if (length >= HEAD_LENGTH && bytes.getInt(8) == checksum(bytes.getLong(0))) {
                String name =
                        new String(
                                bytes.array(),
                                HEAD_LENGTH,
                                length - HEAD_LENGTH,
                                StandardCharsets.UTF_8);
                return new Held(printable(name), bytes.getLong(0));
            }
        }
        return new Held(shown + ", whose position cannot be read", 0);
    }

    private static int checksum(long sequence) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Long.BYTES).putLong(0, sequence));
        return (int) crc.getValue();
    }
}
