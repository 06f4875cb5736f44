package io.penstock.engine.operator;

import io.penstock.codecs.MessageType;
import io.penstock.engine.time.Times;
import io.penstock.journal.RecordView;
import org.agrona.DirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Events of one source that follow each other, and how far each of them moves the watermark.
 *
 * <p>What does the same with each of many events does it in short loops over all of them: the
 * processor then works on several at a time. Filled by the source; nobody else changes it. The
 * core's thread.
 *
 * @param <T> the messages' decoder
 */
@HotPath
public final class EventBatch<T extends MessageDecoderFlyweight> {
    /** Most events. */
    public static final int CAPACITY = 256;

    private final T decoder;
    private final Event<T> event;
    private final int[] offsets = new int[CAPACITY];
    private final int[] lengths = new int[CAPACITY];
    private final long[] timesNs = new long[CAPACITY];
    private final long[] watermarks = new long[CAPACITY];
    private final long[] recordTimesNs = new long[CAPACITY];
    private final long[] positions = new long[CAPACITY];
    private final int[] checks = new int[CAPACITY];
    private DirectBuffer buffer;
    private int blockLength;
    private int version;
    private int count;
    private long watermark;
    private long firstOrdinal;
    private long firstRow;

    EventBatch(MessageType<T, ?> type) {
        this.decoder = type.newDecoder();
        this.event = new Event<>(type);
    }

    /**
     * Becomes empty.
     *
     * @param newWatermark of the source, before the first event
     * @param ordinal of the first event
     * @param row of the first event
     */
    void clear(long newWatermark, long ordinal, long row) {
        count = 0;
        watermark = newWatermark;
        firstOrdinal = ordinal;
        firstRow = row;
    }

    /** Takes a record's message; false if it is not laid out like those that are here. */
    boolean takes(RecordView record) {
        DirectBuffer recordBuffer = record.buffer();
        int offset = record.offset();
        int recordBlockLength = recordBuffer.getShort(offset) & 0xFFFF;
        int recordVersion = recordBuffer.getShort(offset + 6) & 0xFFFF;
        if (count == 0) {
            if (buffer != recordBuffer) { // a write that the collector hears of
                buffer = recordBuffer;
            }
            blockLength = recordBlockLength;
            version = recordVersion;
        } else if (count == CAPACITY
                || recordBuffer != buffer
                || recordBlockLength != blockLength
                || recordVersion != version) {
            return false;
        }
        offsets[count] = offset;
        lengths[count] = record.length();
        recordTimesNs[count] = record.timeNs();
        positions[count] = record.sourcePosition();
        checks[count] = record.sourceCheck();
        return true;
    }

    /** Ends what {@link #takes} began. */
    void add(long timeNs, long distanceNs, long lastWatermark) {
        timesNs[count] = timeNs;
        watermark =
                Math.max(watermark, Math.min(Times.subtract(timeNs, distanceNs), lastWatermark));
        watermarks[count] = watermark;
        count++;
    }

    /** Message that {@link #takes} took last. */
    T taken() {
        return message(count);
    }

    /** Events there are. */
    int count() {
        return count;
    }

    /** An event, until the next is asked for. */
    public Event<T> at(int index) {
        return event.wrap(buffer, offsets[index], lengths[index])
                .about(timesNs[index], positions[index], firstOrdinal + index, firstRow + index);
    }

    /** An event's message, wound to its start, until the next is asked for. */
    public T message(int index) {
        decoder.wrap(buffer, offsets[index] + Event.MESSAGE_HEADER_LENGTH, blockLength, version);
        return decoder;
    }

    /** Event time, ns since 1970. */
    public long timeNs(int index) {
        return timesNs[index];
    }

    /** The source's watermark behind an event. */
    public long watermark(int index) {
        return watermarks[index];
    }

    /** Number of an event's record among all data records. */
    public long ordinal(int index) {
        return firstOrdinal + index;
    }

    /** Ingress time of an event's record, ns since 1970. */
    long recordTimeNs(int index) {
        return recordTimesNs[index];
    }

    /** Position of an event's record in its source. */
    long position(int index) {
        return positions[index];
    }

    /** Running checksum of the source's bytes up to an event's record. */
    int check(int index) {
        return checks[index];
    }
}
