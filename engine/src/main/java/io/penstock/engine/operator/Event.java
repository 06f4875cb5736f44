package io.penstock.engine.operator;

import io.penstock.codecs.MessageType;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * One event on its way through the operators: a flyweight over its SBE message and what is known
 * about it.
 *
 * <p>Each operator that makes events owns one and reuses it; it is valid only during the push. Used
 * by the core's thread only.
 *
 * @param <T> the message's decoder
 */
public final class Event<T extends MessageDecoderFlyweight> {
    /** Bytes of the SBE header in front of every message. */
    public static final int MESSAGE_HEADER_LENGTH = 8;

    /** Bytes that {@link #writeAbout} writes. */
    public static final int ABOUT_LENGTH = 32;

    /** The row of an event that time set off, and no row of a source. */
    public static final long NULL_ROW = -1;

    /** The batch of an event that is of none. */
    static final long NO_BATCH = 0;

    private final T decoder;
    private DirectBuffer buffer;
    private int offset;
    private int length;
    private int actingBlockLength;
    private int actingVersion;
    private long eventTimeNs;
    private long sourcePosition;
    private long ordinal;
    private long sourceRow;
    private long batch = NO_BATCH;
    private int place;

    /** Creates the one event of an operator that makes messages of a type. */
    public Event(MessageType<T, ?> type) {
        this.decoder = type.newDecoder();
    }

    /** Points the event at a message of {@code length} bytes, SBE header included. */
    public Event<T> wrap(DirectBuffer buffer, int offset, int length) {
        if (this.buffer != buffer) { // a write that the collector hears of
            this.buffer = buffer;
        }
        this.offset = offset;
        this.length = length;
        this.actingBlockLength = buffer.getShort(offset) & 0xFFFF;
        this.actingVersion = buffer.getShort(offset + 6) & 0xFFFF;
        return this;
    }

    /** As {@link #wrap(DirectBuffer, int, int)}, where what the header says is known. */
    Event<T> wrap(DirectBuffer source, int at, int bytes, int blockLength, int version) {
        if (buffer != source) { // a write that the collector hears of
            buffer = source;
        }
        offset = at;
        length = bytes;
        actingBlockLength = blockLength;
        actingVersion = version;
        return this;
    }

    /** Sets what is known about the event beside its message. */
    public Event<T> about(long eventTimeNs, long sourcePosition, long ordinal, long sourceRow) {
        this.eventTimeNs = eventTimeNs;
        this.sourcePosition = sourcePosition;
        this.ordinal = ordinal;
        this.sourceRow = sourceRow;
        return this;
    }

    /** Number of the batch that the event is of, or {@link #NO_BATCH}. */
    long batch() {
        return batch;
    }

    /** Where the event is in its batch. */
    int place() {
        return place;
    }

    /** Says where the event is in a batch: so stages find what they have looked up for it. */
    Event<T> at(long numberOfBatch, int placeInBatch) {
        batch = numberOfBatch;
        place = placeInBatch;
        return this;
    }

    /** Writes what is known about the event beside its message; everything of {@link #about}. */
    public void writeAbout(MutableDirectBuffer target, int at) {
        target.putLong(at, eventTimeNs);
        target.putLong(at + 8, sourcePosition);
        target.putLong(at + 16, ordinal);
        target.putLong(at + 24, sourceRow);
    }

    /** Sets what {@link #writeAbout} wrote. */
    public Event<T> readAbout(DirectBuffer source, int at) {
        return about(
                source.getLong(at),
                source.getLong(at + 8),
                source.getLong(at + 16),
                source.getLong(at + 24));
    }

    /** The message's flyweight, wound back to its start. */
    public T message() {
        decoder.wrap(buffer, offset + MESSAGE_HEADER_LENGTH, actingBlockLength, actingVersion);
        return decoder;
    }

    /** Event time, ns since 1970. */
    public long eventTimeNs() {
        return eventTimeNs;
    }

    /** Position of the causing record in its source. */
    public long sourcePosition() {
        return sourcePosition;
    }

    /** Number of data records up to the causing one, over all sources: the arrival order. */
    public long ordinal() {
        return ordinal;
    }

    /**
     * Zero-based row, in its source, of the record that set the event off, however long it waited
     * on its way; {@link #NULL_ROW} for what time set off: a window's end, a timer.
     */
    public long sourceRow() {
        return sourceRow;
    }

    /** Where the message lies. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Offset of the message's SBE header. */
    public int offset() {
        return offset;
    }

    /** Bytes of the message, SBE header included. */
    public int length() {
        return length;
    }
}
