package io.penstock.engine.egress;

/** Counts results and keeps none: for a sink that nobody wants as a file. */
public final class CountingSink implements Sink {
    private long ordinal;

    /** Creates a sink that has counted nothing. */
    public CountingSink() {}

    @Override
    public long open(Committed committed) {
        ordinal = committed.ordinal();
        return ordinal;
    }

    @Override
    public void write(OutputRecord record) {
        ordinal = record.ordinal() + 1;
    }

    @Override
    public void flush() {
        // Nothing is kept.
    }

    @Override
    public void force() {
        // Nothing is kept.
    }

    /**
     * A length of 0 vouches for no file: one that is wanted later is made from the first result.
     */
    @Override
    public Committed committed() {
        return new Committed(ordinal, 0, 0);
    }

    @Override
    public void close() {
        // Nothing is held.
    }
}
