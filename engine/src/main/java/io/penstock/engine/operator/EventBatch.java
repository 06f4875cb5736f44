package io.penstock.engine.operator;

import io.penstock.codecs.MessageType;
import io.penstock.engine.time.Times;
import io.penstock.journal.RecordView;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Events of one source that follow each other, and how far each of them moves the watermark; or a
 * part of such a batch.
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

    private T decoder;
    private Event<T> event;
    private int[] offsets;
    private int[] lengths;
    private long[] timesNs;
    private long[] watermarks;
    private long[] recordTimesNs;
    private long[] positions;
    private int[] checks;

    /** Where the events are in the batch that this one is a part of; null for a batch itself. */
    private final int[] places;

    /** The batch that this one shows a part of. */
    private EventBatch<T> whole;

    private DirectBuffer buffer;

    /** The messages' headers, all alike. */
    private long header;

    private int blockLength;
    private int version;
    private int count;

    /** Which filling it is; of a part: that of the batch it was made of. */
    private long number;

    private long watermark;
    private long firstOrdinal;
    private long firstRow;

    EventBatch(MessageType<T, ?> type) {
        this.decoder = type.newDecoder();
        this.event = new Event<>(type);
        this.offsets = new int[CAPACITY];
        this.lengths = new int[CAPACITY];
        this.timesNs = new long[CAPACITY];
        this.watermarks = new long[CAPACITY];
        this.recordTimesNs = new long[CAPACITY];
        this.positions = new long[CAPACITY];
        this.checks = new int[CAPACITY];
        this.places = null;
    }

    /** Creates what can show parts of other batches. */
    public EventBatch() {
        this.places = new int[CAPACITY];
    }

    /** Becomes an empty part of a batch. */
    public void beginPart(EventBatch<T> other) {
        if (whole != other) {
            whole = other;
            decoder = other.decoder;
            event = other.event;
            offsets = other.offsets;
            lengths = other.lengths;
            timesNs = other.timesNs;
            watermarks = other.watermarks;
            recordTimesNs = other.recordTimesNs;
            positions = other.positions;
            checks = other.checks;
        }
        if (buffer != other.buffer) {
            buffer = other.buffer;
        }
        blockLength = other.blockLength;
        version = other.version;
        number = other.number;
        firstOrdinal = other.firstOrdinal;
        firstRow = other.firstRow;
        count = 0;
    }

    /** Whether this is a part of a batch as it is filled now. */
    public boolean isPartOf(EventBatch<T> other) {
        return whole == other && number == other.number;
    }

    /** Where a part's events are in the batch, in order; written by whoever makes the part. */
    public int[] places() {
        return places;
    }

    /** Ends what {@link #beginPart} began: so many {@link #places()} are those of the part. */
    public void endPart(int events) {
        count = events;
    }

    /** The part's first event that is at a place of the batch, or behind it. */
    public int firstFrom(int place) {
        int found = Arrays.binarySearch(places, 0, count, place);
        return found < 0 ? -found - 1 : found;
    }

    /** Where an event of the part is in the batch. */
    public int place(int index) {
        return places == null ? index : places[index];
    }

    /**
     * Becomes empty.
     *
     * @param newNumber that no other batch has had
     * @param newWatermark of the source, before the first event
     * @param ordinal of the first event
     * @param row of the first event
     */
    void clear(long newNumber, long newWatermark, long ordinal, long row) {
        number = newNumber;
        count = 0;
        watermark = newWatermark;
        firstOrdinal = ordinal;
        firstRow = row;
    }

    /** Takes a record's message; false if it is not laid out like those that are here. */
    boolean takes(RecordView record) {
        DirectBuffer recordBuffer = record.buffer();
        int offset = record.offset();
        long recordHeader = recordBuffer.getLong(offset);
        if (count == 0) {
            if (buffer != recordBuffer) { // a write that the collector hears of
                buffer = recordBuffer;
            }
            header = recordHeader;
            blockLength = recordBuffer.getShort(offset) & 0xFFFF;
            version = recordBuffer.getShort(offset + 6) & 0xFFFF;
        } else if (count == CAPACITY || recordBuffer != buffer || recordHeader != header) {
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

    /** Number of the batch, since it was cleared. */
    long number() {
        return number;
    }

    /** Events there are. */
    public int count() {
        return count;
    }

    /** An event, until the next is asked for. */
    public Event<T> at(int index) {
        int i = place(index);
        return event.wrap(buffer, offsets[i], lengths[i], blockLength, version)
                .about(timesNs[i], positions[i], firstOrdinal + i, firstRow + i)
                .at(number, i);
    }

    /** An event's message, wound to its start, until the next is asked for. */
    public T message(int index) {
        int offset = offsets[place(index)] + Event.MESSAGE_HEADER_LENGTH;
        decoder.wrap(buffer, offset, blockLength, version);
        return decoder;
    }

    /** Event time, ns since 1970. */
    public long timeNs(int index) {
        return timesNs[place(index)];
    }

    /** The source's watermark behind an event. */
    public long watermark(int index) {
        return watermarks[place(index)];
    }

    /** Number of an event's record among all data records. */
    public long ordinal(int index) {
        return firstOrdinal + place(index);
    }

    /** Event times by index; of a batch that is no part. */
    long[] timesNs() {
        return timesNs;
    }

    /** Watermarks by index; of a batch that is no part. */
    long[] watermarks() {
        return watermarks;
    }

    /** Ingress times of the events' records by index; of a batch that is no part. */
    long[] recordTimesNs() {
        return recordTimesNs;
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
