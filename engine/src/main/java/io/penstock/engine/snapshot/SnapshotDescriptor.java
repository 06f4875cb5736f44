package io.penstock.engine.snapshot;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Layout of a snapshot, version {@value #VERSION}, little-endian: a head and blocks.
 *
 * <pre>
 * head
 *   0                8         12        16
 *   +----------------+---------+---------+
 *   | "PENSTSNP"     | version | CRC32C  |
 *   +----------------+---------+---------+
 *
 * block
 *   0        4        8        12       16
 *   +--------+--------+--------+--------+------------ ... -----+
 *   | length | kind   | number | CRC32C | length bytes         |
 *   +--------+--------+--------+--------+------------ ... -----+
 *
 * SECTION   u16 type | u16 schemaId | u16 version | u16 length of name | name (UTF-8)
 * DATA      up to 64 KiB of the section
 * END       u64 bytes of all of the section's data
 * FOOTER    u64 bytes before this block | u32 sections | u32 0 | SHA-256 of head and block headers
 * </pre>
 *
 * The digest holds the blocks together: it covers the header of each, and with it the checksum of
 * its bytes. In version {@value #VERSION_OF_WHOLE_DIGEST}, which is still read, it covered all
 * bytes before, which took longer than all else that is done to verify a snapshot.
 *
 * <p>The checksum of a head or block covers all of it but itself. Blocks are numbered from 0.
 * Nothing follows the footer.
 */
final class SnapshotDescriptor {
    static final int VERSION = 2;
    static final int VERSION_OF_WHOLE_DIGEST = 1;
    static final long MAGIC = 0x504e_5354_534e_4550L; // "PENSTSNP" when read byte by byte

    static final int HEAD_LENGTH = 16;
    static final int HEAD_VERSION_OFFSET = 8;
    static final int HEAD_CHECKSUM_OFFSET = 12;

    static final int BLOCK_HEADER_LENGTH = 16;
    static final int BLOCK_LENGTH_OFFSET = 0;
    static final int BLOCK_KIND_OFFSET = 4;
    static final int BLOCK_NUMBER_OFFSET = 8;
    static final int BLOCK_CHECKSUM_OFFSET = 12;

    static final int SECTION = 1;
    static final int DATA = 2;
    static final int END = 3;
    static final int FOOTER = 4;

    static final int MAX_DATA_LENGTH = 64 << 10;
    static final int MAX_NAME_LENGTH = 1024;
    static final int SECTION_FIXED_LENGTH = 8;
    static final int END_LENGTH = 8;
    static final int DIGEST_LENGTH = 32;
    static final int FOOTER_FIXED_LENGTH = 16;
    static final int FOOTER_LENGTH = FOOTER_FIXED_LENGTH + DIGEST_LENGTH;

    private SnapshotDescriptor() {}

    /** Bytes of a block that its snapshot's digest covers. */
    static int digestedLength(int version, int length) {
        return version == VERSION_OF_WHOLE_DIGEST
                ? BLOCK_HEADER_LENGTH + length
                : BLOCK_HEADER_LENGTH;
    }

    /** Checksum of the block at a place in a buffer. */
    static int blockChecksum(ByteBuffer buffer, int at, int length, CRC32C crc) {
        crc.reset();
        ByteBuffer part = buffer.duplicate();
        crc.update(part.limit(at + BLOCK_CHECKSUM_OFFSET).position(at));
        int start = at + BLOCK_HEADER_LENGTH;
        crc.update(part.limit(start + length).position(start));
        return (int) crc.getValue();
    }

    /** Checksum of the head at the buffer's start. */
    static int headChecksum(ByteBuffer head, CRC32C crc) {
        crc.reset();
        crc.update(head.duplicate().position(0).limit(HEAD_CHECKSUM_OFFSET));
        return (int) crc.getValue();
    }
}
