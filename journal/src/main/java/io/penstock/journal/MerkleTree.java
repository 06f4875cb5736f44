package io.penstock.journal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The root of a tree of hashes that grows leaf by leaf, and can be asked for at every size.
 *
 * <p>The tree is the one of RFC 6962, section 2.1: a leaf's hash is SHA-256(0x00 | leaf), a node's
 * is SHA-256(0x01 | left | right), and the left side of n leaves holds the largest power of two
 * below n. The prefixes keep a leaf from being taken for a node. Keeps one hash for each power of
 * two. One thread.
 */
final class MerkleTree {
    static final int HASH_LENGTH = 32;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    private final MessageDigest digest = sha256();
    private final byte[][] complete = new byte[Long.SIZE][];
    private long size;

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Forgets all leaves. */
    void clear() {
        size = 0;
    }

    /** Leaves so far. */
    long size() {
        return size;
    }

    /** Adds a leaf: what remains of a buffer. */
    void add(ByteBuffer leaf) {
        addHash(leafHash(leaf));
    }

    /** The hash that a leaf has in a tree. */
    byte[] leafHash(ByteBuffer leaf) {
        digest.update(LEAF);
        digest.update(leaf);
        return digest.digest();
    }

    /** Adds a leaf by its hash. */
    void addHash(byte[] leafHash) {
        byte[] hash = leafHash;
        int level = 0;
        for (long rest = size; (rest & 1) == 1; rest >>>= 1) {
            hash = node(complete[level], hash);
            level++;
        }
        complete[level] = hash;
        size++;
    }

    /** The root of all leaves; of no leaves, the hash of nothing. */
    byte[] root() {
        byte[] root = null;
        for (int level = 0; size >>> level != 0; level++) {
            if ((size >>> level & 1) == 1) {
                root = root == null ? complete[level] : node(complete[level], root);
            }
        }
        return root == null ? digest.digest() : root.clone();
    }

    /** The hash of a node above two others. */
    byte[] node(byte[] left, byte[] right) {
        digest.update(NODE);
        digest.update(left);
        digest.update(right);
        return digest.digest();
    }
}
