package io.penstock.engine.window;

import io.penstock.engine.operator.Event;
import io.penstock.engine.state.KeyTable;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One key's result of one window, as a result function sees it; valid during its call only. */
public final class WindowView {
    /** A row or sequence there is none of. */
    public static final long NULL_SEQUENCE = Event.NULL_ROW;

    private final Accumulators<?> accumulators;
    private final WideNumber[] values;
    private final WideNumber number = new WideNumber();
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);
    private long address;
    private long startNs;
    private long endNs;
    private long longKey;
    private FiringKind kind = FiringKind.ON_TIME;
    private long watermarkNs;
    private long triggerRow = NULL_SEQUENCE;
    private long revision;
    private long firstSequence = NULL_SEQUENCE;
    private long lastSequence = NULL_SEQUENCE;

    WindowView(Accumulators<?> accumulators) {
        this.accumulators = accumulators;
        this.values = new WideNumber[accumulators.count()];
        for (int i = 0; i < values.length; i++) {
            values[i] = new WideNumber();
        }
    }

    void window(long start, long end) {
        startNs = start;
        endNs = end;
    }

    /** Sets why the result is given and what is known about its making. */
    void firing(FiringKind why, long watermark, long row) {
        kind = why;
        watermarkNs = watermark;
        triggerRow = row;
        revision = 0;
        firstSequence = NULL_SEQUENCE;
        lastSequence = NULL_SEQUENCE;
    }

    /** Sets what results say about their making: the value's sequences if it has them. */
    void lineage(long number, long value, WindowValues<?> layout) {
        revision = number;
        if (layout.hasLineage()) {
            firstSequence = layout.firstSequence(value);
            lastSequence = layout.lastSequence(value);
        }
    }

    /** Sets the key that a value in a table belongs to. */
    void key(KeyTable table, long value) {
        if (table.hasLongKeys()) {
            longKey(table.longKeyOf(value), table.longKeyAddressOf(value));
        } else {
            bytesKey(table.keyAddressOf(value), table.keyLengthOf(value));
        }
    }

    void longKey(long number, long address) {
        longKey = number;
        key.wrap(address, Long.BYTES);
    }

    void bytesKey(long address, int length) {
        key.wrap(address, length);
    }

    /** Reads the aggregates of the accumulators at an address. */
    void values(long value) {
        address = value;
        for (int i = 0; i < values.length; i++) {
            accumulators.read(i, value, values[i]);
        }
    }

    private Aggregate<?> aggregate(int index) {
        return accumulators.aggregate(index);
    }

    private long accumulator(int index) {
        return address + accumulators.offset(index);
    }

    /** Why the window gives this result. */
    public FiringKind kind() {
        return kind;
    }

    /** The stage's watermark when the result was made, ns since 1970. */
    public long watermarkNs() {
        return watermarkNs;
    }

    /**
     * Zero-based row, in its source, of the event that set the result off, be it late or the last
     * of a count; -1 if time did.
     */
    public long triggerRow() {
        return triggerRow;
    }

    /** How many results of this key and window came before; with lineage only, else 0. */
    public long revision() {
        return revision;
    }

    /** Sequence of the first record that fed the result; with lineage only, else -1. */
    public long firstSequence() {
        return firstSequence;
    }

    /** Sequence of the last record that fed the result; with lineage only, else -1. */
    public long lastSequence() {
        return lastSequence;
    }

    /** Start of the window, inclusive, ns since 1970. */
    public long startNs() {
        return startNs;
    }

    /** End of the window, exclusive, ns since 1970. */
    public long endNs() {
        return endNs;
    }

    /** The key where the stream is keyed by a number. */
    public long longKey() {
        return longKey;
    }

    /** The key's bytes; 8 of them, little-endian, where the stream is keyed by a number. */
    public DirectBuffer key() {
        return key;
    }

    /** Number of aggregates. */
    public int count() {
        return values.length;
    }

    /** Result of an aggregate, in the order declared. */
    public WideNumber value(int index) {
        return values[index];
    }

    /** Result of an aggregate as an integer; refused if it is none or needs more than 64 bits. */
    public long longValue(int index) {
        WideNumber value = values[index];
        if (!value.fitsLong() || value.scale() != 0) {
            throw new ArithmeticException(
                    "aggregate " + index + " is no 64-bit integer: read it as a WideNumber");
        }
        return value.low();
    }

    /** Result of an aggregate that is bytes; good until bytes are asked for again. */
    public DirectBuffer bytes(int index) {
        return topBytes(index, 0);
    }

    /** Number of rows of a top-N; ranks count from 0, best first. */
    public int topCount(int index) {
        return aggregate(index).rows(accumulator(index));
    }

    /** Bytes of a row of a top-N; good until bytes are asked for again. */
    public DirectBuffer topBytes(int index, int rank) {
        aggregate(index).readBytes(accumulator(index), rank, bytes);
        return bytes;
    }

    /** Value of a row of a top-N over integers. */
    public long topLong(int index, int rank) {
        aggregate(index).readKey(accumulator(index), rank, number);
        return number.low();
    }

    /** Score, count or sum of a row of a top-N; good until a number is asked for again. */
    public WideNumber topScore(int index, int rank) {
        aggregate(index).readScore(accumulator(index), rank, number);
        return number;
    }

    /**
     * Any quantile of an aggregate that estimates them; good until a number is asked for again.
     *
     * @param quantile from 0, the smallest, to 1, the largest
     */
    public WideNumber quantile(int index, double quantile) {
        aggregate(index).readQuantile(accumulator(index), quantile, number);
        return number;
    }
}
