package io.penstock.testkit.simulation;

import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A sink like a file: what was not forced may be gone after a crash. */
public class SimulatedSink implements Sink {
    static final String WRITE = "write to a sink";

    private final Fuse fuse;
    private final List<byte[]> messages = new ArrayList<>();
    private int forced;

    /** An empty sink, with a fuse before every call. */
    public SimulatedSink(Fuse fuse) {
        this.fuse = fuse;
    }

    /** What is there. */
    public List<byte[]> messages() {
        return messages;
    }

    @Override
    public long open(Committed committed) {
        fuse.call("opening of a sink");
        boolean isThere =
                committed.ordinal() <= messages.size()
                        && committed.checksum() == checksum((int) committed.ordinal());
        keep(isThere ? (int) committed.ordinal() : 0);
        return messages.size();
    }

    @Override
    public void write(OutputRecord record) {
        fuse.call(WRITE);
        add(record);
    }

    private void add(OutputRecord record) {
        byte[] message = new byte[record.messageLength()];
        record.buffer().getBytes(record.messageOffset(), message);
        messages.add(message);
    }

    @Override
    public void flush() {
        fuse.call("flush of a sink");
    }

    @Override
    public void force() {
        fuse.call("force of a sink");
        forced = messages.size();
    }

    @Override
    public Committed committed() {
        return new Committed(messages.size(), 0, checksum(messages.size()));
    }

    /** Loses what was not forced, down to a count. */
    public void crash(int kept) {
        keep(Math.max(forced, Math.min(kept, messages.size())));
    }

    /** Loses everything, as a file that somebody deleted. */
    void remove() {
        keep(0);
    }

    private void keep(int count) {
        messages.subList(count, messages.size()).clear();
        forced = Math.min(forced, count);
    }

    private int checksum(int count) {
        int hash = 0;
        for (int i = 0; i < count; i++) {
            hash = 31 * hash + Arrays.hashCode(messages.get(i));
        }
        return hash;
    }

    @Override
    public void close() {
        // What was written stays for whoever opens it next.
    }
}
