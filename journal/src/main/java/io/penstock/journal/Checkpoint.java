package io.penstock.journal;

import io.penstock.codecs.system.FrameHeaderDecoder;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/**
 * What a journal was at one moment, in one hash a segment: kept elsewhere, it finds every later
 * change of what it covers. Immutable.
 *
 * <p>A segment's root is that of the tree of RFC 6962 over its frames, each a leaf with all its
 * bytes. Roots are chained: {@code chain = SHA-256(0x02 | chain before | number | epoch | frames |
 * first sequence | last sequence | root)}, numbers big-endian of 4, 4, 8, 8 and 8 bytes; before
 * segment 1 the chain is {@code SHA-256(0x03 | journal id)}. So the last chain stands for all of
 * it. Where the journal began behind segment 1 already when its first checkpoint was made, the
 * chain starts with {@code SHA-256(0x03 | journal id | first number | first sequence)}.
 *
 * @param journalId of the journal
 * @param frameVersion version of the frames' layout
 * @param segments ascending without a hole; the last is covered as far as it was written
 */
public record Checkpoint(UUID journalId, int frameVersion, List<Segment> segments) {
    /** Version of the frames' layout that this release reads. */
    public static final int FRAME_VERSION = FrameHeaderDecoder.SCHEMA_VERSION;

    private static final byte CHAIN = 2;
    private static final byte START = 3;
    private static final int LINK_LENGTH = 2 * Integer.BYTES + 3 * Long.BYTES;

    /** Copies the list. */
    public Checkpoint {
        segments = List.copyOf(segments);
    }

    /**
     * One segment.
     *
     * @param number its number
     * @param epoch its writer's epoch
     * @param frames that are covered, of all kinds
     * @param firstSequence of its first record
     * @param lastSequence of its last record that is covered; firstSequence - 1 when it has none
     * @param root of the tree over the frames, hexadecimal
     * @param chain of all roots up to this one, hexadecimal
     * @param isGivenUp whether the journal did not keep it any more; its root comes from an earlier
     *     checkpoint
     */
    public record Segment(
            int number,
            int epoch,
            long frames,
            long firstSequence,
            long lastSequence,
            String root,
            String chain,
            boolean isGivenUp) {
        Segment givenUp() {
            return new Segment(
                    number, epoch, frames, firstSequence, lastSequence, root, chain, true);
        }
    }

    /** Sequence of the last record that is covered; -1 when there is none. */
    public long lastSequence() {
        return segments.isEmpty()
                ? RecordView.NULL_SEQUENCE
                : segments.get(segments.size() - 1).lastSequence();
    }

    /** Sequence of the first record that is covered. */
    public long firstSequence() {
        return segments.isEmpty() ? 0 : segments.get(0).firstSequence();
    }

    /** The last chain, which stands for all of it, hexadecimal. */
    public String head() {
        return segments.isEmpty()
                ? HexFormat.of().formatHex(start(journalId, 1, 0))
                : segments.get(segments.size() - 1).chain();
    }

    /** The text of it, as {@link #parse} reads it. */
    public String toText() {
        return CheckpointText.print(this);
    }

    /**
     * Reads the text of a checkpoint, all of it checked.
     *
     * @param name what messages call it
     * @throws io.penstock.fault.PenstockException INPUT when it is none or cut; DAMAGE when it is
     *     not what was written; CONFIGURATION when a newer version wrote it
     */
    public static Checkpoint parse(String name, String text) {
        return CheckpointText.parse(name, text);
    }

    /** Chains segments whose chains are not known yet, behind those of an earlier checkpoint. */
    static Checkpoint chained(UUID journalId, List<Segment> segments) {
        List<Segment> chained = new ArrayList<>();
        byte[] chain = null;
        for (Segment segment : segments) {
            if (chain == null) {
                chain = start(journalId, segment.number(), segment.firstSequence());
            }
            chain = link(chain, segment);
            chained.add(
                    new Segment(
                            segment.number(),
                            segment.epoch(),
                            segment.frames(),
                            segment.firstSequence(),
                            segment.lastSequence(),
                            segment.root(),
                            HexFormat.of().formatHex(chain),
                            segment.isGivenUp()));
        }
        return new Checkpoint(journalId, FRAME_VERSION, chained);
    }

    private static byte[] start(UUID journalId, int firstNumber, long firstSequence) {
        ByteBuffer bytes = ByteBuffer.allocate(1 + 3 * Long.BYTES + Integer.BYTES);
        bytes.put(START)
                .putLong(journalId.getMostSignificantBits())
                .putLong(journalId.getLeastSignificantBits());
        if (firstNumber > 1) {
            bytes.putInt(firstNumber).putLong(firstSequence);
        }
        MessageDigest digest = MerkleTree.sha256();
        digest.update(bytes.flip());
        return digest.digest();
    }

    private static byte[] link(byte[] before, Segment segment) {
        MessageDigest digest = MerkleTree.sha256();
        digest.update(CHAIN);
        digest.update(before);
        ByteBuffer numbers = ByteBuffer.allocate(LINK_LENGTH);
        numbers.putInt(segment.number())
                .putInt(segment.epoch())
                .putLong(segment.frames())
                .putLong(segment.firstSequence())
                .putLong(segment.lastSequence());
        digest.update(numbers.flip());
        return digest.digest(HexFormat.of().parseHex(segment.root()));
    }
}
