package io.penstock.engine.snapshot;

import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_CHECKSUM_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_HEADER_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_KIND_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_LENGTH_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_NUMBER_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.HEAD_CHECKSUM_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.HEAD_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.HEAD_VERSION_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.MAX_DATA_LENGTH;

import io.penstock.engine.memory.Memory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.agrona.DirectBuffer;

/**
 * Writes one snapshot: sections, one after the other, and a seal.
 *
 * <p>Values are little-endian and not aligned; the reader has to ask for them in the same order.
 * Close it in any case: what is not sealed then is discarded. One thread.
 */
public final class SnapshotWriter implements AutoCloseable {
    /** Bytes that are recorded together; a section's name must fit. */
    private static final int RECORDED_LENGTH = 4096;

    /** Bytes of what a writer that records works in. */
    public static final int SCRATCH_LENGTH = BLOCK_HEADER_LENGTH + RECORDED_LENGTH;

    /** Null for a writer that records. */
    private final SnapshotStorage.Output output;

    /** Null for a writer that writes. */
    private final SnapshotRecording recording;

    private final MessageDigest digest;
    private final CRC32C crc = new CRC32C();
    private final byte[] blockBytes;
    private final ByteBuffer block;

    private long length;
    private int blockNumber;
    private int sectionCount;
    private long sectionLength;
    private boolean isInSection;
    private boolean isSealed;
    private boolean isRehearsing;

    /** Starts a snapshot of this name. */
    public SnapshotWriter(SnapshotStorage storage, String name) {
        this.recording = null;
        this.digest = sha256();
        this.blockBytes = new byte[BLOCK_HEADER_LENGTH + MAX_DATA_LENGTH];
        this.block = ByteBuffer.wrap(blockBytes).order(ByteOrder.LITTLE_ENDIAN);
        this.output = storage.create(name);
        block.putLong(0, SnapshotDescriptor.MAGIC);
        block.putInt(HEAD_VERSION_OFFSET, SnapshotDescriptor.VERSION);
        block.putInt(HEAD_CHECKSUM_OFFSET, SnapshotDescriptor.headChecksum(block, crc));
        digest.update(blockBytes, 0, HEAD_LENGTH);
        write(HEAD_LENGTH);
    }

    /** Records what is to be written instead of writing it; the recording need not be closed. */
    public SnapshotWriter(SnapshotRecording recording) {
        this(recording, new byte[SCRATCH_LENGTH]);
    }

