package io.penstock.engine.rolling;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.EntryLimit;
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
import io.penstock.engine.state.KeyText;
import io.penstock.engine.state.KeyedDeque;
import io.penstock.engine.state.StateVisitor;
import io.penstock.engine.state.TimerQueue;
import io.penstock.engine.time.Times;
import io.penstock.engine.window.WideNumber;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.sbe.MessageDecoderFlyweight;
import org.agrona.sbe.MessageEncoderFlyweight;

/**
 * Shows each event the aggregates of its key's rows before it, then makes it a row; or the other
 * way round where an event looks back at itself too.
 *
 * <p>A key that can have no rows any more is removed by a timer, which is set once and only looks
 * again when it fires: so timers cost an event nothing. They follow from the rows and are made anew
 * on restore.
 */
@HotPath
public final class LookBackOperator<
                T extends MessageDecoderFlyweight,
                R extends MessageDecoderFlyweight,
                E extends MessageEncoderFlyweight>
        extends Operator implements Receiver<T> {
    private static final int IN = 0;
    private static final int OLD = 1;
    private static final int OUT = 2;
    private static final int FILTERED = 3;
    private static final int REJECTED = 4;

    private static final long NO_KEY = 0;
    private static final long FORGET = 0;

    private final LookBack.Span span;
    private final int maxRows;
    private final long forgetNs;
    private final boolean forgets;
    private final boolean includesCurrent;
    private final KeyReader<T> keys;
    private final Accumulator<T>[] accumulators;
    private final int[] offsets;
    private final String[] descriptions;
    private final int stateLength;
    private final RowLayout<T> layout;
    private final Rows<T> rows;
    private final KeyedDeque deques;
    private final TimerQueue timers;
    private final long passingRow;
    private final LookBackView.Running<T> view;
    private final LookBackFunction<T, E> function;
    private final Maker<R, E> maker;
    private final Output<R> output;
    private final EntryLimit<T> limit;

    /**
     * Creates a look-back stage.
     *
     * @param limit on the keys that have rows
     */
    public LookBackOperator(
            StepContext context,
            String name,
            LookBack lookBack,
            Key<T> key,
            List<RollingAggregate<T>> aggregates,
            EntryLimit<T> limit,
            Result<T, R, E> result) {
        super(context, name, limit.labels("in", "old", "out", "filtered"));
        this.limit = limit;
        this.span = lookBack.span();
        this.maxRows = lookBack.rows();
        this.forgetNs = lookBack.forgetNs();
        this.forgets = forgetNs != LookBack.FOR_EVER || span == LookBack.Span.TIME;
        this.includesCurrent = lookBack.includesCurrent();
        this.keys = new KeyReader<>(key);
        this.layout = new RowLayout<>(lookBack);
        this.accumulators = accumulators(aggregates, layout);
        this.offsets = new int[accumulators.length];
        this.descriptions =
                aggregates.stream().map(RollingAggregate::description).toArray(String[]::new);
        int length = 0;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = length;
            length += accumulators[i].stateLength();
        }
        this.stateLength = length;
        this.rows = new Rows<>(context, keys.isLong(), layout, length);
        this.deques = rows.deques();
        this.timers =
                keys.isLong()
                        ? TimerQueue.ofLongs(context.arena(), context.undo(), context.hashSeed())
                        : TimerQueue.ofBytes(context.arena(), context.undo(), context.hashSeed());
        this.passingRow = layout.keepsRows() ? 0 : context.arena().allocate(layout.length());
        for (Accumulator<T> accumulator : accumulators) {
            accumulator.open(rows, context);
        }
        this.view = new LookBackView.Running<>(rows, accumulators, offsets);
        this.function = result.function();
        this.maker = result.maker();
        this.output = result.output();
    }

    /** How results are made and where they go. */
    public record Result<
            T extends MessageDecoderFlyweight,
            R extends MessageDecoderFlyweight,
            E extends MessageEncoderFlyweight>(
            LookBackFunction<T, E> function, Maker<R, E> maker, Output<R> output) {}

    /** Refuses aggregates that a look-back cannot have, before anything runs. */
    public static <T extends MessageDecoderFlyweight> void check(
            LookBack lookBack, List<RollingAggregate<T>> aggregates) {
        accumulators(aggregates, new RowLayout<>(lookBack));
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static <T extends MessageDecoderFlyweight> Accumulator<T>[] accumulators(
            List<RollingAggregate<T>> aggregates, RowLayout<T> layout) {
        Accumulator<T>[] all = new Accumulator[aggregates.size()];
        for (int i = 0; i < all.length; i++) {
            all[i] = aggregates.get(i).forStage(layout);
        }
        layout.complete(all);
        return all;
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        keys.read(event);
        long key = keys.find(deques);
        try {
            if (key != NO_KEY) {
                rows.save(key);
            }
            long timeNs = event.eventTimeNs();
            if (forgets) {
                long nowNs = Math.max(timeNs, watermark());
                if (key != NO_KEY) {
                    nowNs = Math.max(nowNs, rows.lastTimeNs(key));
                    forgetUntil(key, nowNs);
                }
                if (watermark() == END_OF_TIME || isOutside(timeNs, nowNs)) {
                    count(OLD);
                    emit(event, key);
                    return;
                }
            }
            if (key == NO_KEY && limit.isFull(deques.keys().size())) {
                count(REJECTED);
                limit.reject(event);
                return;
            }
            if (key == NO_KEY) {
                key = addKey(timeNs);
            }
            if (!includesCurrent) {
                emit(event, key);
            }
            add(event, key, timeNs);
            if (includesCurrent) {
                emit(event, key);
            }
        } catch (ArithmeticException e) {
            throw named(e);
        }
    }

    /** Whether a time has left a look-back that ends at {@code nowNs}, which is not before it. */
    private boolean isOutside(long timeNs, long nowNs) {
        return Long.compareUnsigned(nowNs - timeNs, forgetNs) >= 0;
    }

    private long addKey(long timeNs) {
        long key = keys.findOrAdd(deques);
        rows.lastTimeNs(key, timeNs);
        if (forgets) {
            schedule(key, timeNs);
        }
        return key;
    }

    private void schedule(long key, long lastTimeNs) {
        long dueNs = Times.add(lastTimeNs, forgetNs);
        if (keys.isLong()) {
            timers.schedule(dueNs, deques.keys().longKeyOf(key), FORGET);
        } else {
            timers.schedule(dueNs, rows.keyAddress(key), rows.keyLength(key), FORGET);
        }
    }

    /** Forgets the rows that a look-back ending at a time does not see. */
    private void forgetUntil(long key, long nowNs) {
        if (isOutside(rows.lastTimeNs(key), nowNs)) {
            clear(key);
        } else if (span == LookBack.Span.TIME) {
            long first = deques.firstIndex(key);
            long index = first;
            while (isOutside(layout.timeNs(deques.address(key, index)), nowNs)) {
                retract(key, index);
                index++;
            }
            drop(key, index - first);
        }
    }

    /** Forgets all rows, and what has been made of them. */
    private void clear(long key) {
        long first = deques.firstIndex(key);
        long end = deques.endIndex(key);
        for (long index = first; index < end; index++) {
            retract(key, index);
        }
        drop(key, end - first);
        rows.count(key, 0);
        Memory.zeroWords(rows.state(key), stateLength);
    }

    private void retract(long key, long index) {
        long row = deques.address(key, index);
        long state = rows.state(key);
        Accumulator<T>[] all = accumulators;
        for (int i = 0; i < all.length; i++) {
            all[i].retract(state + offsets[i], key, index, row);
        }
    }

    private void drop(long key, long count) {
        if (count > 0) {
            deques.removeFirst(key, count);
            rows.count(key, rows.count(key) - count);
        }
    }

    private void add(Event<T> event, long key, long timeNs) {
        long count = rows.count(key);
        if (count == 0 || timeNs > rows.lastTimeNs(key)) {
            rows.lastTimeNs(key, timeNs);
        }
        if (span == LookBack.Span.ALL) {
            Memory.zeroWords(passingRow, layout.length());
            fill(passingRow, event);
            addRow(key, -1, passingRow);
        } else {
            if (count == maxRows) {
                makeRoom(key);
                count--;
            }
            long row = rows.append(key);
            long index = rows.endIndex(key) - 1;
            if (span == LookBack.Span.TIME && timeNs < rows.lastTimeNs(key) && count > 0) {
                index = rows.makeRoom(key, timeNs);
                row = rows.row(key, index);
            }
            fill(row, event);
            addRow(key, index, row);
        }
        rows.count(key, count + 1);
    }

    private void makeRoom(long key) {
        if (span == LookBack.Span.TIME) {
            throw new PenstockException(
                    Category.LIMIT,
                    "a key's rows within the time of stage "
                            + name()
                            + " must not be more than maxRows: maxRows="
                            + maxRows
                            + " (raise LookBack.maxRows, or look back less far)");
        }
        retract(key, deques.firstIndex(key));
        drop(key, 1);
        if (rows.count(key) == 0) {
            long state = rows.state(key);
            for (int i = 0; i < accumulators.length; i++) {
                accumulators[i].emptied(state + offsets[i]);
            }
        }
    }

    private void fill(long row, Event<T> event) {
        layout.fill(row, event);
        Accumulator<T>[] all = accumulators;
        for (int i = 0; i < all.length; i++) {
            all[i].fill(row, event);
        }
    }

    private void addRow(long key, long index, long row) {
        long state = rows.state(key);
        Accumulator<T>[] all = accumulators;
        for (int i = 0; i < all.length; i++) {
            all[i].add(state + offsets[i], key, index, row);
        }
    }

    private void emit(Event<T> event, long key) {
        view.show(event, keys.bytes(), keys.length(), key);
        if (function.map(event, view, maker.begin())) {
            count(OUT);
            output.receive(maker.end(event));
            context.enter(this);
        } else {
            count(FILTERED);
        }
    }

    /** The key read last. */
    private String keyText() {
        return keys.isLong()
                ? Long.toString(keys.bytes().getLong(0, ByteOrder.LITTLE_ENDIAN))
                : KeyText.of(keys.bytes(), keys.length());
    }

    private ArithmeticException named(ArithmeticException cause) {
        ArithmeticException named =
                new ArithmeticException(
                        "look-back of stage "
                                + name()
                                + ", key "
                                + keyText()
                                + ": "
                                + cause.getMessage());
        named.initCause(cause);
        return named;
    }

    @Override
    public long horizonNs() {
        return timers.nextTimeNs();
    }

    @Override
    public boolean hasDue() {
        return timers.size() > 0 && timers.nextTimeNs() <= target();
    }

    @Override
    public boolean firesTogether() {
        return true;
    }

    /** Removes a key without rows, or looks again when it can have none. */
    @Override
    public void fireOne() {
        context.enter(this);
        timers.pollDue(target());
        long key =
                keys.isLong()
                        ? deques.find(timers.polledLongKey())
                        : deques.find(timers.polledKeyAddress(), timers.polledKeyLength());
        long lastTimeNs = rows.lastTimeNs(key);
        boolean isOver =
                target() == END_OF_TIME
                        || (lastTimeNs <= target() && isOutside(lastTimeNs, target()));
        if (!isOver) {
            schedule(key, lastTimeNs);
            return;
        }
        rows.save(key);
        clear(key);
        if (keys.isLong()) {
            deques.remove(timers.polledLongKey());
        } else {
            deques.remove(timers.polledKeyAddress(), timers.polledKeyLength());
        }
    }

    @Override
    public int[] outcomes() {
        return limit.outcomes(REJECTED, OUT, FILTERED);
    }

    /** Shows each key's aggregates as they are, and the rows they are made of. */
    @Override
    public void describeState(StateVisitor visitor) {
        if (!visitor.part("rows")) {
            return;
        }
        KeyTable table = deques.keys();
        WideNumber value = new WideNumber();
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (!table.isLive(entry) || !visitor.entry(table, entry)) {
                continue;
            }
            long key = table.valueAddress(entry);
            visitor.time("last-time", rows.lastTimeNs(key));
            visitor.number("rows", rows.count(key));
            for (int i = 0; i < accumulators.length; i++) {
                long state = rows.state(key) + offsets[i];
                if (accumulators[i].isPresent(state, rows.count(key))) {
                    accumulators[i].read(state, key, rows.count(key), value);
                    visitor.text(descriptions[i], value.toBigDecimal().toPlainString());
                }
            }
            for (long index = deques.firstIndex(key); index < deques.endIndex(key); index++) {
                visitor.bytes("row", deques.address(key, index), layout.length());
            }
        }
    }

    /** Keys that have state. */
    int keys() {
        return deques.keys().size();
    }

    @Override
    public boolean needsMaintenance() {
        return true;
    }

    @Override
    public void maintain() {
        deques.maintain();
        timers.maintain();
        for (int i = 0; i < accumulators.length; i++) {
            accumulators[i].maintain();
        }
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        deques.writeTo(writer);
    }

    @Override
    protected void readState(SnapshotReader reader) {
        deques.readFrom(reader);
        KeyTable table = deques.keys();
        for (int entry = 0; entry < table.entryCount(); entry++) {
            long key = table.valueAddress(entry);
            if (forgets) {
                schedule(key, rows.lastTimeNs(key));
            }
            for (Accumulator<T> accumulator : accumulators) {
                accumulator.restored(key);
            }
            context.undo().commit();
        }
    }

    @Override
    public void hashInto(long[] groupHashes) {
        deques.hashInto(groupHashes);
    }
}
