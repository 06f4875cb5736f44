package io.penstock.engine.shard;

import io.penstock.engine.operator.Event;

/**
 * Layout of one record of an exchange.
 *
 * <pre>
 *   0        4      6       8        12      16     24       32      40      48      56
 *   +--------+------+-------+--------+-------+------+--------+-------+-------+-------+----------
 *   | length | kind | first | target | place | step | word 1 | word 2| word 3| word 4| keyLength
 *   +--------+------+-------+--------+-------+------+--------+-------+-------+-------+----------
 *   60              64                88
 *   +---------------+-----------------+------------------+----------
 *   | messageLength | about the event | key, padded to 8 | message
 *   +---------------+-----------------+------------------+----------
 * </pre>
 *
 * {@code length} counts everything, padded to 8. {@code first}: whether a firing starts here.
 * {@code place}: number of the stage that fires, or -1 in a common step; then word 1 is the number
 * of the visit. A spill has its memory's address and length in words 1 and 2. Native byte order.
 */
final class ExchangeDescriptor {
    /** An event that crosses. */
    static final short EVENT = 1;

    /** A stage of the shard has something due although no watermark moved. */
    static final short DUE = 2;

    /** The shard has failed here. */
    static final short FAILURE = 3;

    /** The rest of the step lies in memory of its own. */
    static final short SPILL = 4;

    static final int LENGTH = 0;
    static final int KIND = 4;
    static final int FIRST = 6;
    static final int TARGET = 8;
    static final int PLACE = 12;
    static final int STEP = 16;
    static final int WORD_1 = 24;
    static final int WORD_2 = 32;
    static final int WORD_3 = 40;
    static final int WORD_4 = 48;
    static final int KEY_LENGTH = 56;
    static final int MESSAGE_LENGTH = 60;
    static final int ABOUT = 64;
    static final int BODY = ABOUT + Event.ABOUT_LENGTH;

    private static final int ALIGNMENT = 8;

    private ExchangeDescriptor() {}

    static int padded(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }

    static int recordLength(int keyLength, int messageLength) {
        return padded(BODY) + padded(keyLength) + padded(messageLength);
    }

    static int keyOffset(int at) {
        return at + padded(BODY);
    }

    static int messageOffset(int at, int keyLength) {
        return at + padded(BODY) + padded(keyLength);
    }
}
