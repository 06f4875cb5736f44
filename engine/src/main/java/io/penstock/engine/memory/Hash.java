package io.penstock.engine.memory;

import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * 64-bit hashes of words and byte strings, the same on every machine and for ever.
 *
 * <p>Words: the finalizer of MurmurHash3 x64 (Austin Appleby, public domain), a bijection. Byte
 * strings: XXH64 as its specification says (Yann Collet, xxhash_spec.md 0.2.0). Neither withstands
 * an attacker who knows the seed.
 *
 * <p>Any thread; no state.
 */
public final class Hash {
    private static final long P1 = 0x9E3779B185EBCA87L;
    private static final long P2 = 0xC2B2AE3D27D4EB4FL;
    private static final long P3 = 0x165667B19E3779F9L;
    private static final long P4 = 0x85EBCA77C2B2AE63L;
    private static final long P5 = 0x27D4EB2F165667C5L;

    private Hash() {}

    /** MurmurHash3's 64-bit finalizer. */
    public static long ofLong(long word) {
        long h = word;
        h ^= h >>> 33;
        h *= 0xFF51AFD7ED558CCDL;
        h ^= h >>> 33;
        h *= 0xC4CEB9FE1A85EC53L;
        h ^= h >>> 33;
        return h;
    }

    /** XXH64 of a part of a buffer, whose bounds are always checked. */
    public static long ofBytes(DirectBuffer buffer, int offset, int length, long seed) {
        buffer.boundsCheck(offset, length);
        return ofBytes(buffer.byteArray(), buffer.addressOffset() + offset, length, seed);
    }

    /**
     * XXH64 of bytes of an array ({@code base} not null, {@code offset} as Agrona counts it) or of
     * native memory ({@code base} null, {@code offset} an address). Checks nothing.
     */
    public static long ofBytes(Object base, long offset, int length, long seed) {
        long at = offset;
        long end = offset + length;
        long h;
        if (length >= 32) {
            long a = seed + P1 + P2;
            long b = seed + P2;
            long c = seed;
            long d = seed - P1;
            do {
                a = round(a, UnsafeApi.getLong(base, at));
                b = round(b, UnsafeApi.getLong(base, at + 8));
                c = round(c, UnsafeApi.getLong(base, at + 16));
                d = round(d, UnsafeApi.getLong(base, at + 24));
                at += 32;
            } while (at + 32 <= end);
            h =
                    Long.rotateLeft(a, 1)
                            + Long.rotateLeft(b, 7)
                            + Long.rotateLeft(c, 12)
                            + Long.rotateLeft(d, 18);
            h = merge(h, a);
            h = merge(h, b);
            h = merge(h, c);
            h = merge(h, d);
        } else {
            h = seed + P5;
        }
        h += length;
        for (; at + 8 <= end; at += 8) {
            h = Long.rotateLeft(h ^ round(0, UnsafeApi.getLong(base, at)), 27) * P1 + P4;
        }
        if (at + 4 <= end) {
            h ^= (UnsafeApi.getInt(base, at) & 0xFFFF_FFFFL) * P1;
            h = Long.rotateLeft(h, 23) * P2 + P3;
            at += 4;
        }
        for (; at < end; at++) {
            h = Long.rotateLeft(h ^ (UnsafeApi.getByte(base, at) & 0xFF) * P5, 11) * P1;
        }
        h ^= h >>> 33;
        h *= P2;
        h ^= h >>> 29;
        h *= P3;
        h ^= h >>> 32;
        return h;
    }

    private static long round(long accumulator, long lane) {
        return Long.rotateLeft(accumulator + lane * P2, 31) * P1;
    }

    private static long merge(long hash, long accumulator) {
        return (hash ^ round(0, accumulator)) * P1 + P4;
    }
}
