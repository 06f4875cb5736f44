package io.penstock.engine.egress;

import org.agrona.concurrent.UnsafeBuffer;

/** Flyweight over one output record; valid only during the call it is given to. */
public final class OutputRecord {
    private UnsafeBuffer buffer;
    private int offset;

    /** Creates a view of nothing. */
    public OutputRecord() {}

    OutputRecord wrap(UnsafeBuffer source, int at) {
        this.buffer = source;
        this.offset = at;
        return this;
    }

    /** Number of the sink in its plan. */
    public int sinkId() {
        return buffer.getShort(offset + OutputDescriptor.SINK_ID) & 0xFFFF;
    }

    /** One of the kinds in {@link OutputDescriptor}. */
    public byte kind() {
        return buffer.getByte(offset + OutputDescriptor.KIND);
    }

    /** How often the result was given before. */
    public int revision() {
        return buffer.getInt(offset + OutputDescriptor.REVISION);
    }

    /** Checksum of the journal frame that holds the cause; 0 while the record is in the ring. */
    public int frameChecksum() {
        return buffer.getInt(offset + OutputDescriptor.FRAME_CHECKSUM);
    }

    void frameChecksum(int checksum) {
        buffer.putInt(offset + OutputDescriptor.FRAME_CHECKSUM, checksum);
    }

    /** Sequence of the record that caused the result. */
    public long sequence() {
        return buffer.getLong(offset + OutputDescriptor.SEQUENCE);
    }

    /** Number of the result within its sink, from 0. */
    public long ordinal() {
        return buffer.getLong(offset + OutputDescriptor.ORDINAL);
    }

    /** Where the message lies. */
    public UnsafeBuffer buffer() {
        return buffer;
    }

    /** Offset of the message's SBE header. */
    public int messageOffset() {
        return offset + OutputDescriptor.HEADER_LENGTH;
    }

    /** Bytes of the message, SBE header included. */
    public int messageLength() {
        return length() - OutputDescriptor.HEADER_LENGTH;
    }

    int recordOffset() {
        return offset;
    }

    int length() {
        return buffer.getInt(offset + OutputDescriptor.LENGTH);
    }
}
