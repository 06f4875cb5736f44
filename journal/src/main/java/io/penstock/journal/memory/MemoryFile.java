package io.penstock.journal.memory;

import io.penstock.journal.store.SegmentBytes;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** One file: what processes see of it, and what the medium has of it. Guarded by itself. */
final class MemoryFile implements SegmentBytes {
    private static final int SECTOR_LENGTH = 512;
    private static final int INITIAL_CAPACITY = 4096;

    private byte[] bytes = new byte[INITIAL_CAPACITY];
    private int length;
    private byte[] forced = new byte[0];

    /** What the file was when a force of it failed; null when none did. */
    private byte[] unforceable;

    @Override
    public synchronized long lengthBytes() {
        return length;
    }

    @Override
    public synchronized int read(long position, ByteBuffer target) {
        if (position >= length) {
            return 0;
        }
        int count = (int) Math.min(target.remaining(), length - position);
        target.put(bytes, (int) position, count);
        return count;
    }

    @Override
    public void close() {}

    synchronized void append(byte[] source, int count) {
        if (length + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
        }
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
    }

    /** Sets the file to one length and keeps its array from then on. */
    synchronized byte[] fix(int newLength) {
        bytes = Arrays.copyOf(bytes, newLength);
        length = newLength;
        return bytes;
    }

    /** Brings to the medium what was written since a force failed, or all if none did. */
    synchronized void force() {
        byte[] now = Arrays.copyOf(bytes, length);
        byte[] old = unforceable == null ? null : Arrays.copyOf(forced, length);
        for (int from = 0; old != null && from < length; from += SECTOR_LENGTH) {
            int to = Math.min(from + SECTOR_LENGTH, length);
            if (to <= unforceable.length && Arrays.equals(bytes, from, to, unforceable, from, to)) {
                System.arraycopy(old, from, now, from, to - from);
            }
        }
        forced = now;
    }

    /** A force that fails: what it should have brought counts as brought. */
    synchronized void failForce() {
        unforceable = Arrays.copyOf(bytes, length);
    }

    /** Every byte from an offset on is written anew. */
    synchronized void rewrite(int offset) {
        if (unforceable != null) {
            unforceable = Arrays.copyOf(unforceable, offset - offset % SECTOR_LENGTH);
        }
    }

    synchronized void truncate(int newLength) {
        Arrays.fill(bytes, Math.min(newLength, length), length, (byte) 0);
        length = Math.min(newLength, length);
    }

    synchronized void flip(long offset, int bit) {
        if (offset < 0 || offset >= length) {
            throw new IllegalArgumentException("no byte there: " + offset + " of " + length);
        }
        bytes[(int) offset] ^= (byte) (1 << bit);
    }

    synchronized void scribble(int offset, int count, Random random) {
        for (int i = offset; i < offset + count; i++) {
            bytes[i] = (byte) random.nextInt();
        }
    }

    synchronized void write(int offset, byte[] source) {
        if (offset < 0 || offset + source.length > length) {
            throw new IllegalArgumentException(
                    "no bytes there: " + offset + " and " + source.length + " of " + length);
        }
        System.arraycopy(source, 0, bytes, offset, source.length);
        if (offset + source.length <= forced.length) {
            System.arraycopy(source, 0, forced, offset, source.length);
        }
    }

    synchronized byte[] content() {
        return Arrays.copyOf(bytes, length);
    }

    synchronized MemoryFile copy() {
        MemoryFile copy = new MemoryFile();
        copy.bytes = bytes.clone();
        copy.length = length;
        copy.forced = forced.clone();
        copy.unforceable = unforceable == null ? null : unforceable.clone();
        return copy;
    }

    /** Each sector that changed since it was forced is there, or is what it was. */
    synchronized void losePower(Random random) {
        byte[] after = new byte[length];
        int last = forced.length;
        for (int from = 0; from < length; from += SECTOR_LENGTH) {
            int count = Math.min(SECTOR_LENGTH, length - from);
            if (random.nextBoolean()) {
                System.arraycopy(bytes, from, after, from, count);
                last = Math.max(last, from + count);
            } else if (from < forced.length) {
                System.arraycopy(forced, from, after, from, Math.min(count, forced.length - from));
            }
        }
        length = Math.max(last, random.nextBoolean() ? length : 0);
        bytes = Arrays.copyOf(after, Math.max(length, INITIAL_CAPACITY));
        Arrays.fill(bytes, length, bytes.length, (byte) 0);
        forced = Arrays.copyOf(bytes, length);
        unforceable = null;
    }
}
