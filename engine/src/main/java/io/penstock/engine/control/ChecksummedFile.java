package io.penstock.engine.control;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.fault.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A small file that decides an answer: its content, and a last line {@code crc32c hhhhhhhh}.
 *
 * <p>Written whole: a temporary file, forced, renamed, the directory forced.
 */
final class ChecksummedFile {
    private static final long MAX_LENGTH_BYTES = 16 << 20;
    private static final int TRAILER_LENGTH = 16;

    private ChecksummedFile() {}

    static void write(Path file, byte[] content) {
        byte[] all = Arrays.copyOf(content, content.length + TRAILER_LENGTH);
        System.arraycopy(trailer(content), 0, all, content.length, TRAILER_LENGTH);
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            try (FileChannel channel =
                    PrivateFiles.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.wrap(all);
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            forceDirectory(file.getParent());
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    static byte[] read(Path file) {
        try {
            long length = Files.size(file);
            if (length < TRAILER_LENGTH || length > MAX_LENGTH_BYTES) {
                throw damage(file, "has " + length + " bytes");
            }
            byte[] all = Files.readAllBytes(file);
            byte[] content = Arrays.copyOf(all, all.length - TRAILER_LENGTH);
            byte[] stored = Arrays.copyOfRange(all, content.length, all.length);
            if (!Arrays.equals(stored, trailer(content))) {
                throw damage(file, "does not match its checksum");
            }
            return content;
        } catch (NoSuchFileException e) {
            throw new PenstockException(
                    Category.DAMAGE,
                    "damage in "
                            + file
                            + " at offset 0: the file is missing; restore it from a copy of the"
                            + " directory",
                    e);
        } catch (IOException e) {
            throw new PenstockException(
                    Category.STORAGE, "cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    static void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static PenstockException damage(Path file, String what) {
        return new PenstockException(
                Category.DAMAGE,
                "damage in "
                        + file
                        + " at offset 0: it "
                        + what
                        + "; restore the file from a copy of the directory");
    }

    private static byte[] trailer(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        return String.format(Locale.ROOT, "crc32c %08x\n", crc.getValue())
                .getBytes(StandardCharsets.US_ASCII);
    }
}
