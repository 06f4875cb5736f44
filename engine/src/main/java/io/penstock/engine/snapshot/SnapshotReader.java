package io.penstock.engine.snapshot;

import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_CHECKSUM_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_HEADER_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_KIND_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_LENGTH_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.BLOCK_NUMBER_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.DATA;
import static io.penstock.engine.snapshot.SnapshotDescriptor.DIGEST_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.END;
import static io.penstock.engine.snapshot.SnapshotDescriptor.END_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.FOOTER;
import static io.penstock.engine.snapshot.SnapshotDescriptor.FOOTER_FIXED_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.FOOTER_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.HEAD_CHECKSUM_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.HEAD_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.HEAD_VERSION_OFFSET;
import static io.penstock.engine.snapshot.SnapshotDescriptor.MAX_DATA_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.MAX_NAME_LENGTH;
import static io.penstock.engine.snapshot.SnapshotDescriptor.SECTION;
import static io.penstock.engine.snapshot.SnapshotDescriptor.SECTION_FIXED_LENGTH;

import io.penstock.engine.memory.Memory;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.zip.CRC32C;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Reads one snapshot, which has been verified from first to last byte before the constructor
 * returns: checksums, lengths, structure, digest.
 *
 * <p>Whatever is not as it was written is a PenstockException of category DAMAGE with file and
 * offset; no length that stands in the file is believed before its checksum is, or leads to an
 * allocation. What was verified is checked again when it is delivered. To be called by one thread;
 * others read and check ahead of it.
 */
public final class SnapshotReader implements AutoCloseable {
    /** A section's header, its place and its length. */
    public record Section(
            String name, int type, int schemaId, int version, long offset, long lengthBytes) {}

    private final SnapshotStorage.Input input;
    private final CRC32C crc = new CRC32C();

    /** Outside of the heap, so that it is read into, checked and delivered from without copies. */
    private final ByteBuffer ownBlock =
            ByteBuffer.allocateDirect(BLOCK_HEADER_LENGTH + MAX_DATA_LENGTH)
                    .order(ByteOrder.LITTLE_ENDIAN);

    private final UnsafeBuffer ownBytes = new UnsafeBuffer(ownBlock);

    /** What is being delivered: the block that was read last, or one that was read ahead. */
    private ByteBuffer block = ownBlock;

    private UnsafeBuffer blockBytes = ownBytes;

    /** Whether the section, of which nothing was read yet, is a large one. */
    private boolean isAheadWorthwhile;

    /** Null while nothing is read ahead. */
    private ReadAhead ahead;

    private ReadAhead.Span span;
    private int spanAt;

    private final List<Section> sections = new ArrayList<>();

    /** Number of each section's first block. */
    private final List<Integer> sectionBlocks = new ArrayList<>();

    private int version;
    private boolean isClosed;
    private long offset;
    private int blockNumber;
    private int blockKind;
    private int sectionIndex = -1;
    private long remaining;

    /** Opens and verifies a snapshot. */
    public SnapshotReader(SnapshotStorage storage, String name) {
        this(storage, name, null);
    }

    /**
     * Opens a snapshot and verifies it; a large one by a thread beside the caller's.
     *
     * @param meanwhile what the caller does then; not run, if it is not worth a thread
     */
    public SnapshotReader(SnapshotStorage storage, String name, Runnable meanwhile) {
        this.input = storage.open(name);
        boolean isVerified = false;
        try {
            if (meanwhile != null && input.length() >= ReadAhead.WORTHWHILE_BYTES) {
                verifyBeside(meanwhile);
            } else {
                verify();
            }
            rewind();
            isVerified = true;
        } finally {
            if (!isVerified) {
                close();
            }
        }
    }

    /** Goes back to the start, before the first section; nothing is verified anew. */
    public void rewind() {
        endAhead();
        sectionIndex = -1;
        remaining = 0;
        block.position(block.limit());
    }

