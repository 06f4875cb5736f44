package io.penstock.engine.state;

/**
 * Layout of a session of a {@link SessionTable}: a node of a {@link NodeHeap} and what it holds.
 *
 * <pre>
 *   0        8            12           16        24                       32
 *   +--------+------------+------------+---------+------------------------+
 *   | waitNs | heap index | key length | startNs | key group, 1st arrival |
 *   +--------+------------+------------+---------+------------------------+
 *  32        40       48             56         60       64
 *   +--------+--------+--------------+----------+--------+-----------+-------------------
 *   | tie    | endNs  | next session | revision | flags  | value ... | key, long or bytes
 *   +--------+--------+--------------+----------+--------+-----------+-------------------
 * </pre>
 *
 * A session waits in its heap under {@code waitNs}, its end at some time; the end only grows, so
 * that most events leave the heap alone. The group stands in the highest byte of its word; the tie
 * tells events apart that came with one record. Wait, heap index, tie and next session are no part
 * of what is hashed.
 */
final class SessionDescriptor {
    static final int WAIT_OFFSET = NodeDescriptor.TIME_OFFSET;
    static final int KEY_LENGTH_OFFSET = NodeDescriptor.LENGTH_OFFSET;
    static final int START_OFFSET = NodeDescriptor.FIRST_OFFSET;
    static final int GROUP_ARRIVAL_OFFSET = NodeDescriptor.SECOND_OFFSET;
    static final int TIE_OFFSET = NodeDescriptor.BODY_OFFSET;
    static final int END_OFFSET = 40;
    static final int NEXT_OFFSET = 48;
    static final int REVISION_OFFSET = 56;
    static final int FLAGS_OFFSET = 60;
    static final int VALUE_OFFSET = 64;

    static final int GROUP_SHIFT = 56;
    static final long ARRIVAL_MASK = (1L << GROUP_SHIFT) - 1;

    private SessionDescriptor() {}
}
