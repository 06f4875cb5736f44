package io.penstock.engine;

import io.penstock.engine.control.EngineDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.zip.CRC32C;

/** Changes what a directory has recorded, and makes every checksum right again. */
final class RecordedFiles {
    private static final int LOG_HEADER = 24;
    private static final int BLOCK_HEADER = 16;
    private static final int SNAPSHOT_HEAD = 16;
    private static final int FOOTER = 4;

    private RecordedFiles() {}

    /** Shows the records of the output log in order until one is changed. */
    static void patchLog(Path directory, BiPredicate<ByteBuffer, Integer> change)
            throws IOException {
        Path file = directory.resolve("outputs.log");
        ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        boolean isChanged = false;
        for (int at = 0; at < log.capacity() && !isChanged; at += log.getInt(at + 4)) {
            int offset = at + LOG_HEADER;
            while (offset < at + log.getInt(at + 4) && !isChanged) {
                isChanged = change.test(log, offset);
                offset += (log.getInt(offset) + 7) & -8;
            }
        }
        if (!isChanged) {
            throw new IllegalStateException("no record was changed");
        }
        restamp(log, EngineDirectory.inspect(directory).journalId());
        Files.write(file, log.array());
    }

    /** Leaves so many whole frames of the output log. */
    static void cutLog(Path directory, int frames) throws IOException {
        Path file = directory.resolve("outputs.log");
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer log = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int end = 0;
        for (int i = 0; i < frames; i++) {
            end += log.getInt(end + 4);
        }
        Files.write(file, java.util.Arrays.copyOf(bytes, end));
    }

    private static void restamp(ByteBuffer log, UUID journalId) {
        ByteBuffer seed = ByteBuffer.allocate(16);
        seed.putLong(journalId.getMostSignificantBits());
        seed.putLong(journalId.getLeastSignificantBits());
        int previous = 0;
        for (int at = 0; at < log.capacity(); at += log.getInt(at + 4)) {
            log.putInt(at + 12, previous).putInt(at + 16, 0);
            CRC32C crc = new CRC32C();
            crc.update(seed.array());
            crc.update(log.duplicate().limit(at + log.getInt(at + 4)).position(at));
            previous = (int) crc.getValue();
            log.putInt(at + 16, previous);
        }
    }

    /** Replaces a run of eight bytes in a snapshot, where it is found for the n-th time. */
    static void patchSnapshotAt(Path file, long from, int occurrence, long to) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int found = SNAPSHOT_HEAD - 1;
        for (int i = 0; i < occurrence; i++) {
            found++;
            while (bytes.getLong(found) != from) {
                found++;
            }
        }
        bytes.putLong(found, to);
        MessageDigest digest = sha256();
        digest.update(bytes.array(), 0, SNAPSHOT_HEAD);
        for (int at = SNAPSHOT_HEAD; at < bytes.capacity(); ) {
            int length = bytes.getInt(at);
            if (bytes.getInt(at + 4) == FOOTER) {
                bytes.put(at + BLOCK_HEADER + 16, digest.digest());
            }
            CRC32C crc = new CRC32C();
            crc.update(bytes.array(), at, 12);
            crc.update(bytes.array(), at + BLOCK_HEADER, length);
            bytes.putInt(at + 12, (int) crc.getValue());
            digest.update(bytes.array(), at, BLOCK_HEADER);
            at += BLOCK_HEADER + length;
        }
        Files.write(file, bytes.array());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
