package io.penstock.engine.egress;

/**
 * Takes one sink's results, each once, in the order of their ordinals.
 *
 * <p>All calls come from the output thread (or the opening one before it runs): {@link #open}, then
 * {@link #write} for every result from the ordinal that open answered, {@link #flush} at the end of
 * each batch, {@link #close} at last. Only {@link #force} comes from another thread, that of the
 * snapshots, while the others go on. A fault it throws stops the engine.
 */
public interface Sink extends AutoCloseable {
    /** The state of a sink at a snapshot. */
    record Committed(long ordinal, long lengthBytes, int checksum) {
        /** Nothing committed. */
        public static final Committed NONE = new Committed(0, 0, 0);
    }

    /**
     * Opens the sink where an earlier run left it.
     *
     * @param committed what a snapshot says was committed; {@link Committed#NONE} without one
     * @return ordinal of the first result it has to be given (again): the committed one if what is
     *     there is what was committed, else 0
     */
    long open(Committed committed);

    /**
     * Opens the sink anew, for results from an ordinal on: those before it are not there.
     *
     * @param ordinal of the first result it will be given
     */
    default void openAt(long ordinal) {
        open(Committed.NONE);
    }

    /** Takes a result. */
    void write(OutputRecord record);

    /** Makes what was written visible to readers. */
    void flush();

    /** Brings what was flushed before the call to the medium. */
    void force();

    /** Everything flushed, as a snapshot keeps it. */
    Committed committed();

    @Override
    void close();
}
