package io.penstock.testkit.simulation;

import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;

/** A sink that says something else than it should when it is opened. */
final class BrokenSink implements Sink {
    private final Sink right;
    private final Opening opening;

    @FunctionalInterface
    interface Opening {
        long open(Sink right, long from, Committed committed);
    }

    BrokenSink(Sink right, Opening opening) {
        this.right = right;
        this.opening = opening;
    }

    @Override
    public long open(Committed committed) {
        return opening.open(right, right.open(committed), committed);
    }

    @Override
    public void write(OutputRecord record) {
        right.write(record);
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
