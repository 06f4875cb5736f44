package io.penstock.engine.window;

import io.penstock.engine.memory.Undoable;
import io.penstock.engine.operator.EntryLimit;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.FiringRoom;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.Key;
import io.penstock.engine.operator.KeyReader;
import io.penstock.engine.operator.Operator;
import io.penstock.engine.operator.Pending;
import io.penstock.engine.operator.Receiver;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.StateVisitor;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Aggregates events per key and window, for windows that are cut at times.
 *
 * <p>An event is added to one pane. When the watermark reaches a window's end, its panes are merged
 * key by key and each key's result is one step. Panes stay as long as a late event may come for one
 * of their windows; such an event gives a new result of each window it changes, in its own step.
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
    private static final int RETRACTED = 5;
    private static final int UNMATCHED = 6;

    private final PaneLayout layout;
    private final WindowTimes times;
    private final boolean updatesLate;
    private final boolean isRetracting;
    private final KeyReader<T> keys;
    private final WindowValues<T> values;
    private final int valueLength;
    private final WindowIntake<T> intake;
    private final boolean takesBack;
    private final EntryLimit<T> limit;
    private final int[] outcomes;
    private final int rejectedCount;
    private final Panes panes;
    private final PaneMerger merger;
    private final EarlyFiring early;
    private final EmittedResults emitted;
    private final WindowTeller<R, E> teller;
    private final WindowFirings firings;

    /** Row of the late event whose results are being given. */
    private long lateRow;

    private final RecentPanes recent = new RecentPanes();

    /** Null where events have to be taken one by one. */
    private final WindowBatches<T> batches;

    /**
     * Creates a window stage.
     *
     * @param intake what becomes of events that are not added
     */
    public WindowOperator(
            StepContext context,
            String name,
            WindowSettings settings,
            Key<T> key,
            Aggregate<T>[] aggregates,
            WindowIntake<T> intake,
            WindowResults<R, E> results) {
        super(context, name, labels(intake));
        this.layout = PaneLayout.of(settings.windows());
        Trigger trigger = settings.trigger();
        this.times = new WindowTimes(layout, settings);
        this.updatesLate = times.updatesLate();
        this.isRetracting = trigger.isRetracting();
        this.keys = new KeyReader<>(key);
        this.values = new WindowValues<>(context, settings, aggregates, intake.takesBack());
        this.valueLength = values.accumulators().valueLength();
        this.intake = intake;
        this.takesBack = intake.takesBack();
        this.limit = intake.limit();
        this.rejectedCount = countLabels().length - 1;
        this.outcomes = limit.outcomes(rejectedCount, takesBack ? OUTCOMES_TAKING_BACK : OUTCOMES);
        this.panes = new Panes(context, keys.isLong(), values.accumulators());
        this.merger = new PaneMerger(context, layout, panes, values, keys.isLong(), name);
        this.early = trigger.isEarly() ? new EarlyFiring(context, trigger) : null;
        this.emitted =
                values.hasRevisions()
                        ? new EmittedResults(context, keys.isLong(), values, isRetracting)
                        : null;
        boolean takesBatches =
                keys.isLong()
                        && early == null
                        && emitted == null
                        && !takesBack
                        && !limit.isSet()
                        && values.takesBatches();
        this.batches =
                takesBatches
                        ? new WindowBatches<>(context, keys, recent, merger, values, updatesLate)
                        : null;
        this.teller = new WindowTeller<>(this, isRetracting, values, merger, emitted, results);
        this.firings =
                new WindowFirings(
                        context, this, layout, times, values, panes, merger, recent, early, emitted,
                        teller);
    }

    private static String[] labels(WindowIntake<?> intake) {
        EntryLimit<?> limit = intake.limit();
        return intake.takesBack()
                ? limit.labels("in", "aggregated", "late", "gap", "fired", "retracted", "unmatched")
                : limit.labels("in", "aggregated", "late", "gap", "fired");
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        long timeNs = event.eventTimeNs();
        int slot = recent.find(timeNs);
        if (slot == RecentPanes.NONE || recent.lastExpiryNs(slot) <= watermark()) {
            slot = paneFor(event, timeNs);
            if (slot == RecentPanes.NONE) {
                return;
            }
        }
        Pane pane = recent.pane(slot);
        boolean hasFiredPane = updatesLate && recent.firstEndNs(slot) <= watermark();
        if (pane.isInRun) {
            merger.changed(pane);
        }
        if (early != null) {
            values.change(changes() + 1);
        }
        keys.read(event);
        KeyTable table = pane.table;
        if (takesBack && intake.isRetraction().test(event.message())) {
            takeOut(pane, hasFiredPane, event);
            return;
        }
        if (limit.isSet() && limit.isFull(panes.entries()) && keys.find(table) == 0) {
            count(rejectedCount);
            limit.reject(event);
            return;
        }
        long value = keys.findOrAdd(table);
        try {
            if (table.lastAdded()) {
                values.start(value, event);
            } else {
                context.undo().save(value, valueLength);
                values.add(value, event);
            }
        } catch (ArithmeticException e) {
            throw merger.overflow(layout.lastWindowOf(pane.number), table, value, e);
        }
        count(AGGREGATED);
        if (hasFiredPane) {
            lateRow = event.sourceRow();
            updateLate(pane, value);
        }
    }

    @Override
    public boolean isPrefetching() {
        Pane pane = recent.latest();
        return batches == null && pane != null && pane.table.isLarge();
    }

    @Override
    public boolean takesBatches() {
        return batches != null;
    }

    @Override
    public int takenTogether(EventBatch<T> batch, int from, int to) {
        return batches.takenTogether(batch, from, to, watermark(), firings.horizonNs());
    }

    @Override
    public boolean takesParts() {
        return batches != null;
    }

    @Override
    public long horizonNs() {
        return early != null || emitted != null ? NO_WATERMARK : firings.horizonNs();
    }

    @Override
    public void receiveAll(EventBatch<T> batch, int from, int to) {
        context.enter(this);
        count(IN, to - from);
        batches.add(batch, from, to);
        count(AGGREGATED, to - from);
    }

    /** Most events go where the latest went. */
    @Override
    public void foresee(Event<T> event) {
        Pane pane = recent.latest();
        if (pane != null) {
            keys.read(event);
            keys.foresee(pane.table);
        }
    }

    @Override
    public long prefetch() {
        Pane pane = recent.latest();
        return pane == null ? 0 : pane.table.prefetch();
    }

    /** How often values of the stage were changed by an event. */
    long changes() {
        return countOf(AGGREGATED) + (takesBack ? countOf(RETRACTED) : 0);
    }

    /** Takes out what an event takes back, if its key has something in the pane. */
    private void takeOut(Pane pane, boolean hasFiredPane, Event<T> event) {
        KeyTable table = pane.table;
        long value = keys.find(table);
        if (value == 0 || values.isEmpty(value)) {
            count(UNMATCHED);
            return;
        }
        context.undo().save(value, valueLength);
        try {
            values.subtract(value, event);
        } catch (ArithmeticException e) {
            throw merger.overflow(layout.lastWindowOf(pane.number), table, value, e);
        }
        count(RETRACTED);
        lateRow = event.sourceRow();
        if (values.isEmpty(value)) {
            leave(pane, value);
        } else if (hasFiredPane) {
            updateLate(pane, value);
        }
    }

    /** Says what has changed where a key has nothing in a pane any more, and forgets it. */
    private void leave(Pane pane, long value) {
        KeyTable table = pane.table;
        long last = layout.lastWindowOf(pane.number);
        if (isRetracting) { // else a window that has told something takes no event any more
            long window =
                    Math.max(layout.firstWindowOf(pane.number), times.firstUnexpired(watermark()));
            for (boolean isMore = window <= last; isMore; isMore = window++ < last) {
                teller.window(layout.startOf(window), layout.endOf(window));
                long whole = merger.mergeKey(window, table, value);
                if (values.isEmpty(whole)) {
                    teller.withdraw(watermark(), lateRow, window, table, value);
                } else if (updatesLate && layout.endOf(window) <= watermark()) {
                    emit(FiringKind.LATE, window, table, value, whole);
                }
            }
            merger.release();
        }
        if (early == null || layout.firstWindowOf(pane.number) == last) {
            remove(table, value);
        } // else it stays, empty, so that other panes' windows are seen to have changed
    }

    private void remove(KeyTable table, long value) {
        if (keys.isLong()) {
            table.remove(table.longKeyOf(value));
        } else {
            table.remove(table.keyAddressOf(value), table.keyLengthOf(value));
        }
    }

    /** Slot of the pane of an event that is of no recent one; NONE if it has none, or is late. */
    private int paneFor(Event<T> event, long timeNs) {
        if (layout.isGap(timeNs)) {
            count(GAP);
            if (intake.gaps() != null) {
                intake.gaps().receive(event);
            }
            return RecentPanes.NONE;
        }
        long number = layout.paneOf(timeNs);
        long lastExpiryNs = times.expiryOf(layout.lastWindowOf(number));
        if (lastExpiryNs <= watermark()) {
            count(LATE);
            if (intake.late() != null) {
                intake.late().receive(event);
            }
            return RecentPanes.NONE;
        }
        Pane pane = panes.findOrAdd(number);
        if (panes.lastAdded()) {
            context.undo().record(this, 0, 0);
            firings.noteDue(number, watermark());
            merger.changed(pane);
        }
        return recent.add(
                pane,
                layout.paneFromNs(timeNs),
                layout.paneToNs(timeNs),
                lastExpiryNs,
                layout.endOf(layout.firstWindowOf(number)));
    }

    /** Gives anew the results of all windows that have fired and hold the event's time. */
    private void updateLate(Pane pane, long value) {
        long window =
                Math.max(layout.firstWindowOf(pane.number), times.firstUnexpired(watermark()));
        long last = layout.lastWindowOf(pane.number);
        while (window <= last && layout.endOf(window) <= watermark()) {
            teller.window(layout.startOf(window), layout.endOf(window));
            long whole = merger.mergeKey(window, pane.table, value);
            emit(FiringKind.LATE, window, pane.table, value, whole);
            window++;
        }
        merger.release();
    }

    private static final int[] OUTCOMES = {AGGREGATED, LATE, GAP};
    private static final int[] OUTCOMES_TAKING_BACK = {AGGREGATED, LATE, GAP, RETRACTED, UNMATCHED};

    /** A pane that was new is gone, and its time may be known still. */
    @Override
    public void undo(int what, long old) {
        recent.clear();
    }

    @Override
    public boolean usesClock() {
        return early != null && early.usesClock();
    }

    @Override
    public boolean onClock(long timeNs) {
        return early.onClock(timeNs);
    }

    @Override
    public boolean hasDue() {
        return firings.hasDue(watermark(), target());
    }

    @Override
    public void fireOne() {
        context.enter(this);
        firings.fireOne(watermark(), target());
    }

    @Override
    public boolean firesTogether() {
        return firings.haveKeysLeft();
    }

    @Override
    public void fireTogether(FiringRoom room) {
        context.enter(this);
        firings.tellTogether(room);
    }

    @Override
    public void takeBackFirings() {
        firings.takeBack();
    }

    /** Tells the result of the key that a value in a table belongs to. */
    void tellDue(FiringKind kind, long window, KeyTable table, long value) {
        emit(kind, window, table, value, value);
    }

    private void emit(FiringKind kind, long window, KeyTable table, long keyed, long value) {
        count(FIRED);
        boolean isLate = kind == FiringKind.LATE;
        teller.tell(
                kind,
                isLate ? watermark() : target(),
                isLate ? lateRow : WindowView.NULL_SEQUENCE,
                window,
                table,
                keyed,
                value);
    }

    @Override
    protected void swept() {
        firings.swept();
    }

    @Override
    public boolean needsMaintenance() {
        return takesBack;
    }

    @Override
    public void maintain() {
        panes.maintain();
        if (emitted != null) {
            emitted.maintain();
        }
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        panes.writeTo(writer);
        if (early != null) {
            early.writeTo(writer);
        }
        if (emitted != null) {
            emitted.writeTo(writer);
        }
    }

    @Override
    protected void readState(SnapshotReader reader) {
        panes.readFrom(reader);
        if (early != null) {
            early.readFrom(reader);
        }
        if (emitted != null) {
            emitted.readFrom(reader);
        }
        firings.findDue(watermark());
    }

    @Override
    public int stateVersion() {
        return 2;
    }

    @Override
    public int[] outcomes() {
        return outcomes;
    }

    @Override
    public void hashInto(long[] groupHashes) {
        panes.hashInto(groupHashes);
        if (emitted != null) {
            emitted.hashInto(groupHashes);
        }
    }

    @Override
    public List<Pending> pending() {
        return firings.pending();
    }

    @Override
    public void describeState(StateVisitor visitor) {
        if (!visitor.part("panes")) {
            return;
        }
        for (int i = 0; i < panes.count(); i++) {
            Pane pane = panes.at(i);
            KeyTable table = pane.table;
            for (int entry = 0; entry < table.entryCount(); entry++) {
                if (table.isLive(entry)
                        && !values.isEmpty(table.valueAddress(entry))
                        && visitor.entry(table, entry)) {
                    describeWindows(pane.number, visitor);
                    values.describe(table.valueAddress(entry), visitor);
                }
            }
        }
    }

    /** A pane belongs to the windows from its first to its last. */
    private void describeWindows(long pane, StateVisitor visitor) {
        long first = layout.firstWindowOf(pane);
        long last = layout.lastWindowOf(pane);
        visitor.time("window-start", layout.startOf(first));
        visitor.time("window-end", layout.endOf(first));
        if (last != first) {
            visitor.time("last-window-start", layout.startOf(last));
            visitor.time("last-window-end", layout.endOf(last));
        }
    }

    @Override
    public void close() {
        merger.close();
    }
}
