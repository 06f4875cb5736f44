package io.penstock.engine.egress;

/**
 * Layout of one output record, in the output ring and in the output log.
 *
 * <pre>
 *   0        4        6     7        8        12             16        24        32
 *   +--------+--------+-----+--------+--------+--------------+---------+---------+---------
 *   | length | sinkId | kind| unused |revision| frameChecksum| sequence| ordinal | message
 *   +--------+--------+-----+--------+--------+--------------+---------+---------+---------
 * </pre>
 *
 * {@code length} counts header and message without the padding to 8; the message has its SBE
 * header. The input frame's checksum is 0 until the output stage has filled it in. Little-endian.
 */
public final class OutputDescriptor {
    /** A result. */
    public static final byte KIND_INSERT = 1;

    /** A result that replaces the one of the revision before; reserved. */
    public static final byte KIND_UPDATE = 2;

    /** A result that is taken back; reserved. */
    public static final byte KIND_RETRACT = 3;

    /** No result: a snapshot barrier passed here. Never leaves the ring. */
    public static final byte KIND_MARKER = 4;

    /** Bytes in front of the message. */
    public static final int HEADER_LENGTH = 32;

    static final int LENGTH = 0;
    static final int SINK_ID = 4;
    static final int KIND = 6;
    static final int REVISION = 8;
    static final int FRAME_CHECKSUM = 12;
    static final int SEQUENCE = 16;
    static final int ORDINAL = 24;

    private static final int ALIGNMENT = 8;

    private OutputDescriptor() {}

    /** Bytes that a record with a message of this length takes, padding included. */
    public static int paddedLength(int length) {
        return (length + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
