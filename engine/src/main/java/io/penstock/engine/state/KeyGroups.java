package io.penstock.engine.state;

import io.penstock.engine.memory.Hash;
import org.agrona.DirectBuffer;

/**
 * Which of 128 groups a key belongs to: fixed for ever, because firing order and hashes of the
 * state are made of it.
 *
 * <p>Version {@value #VERSION}: the low 7 bits of {@link Hash#ofLong} of a long key, or of {@link
 * Hash#ofBytes} with seed 0 of a binary key. The index of a table uses other, seeded hashes.
 *
 * <p>Any thread; no state.
 */
public final class KeyGroups {
    /** Version of the assignment of keys to groups. */
    public static final int VERSION = 1;

    /** Groups there are. */
    public static final int COUNT = 128;

    private KeyGroups() {}

    /** Fixed hash of a long key. */
    public static long hash(long key) {
        return Hash.ofLong(key);
    }

    /** Fixed hash of a binary key in a buffer. */
    public static long hash(DirectBuffer buffer, int offset, int length) {
        return Hash.ofBytes(buffer, offset, length, 0);
    }

    /** Fixed hash of a binary key in native memory. */
    public static long hash(long address, int length) {
        return Hash.ofBytes(null, address, length, 0);
    }

    /** Group of a fixed hash. */
    public static int group(long hash) {
        return (int) hash & (COUNT - 1);
    }
}
