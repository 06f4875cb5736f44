package io.penstock.engine.window;

import io.penstock.engine.operator.Event;
import org.agrona.sbe.MessageDecoderFlyweight;

/**
 * One aggregate of a window: how its accumulator starts, takes an event, joins another's, and what
 * it says at the end.
 *
 * <p>The accumulator is a fixed number of bytes of state, zero at the start. Stateless itself: one
 * instance serves all keys and panes of a stage.
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

    /** An instance for one running stage: itself, unless it needs scratch memory of its own. */
    Aggregate<T> forStage() {
        return this;
    }

    /** Adds an event to the accumulator at an address. */
    abstract void add(long address, Event<T> event);

    /** Adds the accumulator at {@code source} to the one at {@code target}. */
    abstract void merge(long target, long source);

    /** Reads the result of the accumulator at an address. */
    abstract void read(long address, WideNumber result);
}
