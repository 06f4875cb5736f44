package io.penstock.testkit.simulation;

import io.penstock.journal.memory.AppendFault;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.MarkRegion;
import io.penstock.journal.store.Quarantined;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/** A journal's bytes on a disk that may fail, be full and forget files. */
final class FaultyFrameStore extends ForwardingFrameStore {
    private static final AppendFault[] FAILURES = {
        AppendFault.NOTHING_STORED,
        AppendFault.PART_STORED,
        AppendFault.TORN,
        AppendFault.ALL_STORED
    };

    private final MemoryFrameStore store;
    private final SimulatedDisk disk;
    private final Faults faults;

    FaultyFrameStore(MemoryFrameStore store, SimulatedDisk disk, Faults faults) {
        super(store);
        this.store = store;
        this.disk = disk;
        this.faults = faults;
    }

    @Override
    public void createMark(ByteBuffer content) throws IOException {
        write("mark");
        store.createMark(content);
    }

    @Override
    public MarkRegion openMark() throws IOException {
        return new FaultyMark(store.openMark());
    }

    @Override
    public SegmentWriter create(int epoch, int number) throws IOException {
        write("new segment");
        SegmentWriter writer = store.create(epoch, number);
        disk.made(writer.name());
        return new FaultyWriter(writer);
    }

    @Override
    public Quarantined cut(SegmentFile segment, long offset) throws IOException {
        write("copy of what is cut");
        return store.cut(segment, offset);
    }

    @Override
    public Quarantined quarantine(SegmentFile segment) throws IOException {
        write("copy of a segment");
        return store.quarantine(segment);
    }

    @Override
    public void force(String segmentName) throws IOException {
        beforeForce();
        store.force(segmentName);
        disk.forceEntry(segmentName);
    }

    private void write(String what) throws IOException {
        disk.allocate(what);
        if (disk.failsWrite()) {
            throw new IOException("Input/output error: " + what);
        }
    }

    private void beforeForce() {
        if (disk.failsForce()) {
            store.failForce(0);
        }
    }

    private final class FaultyMark extends Mark {
        FaultyMark(MarkRegion mark) {
            super(mark);
        }

        @Override
        public void force() throws IOException {
            beforeForce();
            super.force();
        }
    }

    private final class FaultyWriter extends Writer {
        FaultyWriter(SegmentWriter writer) {
            super(writer);
        }

        @Override
        public void append(DirectBuffer frame, int offset, int length) throws IOException {
            disk.allocate("frame");
            if (disk.failsWrite()) {
                int how = faults.random(Fault.FAILED_WRITE).nextInt(FAILURES.length);
                store.failAppend(0, FAILURES[how]);
            }
            super.append(frame, offset, length);
        }

        @Override
        public void force() throws IOException {
            beforeForce();
            super.force();
            disk.forceEntry(name());
        }
    }
}
