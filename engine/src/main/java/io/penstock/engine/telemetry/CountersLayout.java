package io.penstock.engine.telemetry;

/**
 * Layout of the counters file; a counter's value and label never move.
 *
 * <pre>
 *   0       4         8     16           24       28       32        64
 *   +-------+---------+-----+------------+--------+--------+---------+---------
 *   | magic | version | pid | startTimeMs| state  | count  | unused  | counters
 *   +-------+---------+-----+------------+--------+--------+---------+---------
 *
 *   counter, 128 bytes:
 *   0       8             12
 *   +-------+-------------+-----------------------------+
 *   | value | labelLength | label, ASCII, at most 112   |
 *   +-------+-------------+-----------------------------+
 * </pre>
 */
final class CountersLayout {
    static final int MAGIC = 0x43534E50;
    static final int VERSION = 1;

    static final int MAGIC_OFFSET = 0;
    static final int VERSION_OFFSET = 4;
    static final int PID_OFFSET = 8;
    static final int START_TIME_OFFSET = 16;
    static final int STATE_OFFSET = 24;
    static final int COUNT_OFFSET = 28;
    static final int HEADER_LENGTH = 64;

    static final int COUNTER_LENGTH = 128;
    static final int VALUE_OFFSET = 0;
    static final int LABEL_LENGTH_OFFSET = 8;
    static final int LABEL_OFFSET = 12;
    static final int MAX_LABEL_LENGTH = 112;

    static final int MAX_COUNTERS = 500;
    static final int FILE_LENGTH = HEADER_LENGTH + MAX_COUNTERS * COUNTER_LENGTH;

    private CountersLayout() {}

    static int counterOffset(int index) {
        return HEADER_LENGTH + index * COUNTER_LENGTH;
    }
}
