package io.penstock.journal.segment;

import java.nio.ByteOrder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How frames stand in a segment's file: each behind a 64-bit word, at multiples of 8 bytes, from
 * offset 0 on. Little-endian.
 *
 * <pre>
 *   0               2               4               6
 *  +-------------------------------+-------------------------------+
 *  |        length in bytes        |              tag              |   0  the word
 *  +-------------------------------+-------------------------------+
 *  |  the frame: length bytes, a multiple of 8                     |   8
 *  +---------------------------------------------------------------+
 *  |  the next word                                                |   8 + length
 *  +---------------------------------------------------------------+
 *
 *  word 0    no frame is here yet
 *  tag       the segment's number, mixed with its writer's epoch
 * </pre>
 *
 * <p>A frame is copied first, then the next word is made 0, then the frame's own word is stored by
 * one release store: whoever sees a word that is not 0 sees all of its frame and an end behind it.
 * So a file that held another segment need not be zeroed before it is used again, but for its first
 * word, which says whether the segment has begun. The tag is for what only a loss of power can
 * leave, old pages behind new ones: a word with another tag is an end as well. Whether the bytes
 * behind a word of the right tag are a frame is told by the frame's checksum, which covers journal,
 * segment number and epoch: no frame of an earlier life of the file passes.
 *
 * <p>The file of segment 7 of epoch 3 is {@code segments/e00003-00000007.segment}. Beside it stand
 * {@code spare-N} (a whole file that waits to be used), {@code *.new} (one that is being made), and
 * segments that were made ahead and have not begun.
 */
final class SegmentLayout {
    static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;

    /** Bytes of the word before a frame. */
    static final int WORD_LENGTH = Long.BYTES;

    static final int ALIGNMENT = Long.BYTES;

    /** Shortest that a frame can be. */
    static final int MIN_FRAME_LENGTH = 8;

    /** A file is a multiple of this. */
    static final int PAGE_LENGTH = 4096;

    /** Where segments are, below the journal's directory. */
    static final String FOLDER = "segments";

    static final String SUFFIX = ".segment";
    static final String SPARE_PREFIX = "spare-";
    static final String NEW_SUFFIX = ".new";

    private static final Pattern NAME = Pattern.compile("e(\\d{5,9})-(\\d{8,9})\\.segment");

    private SegmentLayout() {}

    static long word(int length, int epoch, int number) {
        return (long) tag(epoch, number) << Integer.SIZE | length;
    }

    static int tag(int epoch, int number) {
        return number ^ Integer.rotateLeft(epoch, 16);
    }

    static int tag(long word) {
        return (int) (word >>> Integer.SIZE);
    }

    static int length(long word) {
        return (int) word;
    }

    static String name(int epoch, int number) {
        return String.format("e%05d-%08d%s", epoch, number, SUFFIX);
    }

    /** Epoch and number by a file's name; null when the name is none of ours. */
    static int[] parse(String name) {
        Matcher matcher = NAME.matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        int epoch = Integer.parseInt(matcher.group(1));
        int number = Integer.parseInt(matcher.group(2));
        return name.equals(name(epoch, number)) ? new int[] {epoch, number} : null;
    }
}
