package io.penstock.cli.fuzz;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * Writes the checksums that bytes would have, by the layouts as they are documented. A checksum
 * finds damage, not malice: who makes a file on purpose makes its checksums too, and a fuzzer that
 * does not would never come behind them.
 */
final class Stamps {
    static final int SLOT = 64;
    static final int SLOTS = 6;
    static final int MARK_LENGTH = SLOT * SLOTS;

    private static final int FRAME_CHECKSUM = 48;
    private static final int FRAME_HEADER = 56;

    private Stamps() {}

    /** A small file: its content, then {@code crc32c hhhhhhhh} on a line. */
    static byte[] smallFile(byte[] content) {
        CRC32C crc = new CRC32C();
        crc.update(content);
        byte[] trailer =
                String.format(Locale.ROOT, "crc32c %08x\n", crc.getValue())
                        .getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(content.length + trailer.length)
                .put(content)
                .put(trailer)
                .array();
    }

    /** The slots of a mark that is there. */
    static void mark(ByteBuffer bytes, int offset) {
        for (int slot = 0; slot < SLOTS; slot++) {
            int at = offset + slot * SLOT;
            if (at + SLOT > bytes.limit()) {
                return;
            }
            if (bytes.getInt(at) != 0) {
                CRC32C crc = new CRC32C();
                crc.update(bytes.duplicate().limit(at + SLOT - 4).position(at));
                bytes.putInt(at + SLOT - 4, (int) crc.getValue());
            }
        }
    }

    /**
     * Frames that stand behind words of so many bytes, as one chain.
     *
     * @param idHigh of the journal, with idLow and segment: seed of each checksum
     * @param wordLength 8 where a word is length and tag, 4 where it is a Chronicle header
     */
    static void frames(
            ByteBuffer bytes, int offset, long idHigh, long idLow, int segment, int wordLength) {
        int previous = 0;
        int at = offset;
        while (at + wordLength + FRAME_HEADER <= bytes.limit()) {
            int word = bytes.getInt(at);
            int length = wordLength == 4 ? word & 0x3FFF_FFFF : word;
            boolean isMeta = wordLength == 4 && (word & 0x4000_0000) != 0;
            if (word == 0 || length < 0 || length > bytes.limit() - at - wordLength) {
                return;
            }
            int frame = at + wordLength;
            if (!isMeta) {
                if (length < FRAME_HEADER) {
                    return;
                }
                if (previous != 0) {
                    bytes.putInt(frame + FRAME_CHECKSUM - 4, previous);
                }
                previous = frame(bytes, frame, length, idHigh, idLow, segment);
                bytes.putInt(frame + FRAME_CHECKSUM, previous);
            }
            at = wordLength == 4 ? (frame + length + 3) & -4 : frame + length;
        }
    }

    private static int frame(
            ByteBuffer bytes, int at, int length, long idHigh, long idLow, int segment) {
        CRC32C crc = new CRC32C();
        ByteBuffer seed = ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN);
        crc.update(seed.putLong(idHigh).putLong(idLow).putInt(segment).flip());
        crc.update(bytes.duplicate().limit(at + FRAME_CHECKSUM).position(at));
        crc.update(bytes.duplicate().limit(at + length).position(at + FRAME_CHECKSUM + 4));
        return (int) crc.getValue();
    }

    /** The frames of an output log. */
    static void outputs(ByteBuffer bytes, long idHigh, long idLow) {
        int previous = 0;
        int at = 0;
        while (at + 24 <= bytes.limit()) {
            int length = bytes.getInt(at + 4);
            if (length < 24 || length > bytes.limit() - at) {
                return;
            }
            bytes.putInt(at + 12, previous).putLong(at + 16, 0);
            CRC32C crc = new CRC32C();
            crc.update(ByteBuffer.allocate(16).putLong(idHigh).putLong(idLow).flip());
            crc.update(bytes.duplicate().limit(at + length).position(at));
            previous = (int) crc.getValue();
            bytes.putInt(at + 16, previous);
            at += length;
        }
    }

    /** Head, blocks and footer of a snapshot. */
    static void snapshot(ByteBuffer bytes) {
        if (bytes.limit() < 16) {
            return;
        }
        bytes.putInt(12, checksum(bytes, 0, 12, 0, 0));
        int number = 0;
        int at = 16;
        while (at + 16 <= bytes.limit()) {
            int length = bytes.getInt(at);
            if (length < 0 || length > bytes.limit() - at - 16) {
                return;
            }
            if (bytes.getInt(at + 4) == 4 && length == 48) {
                bytes.putLong(at + 16, at);
                byte[] sum = digest(bytes, at);
                for (int i = 0; i < sum.length; i++) {
                    bytes.put(at + 32 + i, sum[i]);
                }
            }
            bytes.putInt(at + 8, number++);
            bytes.putInt(at + 12, checksum(bytes, at, 12, at + 16, length));
            at += 16 + length;
        }
    }

    /** SHA-256 of all bytes before a footer, in version 1; since then of head and block headers. */
    private static byte[] digest(ByteBuffer bytes, int footer) {
        MessageDigest digest = sha256();
        if (bytes.getInt(8) == 1) {
            digest.update(bytes.duplicate().limit(footer).position(0));
            return digest.digest();
        }
        digest.update(bytes.duplicate().limit(16).position(0));
        for (int at = 16; at < footer; at += 16 + bytes.getInt(at)) {
            digest.update(bytes.duplicate().limit(at + 16).position(at));
        }
        return digest.digest();
    }

    private static int checksum(ByteBuffer bytes, int from, int length, int from2, int length2) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(from + length).position(from));
        crc.update(bytes.duplicate().limit(from2 + length2).position(from2));
        return (int) crc.getValue();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
