package io.penstock.engine.state;

/**
 * Layout of a {@link KeyTable}'s memory.
 *
 * <pre>
 * entry with a long key             entry with a binary key
 *   0        8                        0        4        8                          32
 *   +--------+------------            +--------+--------+--------------------------+-----------
 *   |  key   | value ...              | length | group  | key, up to 24 bytes; or  | value ...
 *   +--------+------------            |        |        | address of a longer one  |
 *                                     +--------+--------+--------------------------+-----------
 *
 * slot of the index                 chunk in the chunk directory
 *   0        4        8               0         8          16
 *   +--------+--------+               +---------+----------+
 *   |entry+1 |  hash  |               | address | dead bits|   dead bits: 0 until one is needed
 *   +--------+--------+               +---------+----------+
 *
 * directory of the index, 2^depth of each; segments lie on cache lines, so 6 bits are free
 *   +-------------------------------+-- ... --+-----------------+-- ... --+
 *   | segment address | local depth |         | slots in use    |         |
 *   +-------------------------------+-- ... --+-----------------+-- ... --+
 * </pre>
 */
final class EntryDescriptor {
    static final int LONG_KEY_LENGTH = Long.BYTES;

    static final int KEY_LENGTH_OFFSET = 0;
    static final int KEY_GROUP_OFFSET = 4;
    static final int KEY_BYTES_OFFSET = 8;
    static final int MAX_INLINE_LENGTH = 24;
    static final int BINARY_KEY_LENGTH = KEY_BYTES_OFFSET + MAX_INLINE_LENGTH;

    static final int SLOT_SHIFT = 3;
    static final int SLOT_HASH_SHIFT = 32;

    static final int CHUNK_SHIFT = 4;
    static final int CHUNK_DEAD_BITS_OFFSET = 8;

    static final int SEGMENT_DEPTH_MASK = 63;

    private EntryDescriptor() {}
}
