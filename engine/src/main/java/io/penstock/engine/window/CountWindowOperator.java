package io.penstock.engine.window;

import io.penstock.engine.operator.EntryLimit;
import io.penstock.engine.operator.Event;
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
import io.penstock.engine.state.KeyText;
import io.penstock.engine.state.StateVisitor;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Aggregates every so many events of a key, in the order in which they arrive at the stage.
 *
 * <p>The result comes with the last of them, in its step. A window goes from the smallest to the
 * largest event time in it, both inclusive; no event is ever too late. What is left when all
 * sources have ended is given then, by key group and first arrival.
 */
@HotPath
public final class CountWindowOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends Operator implements Receiver<T> {
    private static final int IN = 0;
    private static final int AGGREGATED = 1;
    private static final int FIRED = 2;
    private static final int[] OUTCOMES = {AGGREGATED};

    private final long eventsPerWindow;
    private final KeyReader<T> keys;
    private final WindowValues<T> values;
    private final CountedValues counted;
    private final KeyTable table;
    private final EntryLimit<T> limit;
    private final int[] outcomes;
    private final int rejectedCount;
    private final WindowResults<R, E> results;
    private final FiringOrder order = new FiringOrder();
    private final WindowView view;
    private boolean isEnding;
    private int nextEntry;

    /**
     * Creates a stage of count windows.
     *
     * @param intake what becomes of events that are not added; none is late, or taken back
     */
    public CountWindowOperator(
            StepContext context,
            String name,
            WindowSettings settings,
            Key<T> key,
            Aggregate<T>[] aggregates,
            WindowIntake<T> intake,
            WindowResults<R, E> results) {
        super(context, name, intake.limit().labels("in", "aggregated", "fired"));
        this.eventsPerWindow = ((Windows.Count) settings.windows()).events();
        this.keys = new KeyReader<>(key);
        this.values = new WindowValues<>(context, settings, aggregates);
        this.counted = new CountedValues(values.accumulators());
        this.table =
                keys.isLong()
                        ? KeyTable.ofLongs(
                                context.arena(),
                                context.undo(),
                                counted.lengthBytes(),
                                context.hashSeed(),
                                counted)
                        : KeyTable.ofBytes(
                                context.arena(),
                                context.undo(),
                                counted.lengthBytes(),
                                context.hashSeed(),
                                counted);
        this.results = results;
        this.limit = intake.limit();
        this.rejectedCount = countLabels().length - 1;
        this.outcomes = limit.outcomes(rejectedCount, OUTCOMES);
        this.view = new WindowView(values.accumulators());
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        keys.read(event);
        if (limit.isFull(table.size()) && keys.find(table) == 0) {
            count(rejectedCount);
            limit.reject(event);
            return;
        }
        long value = keys.findOrAdd(table);
        try {
            if (table.lastAdded()) {
                values.start(value, event);
                counted.start(value, event.eventTimeNs());
            } else {
                table.forWrite(value);
                values.add(value, event);
                counted.add(value, event.eventTimeNs());
            }
        } catch (ArithmeticException e) {
            throw overflow(value, e);
        }
        count(AGGREGATED);
        if (counted.count(value) == eventsPerWindow) {
            emit(value, watermark(), event.sourceRow());
            remove(value);
        }
    }

    private void remove(long value) {
        if (keys.isLong()) {
            table.remove(table.longKeyOf(value));
        } else {
            table.remove(table.keyAddressOf(value), table.keyLengthOf(value));
        }
    }

    @Override
    public long horizonNs() {
        return END_OF_TIME;
    }

    @Override
    public boolean hasDue() {
        return target() == END_OF_TIME && table.size() > 0;
    }

    @Override
    public void fireOne() {
        context.enter(this);
        if (!isEnding) {
            order.order(table);
            isEnding = true;
            nextEntry = 0;
        }
        int entry = order.entryAt(nextEntry);
        context.firing(table.keyGroup(entry), 0, 0, 0);
        emit(table.valueAddress(entry), target(), Event.NULL_ROW);
        table.removeEntry(entry);
        nextEntry++; // not before: a step that fails has told nothing
    }

    @Override
    protected void swept() {
        isEnding = false;
    }

    private void emit(long value, long watermarkNs, long row) {
        count(FIRED);
        view.window(counted.firstTimeNs(value), counted.lastTimeNs(value));
        view.firing(FiringKind.ON_TIME, watermarkNs, row);
        if (values.hasRevisions()) {
            view.lineage(0, value, values);
        }
        view.key(table, value);
        try {
            view.values(value);
        } catch (ArithmeticException e) {
            throw overflow(value, e);
        }
        results.emit(this, view, counted.lastTimeNs(value));
    }

    private ArithmeticException overflow(long value, ArithmeticException cause) {
        ArithmeticException named =
                new ArithmeticException(
                        "a window of "
                                + eventsPerWindow
                                + " events of stage "
                                + name()
                                + ", key "
                                + KeyText.of(table, value)
                                + ": "
                                + cause.getMessage());
        named.initCause(cause);
        return named;
    }

    @Override
    public boolean needsMaintenance() {
        return true;
    }

    @Override
    public void maintain() {
        table.maintain();
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        table.writeTo(writer);
    }

    @Override
    protected void readState(SnapshotReader reader) {
        table.readFrom(reader);
    }

    @Override
    public int[] outcomes() {
        return outcomes;
    }

    @Override
    public void hashInto(long[] groupHashes) {
        table.hashInto(groupHashes);
    }

    @Override
    public List<Pending> pending() {
        String what = "windows of " + table.size() + " keys, with their next events, or else";
        return table.size() == 0
                ? List.of()
                : List.of(new Pending(what, END_OF_TIME, END_OF_TIME, END_OF_TIME, false));
    }

    @Override
    public void describeState(StateVisitor visitor) {
        if (!visitor.part("counts")) {
            return;
        }
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (table.isLive(entry) && visitor.entry(table, entry)) {
                long value = table.valueAddress(entry);
                visitor.number("events", counted.count(value));
                visitor.time("first-time", counted.firstTimeNs(value));
                visitor.time("last-time", counted.lastTimeNs(value));
                values.describe(value, visitor);
            }
        }
    }
}
