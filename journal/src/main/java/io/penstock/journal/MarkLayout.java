package io.penstock.journal;

/**
 * Where the fields of the mark are: six slots of 64 bytes. Two are written in turn for what was
 * appended, by the appending thread; two in turn for what was forced; two, each forced before the
 * next, for where the journal begins. Of each pair the slot with a valid checksum and the higher
 * generation counts, so that a write cut short costs one step back. The third pair is zeros while
 * the journal begins at sequence 0. Little-endian.
 *
 * <pre>
 *   0               2               4               6
 *  +-------------------------------+-------------------------------+
 *  |             magic             |             kind              |   0
 *  +-------------------------------+-------------------------------+
 *  |                          generation                           |   8
 *  +---------------------------------------------------------------+
 *  |                                                               |  16
 *  +                          journal id                           +
 *  |                                                               |  24
 *  +---------------------------------------------------------------+
 *  |                           sequence                            |  32
 *  +-------------------------------+-------------------------------+
 *  |           checksum            |             epoch             |  40
 *  +-------------------------------+-------------------------------+
 *  |            segment            |          bootIdHash           |  48
 *  +-------------------------------+-------------------------------+
 *  |           reserved            |          slotChecksum         |  56  CRC32C of 0..59
 *  +-------------------------------+-------------------------------+
 *
 *  slots: appended A | appended B | forced A | forced B | base A | base B
 * </pre>
 *
 * <p>Of what was appended or forced, sequence is the last record, and checksum that of its frame.
 * Of the base, sequence is the first record that is kept, segment the one whose head stands before
 * it, and checksum that of the frame before this head: the chain starts from it.
 */
final class MarkLayout {
    static final int MAGIC = 0;
    static final int KIND = 4;
    static final int GENERATION = 8;
    static final int ID_HIGH = 16;
    static final int ID_LOW = 24;
    static final int SEQUENCE = 32;
    static final int CHECKSUM = 40;
    static final int EPOCH = 44;
    static final int SEGMENT = 48;
    static final int BOOT_ID_HASH = 52;
    static final int SLOT_CHECKSUM = 60;
    static final int SLOT_LENGTH = 64;

    /** "PSM1" in little-endian order. */
    static final int MAGIC_VALUE = 0x314D_5350;

    static final int KIND_APPENDED = 1;
    static final int KIND_FORCED = 2;
    static final int KIND_BASE = 3;

    /** Where the slots of a kind start. */
    static int slots(int kind) {
        return (kind - 1) * 2 * SLOT_LENGTH;
    }

    private MarkLayout() {}
}
