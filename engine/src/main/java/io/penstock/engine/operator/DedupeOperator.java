package io.penstock.engine.operator;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.EntryExpiry;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.StateVisitor;
import io.penstock.engine.time.Times;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * Lets through the first row of each id and counts the others.
 *
 * <p>An id is marked in the step that pushes its row on: if that step throws, the id is unmarked.
 * Per id a table entry: of the key alone (for ever), of the number of its last row (last rows; kept
 * in the order of those, so the oldest is dropped when a row takes it out of reach), or of the time
 * of its last row (within; dropped when the watermark has reached that time plus the duration).
 */
@HotPath
public final class DedupeOperator<T extends MessageDecoderFlyweight> extends Operator
        implements Receiver<T> {
    private static final int IN = 0;
    private static final int OUT = 1;
    private static final int DUPLICATES = 2;
    private static final int FORGOTTEN = 3;
    private static final int REJECTED = 4;
    private static final int[] OUTCOMES = {OUT, DUPLICATES};

    private static final int FORGOTTEN_PER_STEP = 64;

    private final KeyReader<T> keys;
    private final CurrentKey current;
    private final long rows;
    private final long durationNs;
    private final KeyTable table;
    private final EntryExpiry expiry;
    private final Receiver<T> duplicates;
    private final EntryLimit<T> limit;
    private final Output<T> output;

    /**
     * Creates a stage that has seen no row.
     *
     * @param limit on the ids that are remembered
     * @param duplicates where duplicates go; null drops them
     */
    public DedupeOperator(
            StepContext context,
            String name,
            Key<T> key,
            Dedupe dedupe,
            EntryLimit<T> limit,
            Receiver<T> duplicates,
            Output<T> output) {
        super(context, name, limit.labels("in", "out", "duplicates", "forgotten"));
        this.keys = new KeyReader<>(key);
        this.current = keys.current();
        this.rows = dedupe.memory() instanceof Dedupe.Memory.LastRows last ? last.rows() : 0;
        this.durationNs =
                dedupe.memory() instanceof Dedupe.Memory.Within within ? within.durationNs() : 0;
        this.table = current.newTable(context, rows + durationNs == 0 ? 0 : Long.BYTES);
        this.expiry =
                durationNs == 0
                        ? null
                        : new EntryExpiry(context.arena(), context.undo(), table, durationNs);
        this.duplicates = duplicates;
        this.limit = limit;
        this.output = output;
    }

    @Override
    public void receive(Event<T> event) {
        context.enter(this);
        count(IN);
        keys.read(event);
        if (limit.isFull(table.size()) && current.find(table) == 0) {
            count(REJECTED);
            limit.reject(event);
            return;
        }
        boolean isFirst;
        if (rows > 0) {
            isFirst = markRow(countOf(IN));
        } else if (durationNs > 0) {
            isFirst = markTime(Math.max(event.eventTimeNs(), watermark()));
        } else {
            current.findOrAdd(table);
            isFirst = table.lastAdded();
        }
        if (isFirst) {
            count(OUT);
            output.receive(event);
        } else {
            count(DUPLICATES);
            if (duplicates != null) {
                duplicates.receive(event);
            }
        }
    }

    private boolean markRow(long row) {
        long value = current.findOrAddLast(table);
        boolean isFirst = table.lastAdded() || row - Memory.getLong(value) > rows;
        if (!table.lastAdded()) {
            context.undo().save(value, Long.BYTES);
        }
        Memory.putLong(value, row);
        // The next row looks back to the number row + 1 - rows; a row takes at most one out of
        // reach, and its own entry is the last.
        int oldest = table.firstEntry();
        if (row - Memory.getLong(table.valueAddress(oldest)) >= rows) {
            table.removeEntry(oldest);
            count(FORGOTTEN);
        }
        return isFirst;
    }

    private boolean markTime(long timeNs) {
        long value = current.findOrAdd(table);
        if (table.lastAdded()) {
            expiry.added(value, timeNs);
            return true;
        }
        boolean isFirst = expiry.lastUseNs(value) <= Times.subtract(timeNs, durationNs);
        expiry.used(value, timeNs);
        return isFirst;
    }

    @Override
    public long horizonNs() {
        return expiry == null ? END_OF_TIME : NO_WATERMARK;
    }

    @Override
    public boolean hasDue() {
        return expiry != null && expiry.mayExpire(target());
    }

    @Override
    public void fireOne() {
        context.enter(this);
        for (int i = 0; i < FORGOTTEN_PER_STEP; i++) {
            int entry = expiry.nextExpired(target());
            if (entry < 0) {
                return;
            }
            expiry.removing(entry);
            table.removeEntry(entry);
            count(FORGOTTEN);
        }
    }

    @Override
    public boolean needsMaintenance() {
        return true;
    }

    @Override
    public void maintain() {
        table.maintain();
        if (expiry != null) {
            expiry.maintain();
        }
    }

    @Override
    protected void writeState(SnapshotWriter writer) {
        table.writeTo(writer);
    }

    @Override
    protected void readState(SnapshotReader reader) {
        table.readFrom(reader);
        if (expiry != null) {
            expiry.restore();
        }
    }

    @Override
    public void describeState(StateVisitor visitor) {
        if (!visitor.part("ids")) {
            return;
        }
        for (int entry = 0; entry < table.entryCount(); entry++) {
            if (table.isLive(entry) && visitor.entry(table, entry)) {
                long value = table.valueAddress(entry);
                if (rows > 0) {
                    visitor.number("row", Memory.getLong(value));
                } else if (durationNs > 0) {
                    visitor.time("time", expiry.lastUseNs(value));
                }
            }
        }
    }

    @Override
    public int[] outcomes() {
        return limit.outcomes(REJECTED, OUTCOMES);
    }

    @Override
    public void hashInto(long[] groupHashes) {
        table.hashInto(groupHashes);
    }
}
