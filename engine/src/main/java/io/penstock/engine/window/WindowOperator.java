package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.memory.Undoable;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.KeyReader;
import io.penstock.engine.operator.Maker;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Output;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Aggregates events per key and window.
 *
 * <p>An event is added to one pane. When the watermark reaches a window's end, its panes are merged
 * key by key and each key's result is one step. A key's value starts with the arrival ordinal of
 * its first event in the pane; the accumulators follow.
 */
@HotPath
public final class WindowOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends Operator implements Receiver<T>, Undoable {
    private static final int IN = 0;
    private static final int AGGREGATED = 1;
    private static final int LATE = 2;
    private static final int GAP = 3;
    private static final int FIRED = 4;

    private static final int FIRST_ARRIVAL_LENGTH = Long.BYTES;
    private static final long NO_DUE = Long.MAX_VALUE; // a window or a time: later than any
    private static final long NO_WINDOW = Long.MIN_VALUE;
    private static final long MERGE_LOG_LIMIT_BYTES = 1 << 20;

    private final PaneLayout layout;
    private final KeyReader<T> keys;
    private final Aggregate<T>[] aggregates;
    private final int[] offsets;
    private final int valueLength;
    private final Receiver<T> late;
    private final WindowFunction<E> function;
    private final Maker<R, E> maker;
    private final Output<R> output;
    private final Panes panes;
    private final UndoLog mergeLog = new UndoLog(MERGE_LOG_LIMIT_BYTES);
    private final FiringOrder order = new FiringOrder();
    private final WindowView view;
    private KeyTable merged;

    /**
     * The last window fired in the sweep in progress. A number and not a time, because windows that
     * pass the end of time have one end. Between sweeps the watermark says it all.
     */
    private long firedWindow = NO_WINDOW;

    private long dueWindow = NO_DUE;
    private long dueNs = NO_DUE;
    private KeyTable firing;

    /** The pane of the latest event and the times it holds, so that most events divide nothing. */
    private Pane recent;

    private long recentFromNs;
    private long recentToNs;
    private long recentLastEndNs;
    private int firingIndex;

    /**
     * Creates a window stage.
     *
     * @param late where events go that are too late for every window; null drops them
     */
    public WindowOperator(
            StepContext context,
            String name,
            Windows windows,
            Key<T> key,
            Aggregate<T>[] aggregates,
            Receiver<T> late,
            Result<R, E> result) {
        super(context, name, "in", "aggregated", "late", "gap", "fired");
        this.layout = new PaneLayout(windows);
        this.keys = new KeyReader<>(key);
        this.aggregates = aggregates.clone();
        this.offsets = new int[aggregates.length];
        int length = FIRST_ARRIVAL_LENGTH;
        for (int i = 0; i < aggregates.length; i++) {
            this.aggregates[i] = aggregates[i].forStage();
            offsets[i] = length;
            length += aggregates[i].lengthBytes();
        }
        this.valueLength = length;
        this.late = late;
        this.function = result.function();
        this.maker = result.maker();
        this.output = result.output();
        this.panes = new Panes(context, keys.isLong(), valueLength);
        this.view = new WindowView(this.aggregates, offsets);
    }

