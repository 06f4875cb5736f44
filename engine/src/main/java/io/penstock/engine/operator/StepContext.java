package io.penstock.engine.operator;

import io.penstock.engine.egress.OutputRing;
import io.penstock.engine.memory.Arena;
import io.penstock.engine.memory.UndoLog;
import org.agrona.DirectBuffer;

/**
 * What the operators of one core share: the record being processed, memory, undo log and outputs.
 *
 * <p>The core writes the record's fields before a step; operators only read them.
 */
public final class StepContext {
    private final Arena arena;
    private final UndoLog undo;
    private final OutputRing outputs;
    private final long hashSeed;
    private final StepPath path;
    private long sequence;
    private long timeNs;
    private long sourcePosition;
    private long ordinal;
    private Operator current;
    private boolean isDue;
    private long clockHorizonNs = Long.MIN_VALUE;
    private long batches;

    /**
     * Creates the shared part of a core.
     *
     * @param arena where all state lives
     * @param undo passed by every write of state
     * @param outputs where results are staged
     * @param hashSeed seed of the tables' indexes; never decides an answer
     */
    public StepContext(Arena arena, UndoLog undo, OutputRing outputs, long hashSeed) {
        this(arena, undo, outputs, hashSeed, null);
    }

    /**
     * Creates the shared part of one of several cores.
     *
     * @param outputs null where no sink is
     * @param path where the core stands among the others; null for a core that is alone
     */
    public StepContext(
            Arena arena, UndoLog undo, OutputRing outputs, long hashSeed, StepPath path) {
        this.path = path;
        this.arena = arena;
        this.undo = undo;
        this.outputs = outputs;
        this.hashSeed = hashSeed;
    }

    /** Sets the record that the next steps belong to. */
    public void record(long sequence, long timeNs, long sourcePosition, long ordinal) {
        this.sequence = sequence;
        this.timeNs = timeNs;
        this.sourcePosition = sourcePosition;
        this.ordinal = ordinal;
        this.isDue = false;
    }

    /** Where all state lives. */
    public Arena arena() {
        return arena;
    }

    /** Passed by every write of state. */
    public UndoLog undo() {
        return undo;
    }

    /** Where results are staged until the step commits. */
    public OutputRing outputs() {
        return outputs;
    }

    /** Seed of the tables' indexes. */
    public long hashSeed() {
        return hashSeed;
    }

    /** Where the core stands among others; null for a core that is alone. */
    public StepPath path() {
        return path;
    }

    /**
     * Says what a keyed stage's firing is ordered by among all keys of the stage, before anything
     * is pushed on in it. The words have to be what decides the order of firings on one thread, and
     * keys of two key groups must never have the same ones.
     */
    public void firing(long first, long second, long third, long fourth) {
        if (path != null) {
            path.firing(first, second, third, fourth);
        }
    }

    /** As {@link #firing(long, long, long, long)}; ties are decided by a key's bytes, unsigned. */
    public void firing(long first, long second, DirectBuffer key, int offset, int length) {
        if (path != null) {
            path.firing(first, second, 0, 0, key, offset, length);
        }
    }

    /** Sequence of the record being processed. */
    public long sequence() {
        return sequence;
    }

    /** The core's time: the running maximum of the records' ingress times, ns since 1970. */
    public long timeNs() {
        return timeNs;
    }

    /** Position of the record in its source. */
    public long sourcePosition() {
        return sourcePosition;
    }

    /** Number of data records so far. */
    public long ordinal() {
        return ordinal;
    }

    /**
     * Says that work was given to a stage whose watermark has passed it already: without it, work
     * may become due by a move of a watermark or of the clock only.
     */
    public void due() {
        isDue = true;
    }

    /** Whether the record has to be followed by a sweep although no watermark moved. */
    public boolean isDue() {
        return isDue;
    }

    /** A number that no other batch of events has had. */
    long nextBatch() {
        return ++batches;
    }

    /** Sets the first time at which a stage has to hear of the clock: before events in a run. */
    public void clockHorizon(long timeNs) {
        clockHorizonNs = timeNs;
    }

    /** Says that a stage has to hear when the clock reaches a time. */
    public void clockWanted(long timeNs) {
        clockHorizonNs = Math.min(clockHorizonNs, timeNs);
    }

    /** Before it no stage has anything to do with the clock. */
    public long clockHorizonNs() {
        return clockHorizonNs;
    }

    /** Notes who is at work, so that a failure can be named. */
    public void enter(Operator operator) {
        if (current != operator) { // a write that the collector hears of
            current = operator;
        }
    }

    /** Who was at work last; null before the first. */
    public Operator current() {
        return current;
    }
}
