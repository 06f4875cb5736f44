package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.memory.UndoLog;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.operator.HotPath;
import io.penstock.engine.operator.StepContext;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.KeyTable;
import io.penstock.engine.state.ManagedValues;
import io.penstock.engine.state.StateHash;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * The accumulators of a stage as one value: plain words of the owner first, then one block per
 * aggregate.
 *
 * <p>All addresses are those of the whole value. Where no aggregate is managed a value is plain
 * bytes and costs nothing more. Otherwise values may be kept in the tables that {@link #newTable}
 * makes, which free, hash and save them by themselves, or anywhere else with the methods here: who
 * drops a value calls {@link #free}. A value that is added to must have been saved in the undo log
 * before, or added in the same step.
 *
 * <p>The core's thread.
 */
@HotPath
final class Accumulators<T extends MessageDecoderFlyweight> implements ManagedValues {
    private final StepContext context;
    private final AccumulatorMemory memory;
    private final Aggregate<T>[] aggregates;
    private final int[] offsets;
    private final int prefixLength;
    private final int hashedPrefixLength;
    private final int valueLength;
    private final boolean isManaged;

    /**
     * Creates the accumulators of a stage.
     *
     * @param prefixLength bytes of the owner in front of the accumulators, a multiple of 8; plain
     * @param hashedPrefixLength bytes of them, from the start, that the state hash covers
     */
    Accumulators(
            StepContext context,
            int prefixLength,
            int hashedPrefixLength,
            Aggregate<T>[] aggregates) {
        this.context = context;
        this.memory = new AccumulatorMemory(context.arena(), context.undo(), context.hashSeed());
        this.aggregates = aggregates.clone();
        this.offsets = new int[aggregates.length];
        this.prefixLength = prefixLength;
        this.hashedPrefixLength = hashedPrefixLength;
        int length = prefixLength;
        boolean managed = false;
        for (int i = 0; i < aggregates.length; i++) {
            this.aggregates[i] = aggregates[i].forStage(memory);
            offsets[i] = length;
            length += aggregates[i].lengthBytes();
            managed |= aggregates[i].isManaged();
        }
        this.valueLength = length;
        this.isManaged = managed;
    }

    /** Number of aggregates. */
    int count() {
        return aggregates.length;
    }

    /** An aggregate's instance of this stage. */
    Aggregate<T> aggregate(int index) {
        return aggregates[index];
    }

    /** Where an aggregate's accumulator stands in a value. */
    int offset(int index) {
        return offsets[index];
    }

    /** Bytes of a value, prefix included. */
    int valueLength() {
        return valueLength;
    }

    /** Whether values hold memory of their own. */
    boolean isManaged() {
        return isManaged;
    }

    /** Whether events can be taken out of all accumulators. */
    boolean isRetractable() {
        for (Aggregate<T> aggregate : aggregates) {
            if (!aggregate.isRetractable()) {
                return false;
            }
        }
        return true;
    }

    /** A table whose values are these accumulators. */
    KeyTable newTable(boolean longKeys, UndoLog log) {
        ManagedValues managed = isManaged || hashedPrefixLength < prefixLength ? this : null;
        return longKeys
                ? KeyTable.ofLongs(context.arena(), log, valueLength, context.hashSeed(), managed)
                : KeyTable.ofBytes(context.arena(), log, valueLength, context.hashSeed(), managed);
    }

    /**
     * From here to {@link #logged()} nothing is written to the undo log: for values that are thrown
     * away as a whole if anything fails.
     */
    void unlogged() {
        memory.use(null);
    }

    /** Ends what {@link #unlogged()} began. */
    void logged() {
        memory.useStep();
    }

    /** Adds an event. */
    void add(long value, Event<T> event) {
        Aggregate<T>[] all = aggregates;
        for (int i = 0; i < all.length; i++) {
            all[i].add(value + offsets[i], event);
        }
    }

    /** Adds events of a batch to the values at {@code addresses}, by index in the batch. */
    void addAll(long[] addresses, EventBatch<T> batch, int from, int to) {
        for (int i = 0; i < aggregates.length; i++) {
            aggregates[i].addAll(addresses, offsets[i], batch, from, to);
        }
    }

    /** Takes out an event that was added. */
    void subtract(long value, Event<T> event) {
        Aggregate<T>[] all = aggregates;
        for (int i = 0; i < all.length; i++) {
            all[i].subtract(value + offsets[i], event);
        }
    }

    /** Adds the accumulators of another value; the prefix stays as it is. */
    void merge(long target, long source) {
        Aggregate<T>[] all = aggregates;
        for (int i = 0; i < all.length; i++) {
            all[i].merge(target + offsets[i], source + offsets[i]);
        }
    }

    /** Takes out the accumulators of another value; the prefix stays as it is. */
    void unmerge(long target, long source) {
        Aggregate<T>[] all = aggregates;
        for (int i = 0; i < all.length; i++) {
            all[i].unmerge(target + offsets[i], source + offsets[i]);
        }
    }

    /** Makes a value, which is zero, equal to another, the prefix included. */
    void copy(long target, long source) {
        if (!isManaged) {
            Memory.copyWords(source, target, valueLength);
            return;
        }
        Memory.copyWords(source, target, prefixLength);
        for (int i = 0; i < aggregates.length; i++) {
            aggregates[i].copy(target + offsets[i], source + offsets[i]);
        }
    }

    /** Frees what a value holds when the step commits; the value is not looked at afterwards. */
    void free(long value) {
        if (isManaged) {
            for (int i = 0; i < aggregates.length; i++) {
                aggregates[i].free(value + offsets[i]);
            }
        }
    }

    /** Reads an aggregate's result. */
    void read(int index, long value, WideNumber result) {
        aggregates[index].read(value + offsets[index], result);
    }

    @Override
    public void free(long value, UndoLog log) {
        UndoLog before = memory.use(log);
        free(value);
        memory.use(before);
    }

    @Override
    public boolean isPlain() {
        return !isManaged;
    }

    @Override
    public long fold(long hash, long value) {
        long h = StateHash.foldWords(hash, value, hashedPrefixLength);
        if (!isManaged) {
            return StateHash.foldWords(h, value + prefixLength, valueLength - prefixLength);
        }
        for (int i = 0; i < aggregates.length; i++) {
            h = aggregates[i].fold(h, value + offsets[i]);
        }
        return h;
    }

    @Override
    public void writeTo(long value, SnapshotWriter writer) {
        if (!isManaged) {
            writer.putBytes(value, valueLength);
            return;
        }
        writer.putBytes(value, prefixLength);
        for (int i = 0; i < aggregates.length; i++) {
            aggregates[i].writeTo(value + offsets[i], writer);
        }
    }

    @Override
    public void readFrom(long value, SnapshotReader reader) {
        if (!isManaged) {
            reader.getBytes(value, valueLength);
            return;
        }
        UndoLog before = memory.use(null);
        try {
            reader.getBytes(value, prefixLength);
            for (int i = 0; i < aggregates.length; i++) {
                aggregates[i].readFrom(value + offsets[i], reader);
            }
        } finally {
            memory.use(before);
        }
    }
}
