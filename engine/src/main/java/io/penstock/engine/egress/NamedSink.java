package io.penstock.engine.egress;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/** A sink whose faults name it, and the result it was given. The output thread's. */
public final class NamedSink implements Sink {
    private final String name;
    private final Sink sink;

    /** Names a sink as the plan does. */
    public NamedSink(String name, Sink sink) {
        this.name = name;
        this.sink = sink;
    }

    @Override
    public long open(Committed committed) {
        try {
            return sink.open(committed);
        } catch (PenstockException e) {
            throw e; // says itself what it is about
        } catch (RuntimeException e) {
            throw fault("open", e);
        }
    }

    @Override
    public void openAt(long ordinal) {
        try {
            sink.openAt(ordinal);
        } catch (PenstockException e) {
            throw e; // says itself what it is about
        } catch (RuntimeException e) {
            throw fault("open", e);
        }
    }

    @Override
    public void write(OutputRecord record) {
        try {
            sink.write(record);
        } catch (PenstockException e) {
            throw e; // says itself what it is about
        } catch (RuntimeException e) {
            throw fault(
                    "take result "
                            + record.ordinal()
                            + ", of the record at sequence "
                            + record.sequence(),
                    e);
        }
    }

    @Override
    public void flush() {
        try {
            sink.flush();
        } catch (PenstockException e) {
            throw e; // says itself what it is about
        } catch (RuntimeException e) {
            throw fault("flush", e);
        }
    }

    @Override
    public void force() {
        try {
            sink.force();
        } catch (PenstockException e) {
            throw e; // says itself what it is about
        } catch (RuntimeException e) {
            throw fault("sync", e);
        }
    }

    @Override
    public Committed committed() {
        return sink.committed();
    }

    @Override
    public void close() {
        sink.close();
    }

    private PenstockException fault(String action, RuntimeException cause) {
        return new PenstockException(
                Category.FAILED, "sink " + name + " failed to " + action + ": " + cause, cause);
    }
}
