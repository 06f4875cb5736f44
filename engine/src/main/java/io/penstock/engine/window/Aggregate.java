package io.penstock.engine.window;

import io.penstock.engine.memory.Memory;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.EventBatch;
import io.penstock.engine.snapshot.SnapshotReader;
import io.penstock.engine.snapshot.SnapshotWriter;
import io.penstock.engine.state.StateHash;
import org.agrona.DirectBuffer;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * One aggregate of a window: how its accumulator starts, takes an event, joins another's, and what
 * it says at the end.
 *
 * <p>The accumulator is a fixed number of bytes of state, zero at the start. It may hold blocks of
 * the arena ("managed"); then it is copied, freed, hashed and written by the aggregate, through
 * {@link AccumulatorMemory}, and whoever keeps accumulators does that through {@link Accumulators}.
 * Stateless itself: one instance serves all keys and panes of a stage.
 *
 * @param <T> the message's decoder
 */
public abstract class Aggregate<T extends MessageDecoderFlyweight> {
    private final String description;
    private final int lengthBytes;

    Aggregate(String description, int lengthBytes) {
        this.description = description;
        this.lengthBytes = lengthBytes;
    }

    /** What it computes, for the plan. */
    public final String description() {
        return description;
    }

    /** Bytes of an accumulator, a multiple of 8. */
    public final int lengthBytes() {
        return lengthBytes;
    }

    /** Whether events can be taken out of an accumulator again, exactly. */
    public boolean isRetractable() {
        return false;
    }

    /** An instance for one running stage: itself, unless it needs scratch memory of its own. */
    Aggregate<T> forStage() {
        return this;
    }

    /**
     * An instance for one running stage.
     *
     * @param memory for accumulators that hold memory of their own
     */
    Aggregate<T> forStage(AccumulatorMemory memory) {
        return forStage();
    }

    /** Whether accumulators hold memory of their own; then the five methods below are called. */
    boolean isManaged() {
        return false;
    }

    /** Adds an event to the accumulator at an address, which is saved or was added in this step. */
    abstract void add(long address, Event<T> event);

    /**
     * Adds events of a batch, in their order.
     *
     * @param addresses by index in the batch: of the value that the accumulator is part of
     * @param offset of the accumulator in each value
     */
    void addAll(long[] addresses, int offset, EventBatch<T> batch, int from, int to) {
        for (int i = from; i < to; i++) {
            add(addresses[i] + offset, batch.at(i));
        }
    }

    /** Adds the accumulator at {@code source} to the one at {@code target}; it is unchanged. */
    abstract void merge(long target, long source);

    /** Takes out an event that was added; where {@link #isRetractable()}. */
    void subtract(long address, Event<T> event) {
        throw new UnsupportedOperationException(description + " takes no event back");
    }

    /** Takes out the accumulator at {@code source}; where {@link #isRetractable()}. */
    void unmerge(long target, long source) {
        throw new UnsupportedOperationException(description + " takes nothing back");
    }

    /** Reads the result of the accumulator at an address. */
    abstract void read(long address, WideNumber result);

    /** Number of ranked rows of the result, best first; ranks count from 0. */
    int rows(long address) {
        throw new UnsupportedOperationException(description + " has no rows");
    }

    /** Points a view at the bytes of a row, or of a result that is bytes and has one row. */
    void readBytes(long address, int rank, DirectBuffer view) {
        throw new UnsupportedOperationException(description + " has no bytes");
    }

    /** Reads the score of a row. */
    void readScore(long address, int rank, WideNumber result) {
        throw new UnsupportedOperationException(description + " has no scores");
    }

    /** Reads the number that a row is about, where rows are about numbers. */
    void readKey(long address, int rank, WideNumber result) {
        throw new UnsupportedOperationException(description + " has no rows of numbers");
    }

    /** Reads any quantile. */
    void readQuantile(long address, double quantile, WideNumber result) {
        throw new UnsupportedOperationException(description + " has no quantiles");
    }

    /** Makes the accumulator at {@code target}, which is zero, equal to another; shares nothing. */
    void copy(long target, long source) {
        Memory.copyWords(source, target, lengthBytes);
    }

    /** Frees what the accumulator holds, through its memory; nothing if it is zero. */
    void free(long address) {}

    /** Folds the accumulator by its content, in an order that is defined. */
    long fold(long hash, long address) {
        return StateHash.foldWords(hash, address, lengthBytes);
    }

    /** Writes the accumulator and what it holds. */
    void writeTo(long address, SnapshotWriter writer) {
        writer.putBytes(address, lengthBytes);
    }

    /** Reads what {@link #writeTo} wrote into an accumulator that is zero. */
    void readFrom(long address, SnapshotReader reader) {
        reader.getBytes(address, lengthBytes);
    }
}
