package io.penstock.engine.window;

import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.KeyReader;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.state.KeySearch;
import io.penstock.engine.state.KeyTable;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * How a window stage takes many events together: those that go to panes which are there, while
 * nothing becomes due. Keys are numbers; no value has anything but its first arrival beside its
 * accumulators.
 *
 * <p>Each part of the work is a loop of its own over all events: reading keys, finding values,
 * saving them, each aggregate. The core's thread.
 */
@HotPath
final class WindowBatches<T extends MessageDecoderFlyweight> {
    private final StepContext context;
    private final KeyReader<T> keys;
    private final RecentPanes recent;
    private final PaneMerger merger;
    private final WindowValues<T> values;
    private final int valueLength;
    private final boolean updatesLate;

    // By index in a batch: the slot of the event's pane, its key, and where its value is; then the
    // values that were there before.
    private final int[] panes = new int[EventBatch.CAPACITY];
    private final long[] numbers = new long[EventBatch.CAPACITY];
    private final long[] addresses = new long[EventBatch.CAPACITY];
    private final long[] saved = new long[EventBatch.CAPACITY];
    private final KeySearch search = new KeySearch(EventBatch.CAPACITY);

    WindowBatches(
            StepContext context,
            KeyReader<T> keys,
            RecentPanes recent,
            PaneMerger merger,
            WindowValues<T> values,
            boolean updatesLate) {
        this.context = context;
        this.keys = keys;
        this.recent = recent;
        this.merger = merger;
        this.values = values;
        this.valueLength = values.accumulators().valueLength();
        this.updatesLate = updatesLate;
    }

    /**
     * The first event that has to be taken alone: of a pane that is not among the recent ones, or
     * has fired, or behind which something is due.
     *
     * @param stageWatermarkNs before the batch; beyond the source's where that woke behind others
     * @param horizonNs the first watermark at which something is due
     */
    int takenTogether(
            EventBatch<T> batch, int from, int to, long stageWatermarkNs, long horizonNs) {
        for (int i = from; i < to; i++) {
            int slot = recent.find(batch.timeNs(i));
            long watermark = Math.max(stageWatermarkNs, batch.watermark(i));
            if (slot == RecentPanes.NONE
                    || watermark >= horizonNs
                    || watermark >= recent.lastExpiryNs(slot)
                    || (updatesLate && watermark >= recent.firstEndNs(slot))) {
                return i;
            }
            panes[i] = slot;
        }
        return to;
    }

    /** Adds events that {@link #takenTogether} found. */
    void add(EventBatch<T> batch, int from, int to) {
        for (int i = from; i < to; i++) {
            numbers[i] = keys.number(batch.message(i));
        }
        int common = panes[from];
        search.find(changed(common).table, numbers, addresses, from, to);
        int count = 0;
        for (int i = from; i < to; i++) {
            if (addresses[i] == 0 || panes[i] != common) {
                KeyTable table = changed(panes[i]).table;
                addresses[i] = table.findOrAdd(numbers[i]);
                if (table.lastAdded()) {
                    values.begin(addresses[i], batch.ordinal(i));
                    continue;
                }
            }
            saved[count++] = addresses[i];
        }
        context.undo().saveAll(saved, count, valueLength);
        values.accumulators().addAll(addresses, batch, from, to);
    }

    /** The pane of a slot, which is about to be changed. */
    private Pane changed(int slot) {
        Pane pane = recent.pane(slot);
        if (pane.isInRun) {
            merger.changed(pane);
        }
        return pane;
    }
}
