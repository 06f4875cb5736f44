package io.penstock.journal;

import org.agrona.DirectBuffer;

/**
 * One record as every host gives it to the core: header fields and where the SBE message lies.
 *
 * <p>Reusable and mutable; owned by the thread that fills it. Valid only until its host moves on:
 * nobody keeps a reference to {@link #buffer()}.
 */
public final class RecordView {
    /** No sequence: before the first record. */
    public static final long NULL_SEQUENCE = -1;

    private long sequence = NULL_SEQUENCE;
    private long timeNs;
    private byte kind;
    private byte flags;
    private int sourceId;
    private int sourceCheck;
    private long sourcePosition;
    private DirectBuffer buffer;
    private int offset;
    private int length;
    private int frameChecksum;

    /** Creates a view of nothing. */
    public RecordView() {}

    /** Points the view at a record's header fields. */
    public RecordView header(
            long sequence,
            long timeNs,
            byte kind,
            byte flags,
            int sourceId,
            long sourcePosition,
            int sourceCheck) {
        this.sequence = sequence;
        this.timeNs = timeNs;
        this.kind = kind;
        this.flags = flags;
        this.sourceId = sourceId;
        this.sourcePosition = sourcePosition;
        this.sourceCheck = sourceCheck;
        return this;
    }

    /** Points the view at a record's message: {@code length} bytes, SBE header included. */
    public RecordView message(DirectBuffer buffer, int offset, int length) {
        if (this.buffer != buffer) {
            // Most records lie where the last one did, and a reference costs more to store.
            this.buffer = buffer;
        }
        this.offset = offset;
        this.length = length;
        return this;
    }

    /**
     * Sets the checksum of the journal frame that holds the record; 0 while it is not journaled.
     */
    public RecordView frameChecksum(int frameChecksum) {
        this.frameChecksum = frameChecksum;
        return this;
    }

    /** Place in the one order of all records, from 0 without holes. */
    public long sequence() {
        return sequence;
    }

    /** Ingress time, ns since 1970; not necessarily monotone. */
    public long timeNs() {
        return timeNs;
    }

    /** One of {@link RecordKind}. */
    public byte kind() {
        return kind;
    }

    /** Flags of the kind. */
    public byte flags() {
        return flags;
    }

    /** Number of the source in its plan. */
    public int sourceId() {
        return sourceId;
    }

    /** Position in the source, ascending; for CSV files the physical line the row starts on. */
    public long sourcePosition() {
        return sourcePosition;
    }

    /** Running CRC32C over the source's raw bytes up to and including this record. */
    public int sourceCheck() {
        return sourceCheck;
    }

    /** Where the message lies. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Offset of the message's SBE header in {@link #buffer()}. */
    public int offset() {
        return offset;
    }

    /** Bytes of the message, SBE header included. */
    public int length() {
        return length;
    }

    /** Checksum of the journal frame that holds the record. */
    public int frameChecksum() {
        return frameChecksum;
    }
}
