package io.penstock.engine.state;

import io.penstock.engine.memory.Hash;
import io.penstock.engine.memory.Memory;

/**
 * How content of state becomes a hash; one place, one version.
 *
 * <p>Version {@value #STATE_HASH_VERSION}: words are folded in a defined order, h' =
 * fmix64((rotl(h, 5) + 0x9E3779B97F4A7C15) xor word). A binary key is folded as its XXH64 with seed
 * 0. A table folds, per key group, each live entry in insertion order: key, then the value's words.
 *
 * <p>Any thread; no state.
 */
public final class StateHash {
    /** Version of everything that a hash of state depends on, {@link KeyGroups} included. */
    public static final int STATE_HASH_VERSION = 1;

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private StateHash() {}

    /** Folds one word. */
    public static long fold(long hash, long word) {
        return Hash.ofLong((Long.rotateLeft(hash, 5) + GOLDEN) ^ word);
    }

    /** Folds {@code length} bytes, a multiple of 8, word by word. */
    public static long foldWords(long hash, long address, int length) {
        long h = hash;
        for (int at = 0; at < length; at += Long.BYTES) {
            h = fold(h, Memory.getLong(address + at));
        }
        return h;
    }

    /** Folds a byte string of any length as one word. */
    public static long foldBytes(long hash, long address, int length) {
        return fold(hash, Memory.hash(address, length, 0));
    }

    /** Folds the hashes of all key groups, in group order. */
    public static long combine(long[] groupHashes) {
        long h = 0;
        for (long groupHash : groupHashes) {
            h = fold(h, groupHash);
        }
        return h;
    }
}
