package io.penstock.testkit.simulation;

import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import io.penstock.fault.PenstockException;

/** A sink that says something else than it should when it is opened. */
final class BrokenSink implements Sink {
    private final Sink right;
    private final Opening opening;
    private final boolean ignoresFailures;

    @FunctionalInterface
    interface Opening {
        long open(Sink right, long from, Committed committed);
    }

    BrokenSink(Sink right, Opening opening) {
        this(right, opening, false);
    }

    private BrokenSink(Sink right, Opening opening, boolean ignoresFailures) {
        this.right = right;
        this.opening = opening;
        this.ignoresFailures = ignoresFailures;
    }

    /** A sink that takes a result that it could not store for stored. */
    static BrokenSink thatIgnoresFailures(Sink right) {
        return new BrokenSink(right, (sink, from, committed) -> from, true);
    }

    @Override
    public long open(Committed committed) {
        return opening.open(right, right.open(committed), committed);
    }

    @Override
    public void write(OutputRecord record) {
        try {
            right.write(record);
        } catch (PenstockException e) {
            if (!ignoresFailures) {
                throw e;
            }
        }
    }

    @Override
    public void flush() {
        right.flush();
    }

    @Override
    public void force() {
        right.force();
    }

    @Override
    public Committed committed() {
        return right.committed();
    }

    @Override
    public void close() {
        right.close();
    }
}
