package io.penstock.testkit.simulation;

import io.penstock.engine.egress.OutputRecord;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/** A sink on the simulated disk, where a write may fail, whether it came to something or not. */
final class FaultySink extends SimulatedSink {
    private static final int FAILED_ONE_IN = 600;

    private final Fuse fuse;
    private final SimulatedDisk disk;
    private final Faults faults;

    FaultySink(Fuse fuse, SimulatedDisk disk, Faults faults) {
        super(fuse);
        this.fuse = fuse;
        this.disk = disk;
        this.faults = faults;
    }

    @Override
    public void write(OutputRecord record) {
        boolean fails = faults.strike(Fault.FAILED_SINK, FAILED_ONE_IN);
        if (!fails || faults.random(Fault.FAILED_SINK).nextBoolean()) {
            super.write(record);
        } else {
            fuse.call(WRITE);
        }
        if (fails) {
            disk.noteFailure();
            throw new PenstockException(Category.STORAGE, "Input/output error: sink");
        }
    }

    @Override
    public void force() {
        disk.force("sink");
        super.force();
    }
}
