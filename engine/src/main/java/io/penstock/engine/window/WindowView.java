package io.penstock.engine.window;

import io.penstock.engine.state.KeyTable;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** One key's result of one window, as a result function sees it; valid during its call only. */
public final class WindowView {
    private final Aggregate<?>[] aggregates;
    private final int[] offsets;
    private final WideNumber[] values;
    private final UnsafeBuffer key = new UnsafeBuffer(0, 0);
    private long startNs;
    private long endNs;
    private long longKey;

    WindowView(Aggregate<?>[] aggregates, int[] offsets) {
        this.aggregates = aggregates;
        this.offsets = offsets;
        this.values = new WideNumber[aggregates.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = new WideNumber();
        }
    }

    void window(long startNs, long endNs) {
        this.startNs = startNs;
        this.endNs = endNs;
    }

    void entry(KeyTable table, int entry, boolean isLongKey) {
        long address = table.valueAddress(entry);
        for (int i = 0; i < aggregates.length; i++) {
            aggregates[i].read(address + offsets[i], values[i]);
        }
        key.wrap(table.keyAddress(entry), table.keyLength(entry));
        if (isLongKey) {
            longKey = table.longKey(entry);
        }
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
}