    /** Bytes of the whole snapshot. */
    public long lengthBytes() {
        return input.length();
    }

    /** All sections, in the order in which they were written. */
    public List<Section> sections() {
        return List.copyOf(sections);
    }

    /**
     * Goes to the next section; the one before must have been read to its end. False after the
     * last.
     */
    public boolean nextSection() {
        if (sectionIndex >= 0 && remaining != 0) {
            throw damaged("section has " + remaining + " bytes more than were expected");
        }
        return enterNextSection();
    }

    /** Goes to the next section, whatever is left of the one before. False after the last. */
    public boolean skipToNextSection() {
        return enterNextSection();
    }

    /** The section that is being read. */
    public Section section() {
        return sections.get(sectionIndex);
    }

    /** Bytes of the section that have not been read. */
    public long remaining() {
        return remaining;
    }

    /** The next byte. */
    public byte getByte() {
        take(Byte.BYTES);
        fill();
        return block.get();
    }

    /** The next four bytes. */
    public int getInt() {
        if (block.remaining() >= Integer.BYTES) {
            take(Integer.BYTES);
            return block.getInt();
        }
        int value = 0;
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            value |= (getByte() & 0xff) << shift;
        }
        return value;
    }

    /** The next eight bytes. */
    public long getLong() {
        if (block.remaining() >= Long.BYTES) {
            take(Long.BYTES);
            return block.getLong();
        }
        long low = getInt() & 0xFFFF_FFFFL;
        return low | ((long) getInt() << Integer.SIZE);
    }

    /** Copies the next bytes to native memory. */
    public void getBytes(long address, int length) {
        take(length);
        for (int at = 0; at < length; ) {
            fill();
            int part = Math.min(length - at, block.remaining());
            Memory.copyFrom(blockBytes, block.position(), part, address + at);
            block.position(block.position() + part);
            at += part;
        }
    }

    /** Copies the next bytes to an array. */
    public void getBytes(byte[] array, int offset, int length) {
        take(length);
        for (int at = 0; at < length; ) {
            fill();
            int part = Math.min(length - at, block.remaining());
            block.get(array, offset + at, part);
            at += part;
        }
    }

    /** The next count, which must be from 0 to {@code maximum}. */
    public int getCount(int maximum) {
        int count = getInt();
        if (count < 0 || count > maximum) {
            throw damaged("count must be 0 to " + maximum + ": count=" + count);
        }
        return count;
    }

    /** The next text, of at most {@code maximumLength} UTF-8 bytes. */
    public String getString(int maximumLength) {
        byte[] bytes = new byte[(int) Math.min(getCount(maximumLength), remaining + 1)];
        getBytes(bytes, 0, bytes.length);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A fault that says what is wrong with the bytes before this place. */
    public PenstockException damaged(String what) {
        String where =
                sectionIndex >= 0 && sectionIndex < sections.size()
                        ? " section=" + sections.get(sectionIndex).name()
                        : "";
        return damagedAt(what + where, offset - block.remaining());
    }

    @Override
    public void close() {
        if (!isClosed) {
            isClosed = true;
            endAhead();
            BufferUtil.free(ownBlock);
            input.close();
        }
    }

    private PenstockException damagedAt(String what, long at) {
        return new PenstockException(
                Category.DAMAGE,
                "snapshot is not as it was written: "
                        + what
                        + " file="
                        + input.location()
                        + " offset="
                        + at
                        + " (an older snapshot or the whole journal can be used instead)");
    }

    private void take(int length) {
        if (length > remaining) {
            throw damaged("section ends " + (length - remaining) + " bytes too early");
        }
        remaining -= length;
    }

    /** Makes sure that there is a byte of the section to read. */
    private void fill() {
        while (!block.hasRemaining()) {
            if (isAheadWorthwhile) {
                isAheadWorthwhile = false;
                ahead = new ReadAhead(input, offset, blockNumber, section().lengthBytes());
            }
            if (ahead != null && nextAhead()) {
                continue;
            }
            readBlock(null);
            if (blockKind != DATA) {
                throw damaged("data block expected: kind=" + blockKind);
            }
        }
    }

    /** Goes to the next block that was read ahead; false, and ahead no more, if there is none. */
    private boolean nextAhead() {
        if (span != null && spanAt == span.length) {
            ahead.giveBack(span);
            span = null;
        }
        if (span == null) {
            span = ahead.take();
            spanAt = 0;
            if (span.length == 0) {
                endAhead();
                return false;
            }
            block = span.buffer;
            blockBytes = span.bytes;
        }
        int start = spanAt + BLOCK_HEADER_LENGTH;
        int length = block.clear().getInt(spanAt + BLOCK_LENGTH_OFFSET);
        block.limit(start + length).position(start);
        spanAt = start + length;
        offset += BLOCK_HEADER_LENGTH + length;
        blockNumber++;
        blockKind = DATA;
        return true;
    }

    /** Nothing of the present block is left to be delivered then. */
    private void endAhead() {
        isAheadWorthwhile = false;
        if (ahead == null) {
            return;
        }
        block = ownBlock;
        blockBytes = ownBytes;
        block.position(block.limit());
        span = null;
        ahead.close();
        ahead = null;
    }

    private boolean enterNextSection() {
        endAhead();
        if (sectionIndex + 1 >= sections.size()) {
            sectionIndex = sections.size();
            return false;
        }
        sectionIndex++;
        offset = sections.get(sectionIndex).offset();
        blockNumber = sectionBlocks.get(sectionIndex);
        readBlock(null);
        requireDamage(blockKind == SECTION, "kind of block", offset);
        block.position(block.limit());
        remaining = sections.get(sectionIndex).lengthBytes();
        isAheadWorthwhile = remaining >= ReadAhead.WORTHWHILE_BYTES;
        return true;
    }

    private void verifyBeside(Runnable meanwhile) {
        FutureTask<Void> verification = new FutureTask<>(this::verify, null);
        Thread thread = new Thread(verification, "penstock-verify");
        thread.setDaemon(true);
        thread.start();
        try {
            meanwhile.run();
        } finally {
            ReadAhead.join(thread);
        }
        try {
            verification.get();
        } catch (InterruptedException e) {
            throw new IllegalStateException("what is done is not waited for", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            // It verifies here as it would there, and throws nothing that is checked.
            throw (RuntimeException) e.getCause();
        }
    }

    private void verify() {
        MessageDigest digest = SnapshotWriter.sha256();
        verifyHead(digest);
        boolean isInSection = false;
        long sectionLength = 0;
        while (true) {
            long at = offset;
            byte[] before = readBlock(digest);
            int length = block.remaining();
            switch (blockKind) {
                case SECTION -> {
                    requireDamage(!isInSection, "section within a section", at);
                    addSection(at, length);
                    isInSection = true;
                    sectionLength = 0;
                }
                case DATA -> {
                    requireDamage(isInSection && length > 0, "data outside of a section", at);
                    sectionLength += length;
                }
                case END -> {
                    requireDamage(isInSection && length == END_LENGTH, "stray end", at);
                    requireDamage(block.getLong() == sectionLength, "length of section", at);
                    closeSection(sectionLength);
                    isInSection = false;
                }
                case FOOTER -> {
                    requireDamage(!isInSection && length == FOOTER_LENGTH, "stray footer", at);
                    verifyFooter(at, before);
                    block.position(block.limit());
                    return;
                }
                default -> throw damagedAt("unknown kind of block: " + blockKind, at);
            }
        }
    }

    private void verifyHead(MessageDigest digest) {
        block.clear().limit(HEAD_LENGTH);
        requireDamage(input.read(0, block) == HEAD_LENGTH, "head is cut off", 0);
        requireDamage(block.getLong(0) == SnapshotDescriptor.MAGIC, "no snapshot", 0);
        requireDamage(
                block.getInt(HEAD_CHECKSUM_OFFSET) == SnapshotDescriptor.headChecksum(block, crc),
                "checksum of head",
                0);
        version = block.getInt(HEAD_VERSION_OFFSET);
        if (version < SnapshotDescriptor.VERSION_OF_WHOLE_DIGEST
                || version > SnapshotDescriptor.VERSION) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "snapshot format must be at most "
                            + SnapshotDescriptor.VERSION
                            + ": version="
                            + version
                            + " file="
                            + input.location()
                            + " (use the release that wrote it, or a newer one)");
        }
        digest.update(block.duplicate().position(0).limit(HEAD_LENGTH));
        offset = HEAD_LENGTH;
    }

    private void addSection(long at, int length) {
        requireDamage(length >= SECTION_FIXED_LENGTH, "section header is short", at);
        int type = block.getShort() & 0xffff;
        int schemaId = block.getShort() & 0xffff;
        int sectionVersion = block.getShort() & 0xffff;
        int nameLength = block.getShort() & 0xffff;
        requireDamage(
                nameLength <= MAX_NAME_LENGTH && nameLength == block.remaining(),
                "length of section name",
                at);
        byte[] name = new byte[nameLength];
        block.get(name);
        String text = new String(name, StandardCharsets.UTF_8);
        sections.add(new Section(text, type, schemaId, sectionVersion, at, 0));
        sectionBlocks.add(blockNumber - 1);
    }

    private void closeSection(long length) {
        int last = sections.size() - 1;
        Section s = sections.get(last);
        sections.set(
                last,
                new Section(s.name(), s.type(), s.schemaId(), s.version(), s.offset(), length));
    }

    private void verifyFooter(long at, byte[] digestBefore) {
        requireDamage(block.getLong() == at, "length in footer", at);
        requireDamage(block.getInt() == sections.size(), "count of sections in footer", at);
        block.getInt();
        byte[] stored = new byte[DIGEST_LENGTH];
        block.get(stored);
        requireDamage(
                block.position() == BLOCK_HEADER_LENGTH + FOOTER_FIXED_LENGTH + DIGEST_LENGTH
                        && Arrays.equals(stored, digestBefore),
                "digest",
                at);
        requireDamage(input.length() == offset, "bytes behind the footer", offset);
    }

    /**
     * Reads the next block, its checksum verified; leaves its content to be read. While verifying
     * it adds the block to the digest; for a footer it returns the digest of what was before.
     */
    private byte[] readBlock(MessageDigest digest) {
        long at = offset;
        int count = input.read(at, block.clear());
        requireDamage(count >= BLOCK_HEADER_LENGTH, "block is cut off", at);
        int length = block.getInt(BLOCK_LENGTH_OFFSET);
        requireDamage(length >= 0 && length <= MAX_DATA_LENGTH, "length of block", at);
        requireDamage(count >= BLOCK_HEADER_LENGTH + length, "block is cut off", at);
        block.limit(BLOCK_HEADER_LENGTH + length);
        requireDamage(
                block.getInt(BLOCK_CHECKSUM_OFFSET)
                        == SnapshotDescriptor.blockChecksum(block, 0, length, crc),
                "checksum of block",
                at);
        requireDamage(block.getInt(BLOCK_NUMBER_OFFSET) == blockNumber, "number of block", at);
        blockKind = block.getInt(BLOCK_KIND_OFFSET);
        blockNumber++;
        offset = at + BLOCK_HEADER_LENGTH + length;
        block.position(BLOCK_HEADER_LENGTH);
        if (digest == null) {
            return null;
        }
        if (blockKind == FOOTER) {
            return digest.digest();
        }
        int digested = SnapshotDescriptor.digestedLength(version, length);
        digest.update(block.duplicate().position(0).limit(digested));
        return null;
    }

    private void requireDamage(boolean condition, String what, long at) {
        if (!condition) {
            throw damagedAt("wrong " + what, at);
        }
    }
}