    /**
     * As above, in memory of the caller's: barriers come again and again.
     *
     * @param scratch of {@link #SCRATCH_LENGTH} bytes, no other writer's meanwhile
     */
    public SnapshotWriter(SnapshotRecording recording, byte[] scratch) {
        this.recording = recording;
        this.output = null;
        this.digest = null;
        this.blockBytes = scratch;
        this.block = ByteBuffer.wrap(blockBytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Of a rehearsal: nothing is ever written. */
    public static SnapshotWriter rehearsing(byte[] scratch) {
        SnapshotWriter writer = new SnapshotWriter(new SnapshotRecording(), scratch);
        writer.isRehearsing = true;
        return writer;
    }

    /** Whether values that are written at once had better be left out. */
    public boolean isRehearsing() {
        return isRehearsing;
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /**
     * Starts a section.
     *
     * @param name what it belongs to
     * @param type what it is, 0 to 65,535, numbered by the caller
     * @param schemaId schema of its values, 0 if it has none
     * @param version version of its layout
     */
    public SnapshotWriter beginSection(String name, int type, int schemaId, int version) {
        require(!isInSection && !isSealed, "a section starts outside of others");
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > SnapshotDescriptor.MAX_NAME_LENGTH
                || (type | schemaId | version) >>> 16 != 0) {
            throw new IllegalArgumentException(
                    "section header must fit: name="
                            + name
                            + " type="
                            + type
                            + " schemaId="
                            + schemaId
                            + " version="
                            + version);
        }
        block.position(BLOCK_HEADER_LENGTH);
        block.putShort((short) type).putShort((short) schemaId).putShort((short) version);
        block.putShort((short) bytes.length).put(bytes);
        startSection();
        return this;
    }

    private void startSection() {
        writeBlock(SnapshotDescriptor.SECTION);
        isInSection = true;
        sectionLength = 0;
        sectionCount++;
    }

    /** Appends one byte. */
    public SnapshotWriter putByte(byte value) {
        ensure(Byte.BYTES);
        block.put(value);
        return this;
    }

    /** Appends four bytes. */
    public SnapshotWriter putInt(int value) {
        ensure(Integer.BYTES);
        block.putInt(value);
        return this;
    }

    /** Appends eight bytes. */
    public SnapshotWriter putLong(long value) {
        ensure(Long.BYTES);
        block.putLong(value);
        return this;
    }

    /** Appends bytes of native memory; their count is not written. */
    public SnapshotWriter putBytes(long address, int length) {
        for (int at = 0; at < length; ) {
            int part = room(length - at);
            Memory.copyTo(address + at, blockBytes, block.position(), part);
            block.position(block.position() + part);
            at += part;
        }
        return this;
    }

    /** Appends bytes of a buffer; their count is not written. */
    public SnapshotWriter putBytes(DirectBuffer buffer, int offset, int length) {
        for (int at = 0; at < length; ) {
            int part = room(length - at);
            buffer.getBytes(offset + at, blockBytes, block.position(), part);
            block.position(block.position() + part);
            at += part;
        }
        return this;
    }

    /** Appends bytes of an array; their count is not written. */
    public SnapshotWriter putBytes(byte[] array, int offset, int length) {
        for (int at = 0; at < length; ) {
            int part = room(length - at);
            block.put(array, offset + at, part);
            at += part;
        }
        return this;
    }

    /** Appends the count of a text's UTF-8 bytes (u32) and the bytes. */
    public SnapshotWriter putString(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return putInt(bytes.length).putBytes(bytes, 0, bytes.length);
    }

    /** Appends a part: at once, or with what is recorded. */
    public SnapshotWriter put(SnapshotPart part) {
        if (recording == null) {
            while (part.writeSome(this)) {
                require(!isSealed, "a part is written before the seal");
            }
            return this;
        }
        if (isInSection) {
            flushData();
        }
        recording.add(part);
        return this;
    }

    /** Appends what was recorded. */
    void append(int kind, byte[] bytes) {
        switch (kind) {
            case SnapshotDescriptor.SECTION -> {
                require(!isInSection && !isSealed, "a section starts outside of others");
                block.position(BLOCK_HEADER_LENGTH);
                block.put(bytes);
                startSection();
            }
            case SnapshotDescriptor.DATA -> putBytes(bytes, 0, bytes.length);
            case SnapshotDescriptor.END -> endSection();
            default -> throw new IllegalStateException("unknown block: kind=" + kind);
        }
    }

    /** Ends the section. */
    public SnapshotWriter endSection() {
        flushData();
        block.position(BLOCK_HEADER_LENGTH);
        block.putLong(sectionLength);
        writeBlock(SnapshotDescriptor.END);
        isInSection = false;
        return this;
    }

    /** Bytes written so far. */
    public long lengthBytes() {
        return length;
    }

    /** Makes the snapshot last and visible; returns its length in bytes. */
    public long seal() {
        require(!isInSection && !isSealed, "a snapshot is sealed once, outside of sections");
        require(recording == null, "a recording is sealed by whoever writes it");
        block.position(BLOCK_HEADER_LENGTH);
        block.putLong(length).putInt(sectionCount).putInt(0).put(digest.digest());
        writeBlock(SnapshotDescriptor.FOOTER);
        output.seal();
        isSealed = true;
        return length;
    }

    @Override
    public void close() {
        if (output != null) {
            output.close();
        }
    }

    private void ensure(int bytes) {
        require(isInSection, "values stand in sections");
        if (block.position() == 0) {
            block.position(BLOCK_HEADER_LENGTH);
        }
        if (block.remaining() < bytes) {
            flushData();
            block.position(BLOCK_HEADER_LENGTH);
        }
    }

    private int room(int wanted) {
        ensure(1);
        return Math.min(wanted, block.remaining());
    }

    private void flushData() {
        require(isInSection, "values stand in sections");
        if (block.position() > BLOCK_HEADER_LENGTH) {
            sectionLength += block.position() - BLOCK_HEADER_LENGTH;
            writeBlock(SnapshotDescriptor.DATA);
        }
    }

    private void writeBlock(int kind) {
        int bytes = block.position() - BLOCK_HEADER_LENGTH;
        if (recording != null) {
            int end = BLOCK_HEADER_LENGTH + bytes;
            recording.add(kind, Arrays.copyOfRange(blockBytes, BLOCK_HEADER_LENGTH, end));
            block.clear();
            return;
        }
        block.putInt(BLOCK_LENGTH_OFFSET, bytes);
        block.putInt(BLOCK_KIND_OFFSET, kind);
        block.putInt(BLOCK_NUMBER_OFFSET, blockNumber++);
        block.putInt(BLOCK_CHECKSUM_OFFSET, SnapshotDescriptor.blockChecksum(block, 0, bytes, crc));
        int digested = SnapshotDescriptor.digestedLength(SnapshotDescriptor.VERSION, bytes);
        digest.update(blockBytes, 0, digested);
        write(BLOCK_HEADER_LENGTH + bytes);
    }

    private void write(int bytes) {
        block.position(0).limit(bytes);
        output.write(block);
        length += bytes;
        block.clear();
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalStateException(rule);
        }
    }
}
