package io.penstock.testkit.simulation;

import io.penstock.engine.egress.OutputRecord;
import io.penstock.engine.egress.Sink;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A sink like a file: what was not forced may be gone after a crash. */
final class SimulatedSink implements Sink {
    private static final int FAILED_ONE_IN = 600;

    private final Fuse fuse;
    private final SimulatedDisk disk;
    private final Faults faults;
    private final List<byte[]> messages = new ArrayList<>();
    private int forced;

    SimulatedSink(Fuse fuse, SimulatedDisk disk, Faults faults) {
        this.fuse = fuse;
        this.disk = disk;
        this.faults = faults;
    }

    List<byte[]> messages() {
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
        fuse.call("write to a sink");
        boolean fails = faults.strike(Fault.FAILED_SINK, FAILED_ONE_IN);
        if (!fails || faults.random(Fault.FAILED_SINK).nextBoolean()) {
            byte[] message = new byte[record.messageLength()];
            record.buffer().getBytes(record.messageOffset(), message);
            messages.add(message);
        }
        if (fails) {
            disk.noteFailure();
            throw new PenstockException(Category.STORAGE, "Input/output error: sink");
        }
    }

    @Override
    public void flush() {
        fuse.call("flush of a sink");
    }

    @Override
    public void force() {
        fuse.call("force of a sink");
        disk.force("sink");
        forced = messages.size();
    }

    @Override
    public Committed committed() {
        return new Committed(messages.size(), 0, checksum(messages.size()));
    }

    /** Loses what was not forced, down to a count. */
    void crash(int kept) {
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