    /** How results are made and where they go. */
    public record Result<R extends MessageDecoderFlyweight, E extends MessageEncoderFlyweight>(
            WindowFunction<E> function, Maker<R, E> maker, Output<R> output) {}

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        long timeNs = event.eventTimeNs();
        Pane pane = recent;
        if (pane == null
                || timeNs < recentFromNs
                || timeNs >= recentToNs
                || recentLastEndNs <= watermark()) {
            pane = paneFor(event, timeNs);
            if (pane == null) {
                return;
            }
        }
        keys.read(event);
        KeyTable table = pane.table;
        long value = keys.findOrAdd(table);
        if (table.lastAdded()) {
            Memory.putLong(value, event.ordinal());
        } else {
            context.undo().save(value, valueLength);
        }
        add(value, event);
        count(AGGREGATED);
    }

    /** The pane of an event that is not of the recent one; null if it has none, or is too late. */
    private Pane paneFor(Event<T> event, long timeNs) {
        if (layout.isGap(timeNs)) {
            count(GAP);
            return null;
        }
        long number = layout.paneOf(timeNs);
        long lastEndNs = layout.endOf(layout.lastWindowOf(number));
        if (lastEndNs <= watermark()) {
            count(LATE);
            if (late != null) {
                late.receive(event);
            }
            return null;
        }
        Pane pane = panes.findOrAdd(number);
        if (panes.lastAdded()) {
            context.undo().record(this, UNDO_RECENT, 0);
            noteDue(number);
        }
        recent = pane;
        recentFromNs = layout.paneFromNs(timeNs);
        recentToNs = layout.paneToNs(timeNs);
        recentLastEndNs = lastEndNs;
        return pane;
    }

    private void add(long value, Event<T> event) {
        Aggregate<T>[] all = aggregates;
        try {
            for (int i = 0; i < all.length; i++) {
                all[i].add(value + offsets[i], event);
            }
        } catch (ArithmeticException e) {
            throw overflow(layout.lastWindowOf(layout.paneOf(event.eventTimeNs())), e);
        }
    }

    private ArithmeticException overflow(long window, ArithmeticException cause) {
        ArithmeticException named =
                new ArithmeticException(
                        "window ["
                                + layout.startOf(window)
                                + " ns, "
                                + layout.endOf(window)
                                + " ns) of stage "
                                + name()
                                + ": "
                                + cause.getMessage());
        named.initCause(cause);
        return named;
    }

    private void noteDue(long pane) {
        long window =
                Math.max(layout.firstWindowOf(pane), layout.firstWindowEndingAfter(watermark()));
        if (window < dueWindow) {
            context.undo().record(this, UNDO_DUE_WINDOW, dueWindow);
            context.undo().record(this, UNDO_DUE, dueNs);
            dueNs = layout.endOf(window);
            dueWindow = window;
        }
    }

    private static final int UNDO_DUE = 1;
    private static final int UNDO_DUE_WINDOW = 2;
    private static final int UNDO_FIRED = 3;
    private static final int UNDO_RECENT = 4;

    @Override
    public void undo(int what, long old) {
        switch (what) {
            case UNDO_DUE -> dueNs = old;
            case UNDO_DUE_WINDOW -> dueWindow = old;
            case UNDO_FIRED -> firedWindow = old;
            case UNDO_RECENT -> recent = null;
            default -> throw new IllegalArgumentException("what=" + what);
        }
    }

    @Override
    public boolean hasDue() {
        return firing != null || (panes.count() > 0 && dueNs <= target());
    }

    @Override
    public void fireOne() {
        context.enter(this);
        if (firing == null) {
            openFiring();
        }
        if (firingIndex < order.count()) {
            emit(order.entryAt(firingIndex));
            firingIndex++;
        } else {
            closeFiring();
        }
    }

    private void openFiring() {
        KeyTable table = null;
        if (merged != null) {
            merged.clear();
            mergeLog.commit();
        }
        for (int i = 0; i < panes.count(); i++) {
            Pane pane = panes.at(i);
            if (layout.firstWindowOf(pane.number) > dueWindow) {
                break;
            }
            if (layout.lastWindowOf(pane.number) >= dueWindow) {
                table = table == null ? pane.table : mergeInto(table, pane.table);
            }
        }
        order.order(table);
        view.window(layout.startOf(dueWindow), layout.endOf(dueWindow));
        firing = table;
        firingIndex = 0;
    }

    private KeyTable mergeInto(KeyTable first, KeyTable next) {
        if (merged == null) {
            merged = panes.newTable(mergeLog);
        }
        if (first != merged) {
            mergeAll(first);
        }
        mergeAll(next);
        return merged;
    }

    private void mergeAll(KeyTable from) {
        int all = from.entryCount();
        try {
            for (int i = 0; i < all; i++) {
                long source = from.valueAddress(i);
                long value =
                        keys.isLong()
                                ? merged.findOrAdd(from.longKey(i))
                                : merged.findOrAdd(from.keyAddress(i), from.keyLength(i));
                if (merged.lastAdded()) {
                    Memory.copy(source, value, valueLength);
                } else {
                    mergeValue(value, source);
                }
                mergeLog.commit();
            }
        } catch (ArithmeticException e) {
            throw overflow(dueWindow, e);
        }
    }

    private void mergeValue(long value, long source) {
        Memory.putLong(value, Math.min(Memory.getLong(value), Memory.getLong(source)));
        for (int i = 0; i < aggregates.length; i++) {
            aggregates[i].merge(value + offsets[i], source + offsets[i]);
        }
    }

    private void emit(int entry) {
        count(FIRED);
        view.entry(firing, entry, keys.isLong());
        function.map(view, maker.begin());
        output.receive(maker.end(view.endNs() - 1, context.sourcePosition(), context.ordinal()));
    }

    private void closeFiring() {
        context.undo().record(this, UNDO_FIRED, firedWindow);
        firedWindow = dueWindow;
        int expired = 0;
        while (expired < panes.count()
                && layout.lastWindowOf(panes.at(expired).number) <= dueWindow) {
            expired++;
        }
        panes.dropFirst(expired);
        recent = null;
        firing = null;
        findDue();
    }

    /** Finds the first window that has a pane and has not fired. */
    private void findDue() {
        dueWindow = NO_DUE;
        dueNs = NO_DUE;
        if (panes.count() > 0) {
            dueWindow =
                    Math.max(
                            layout.firstWindowOf(panes.at(0).number),
                            layout.firstWindowEndingAfter(watermark()));
            if (firedWindow != NO_WINDOW) {
                dueWindow = Math.max(dueWindow, firedWindow + 1);
            }
            dueNs = layout.endOf(dueWindow);
        }
    }

    @Override
    protected void swept() {
        firedWindow = NO_WINDOW;
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        panes.writeTo(writer);
    }

    @Override
    protected void readState(SnapshotReader reader) {
        panes.readFrom(reader);
        findDue();
    }

    @Override
    public void hashInto(long[] groupHashes) {
        panes.hashInto(groupHashes);
    }

    @Override
    public void close() {
        mergeLog.close();
    }
}
