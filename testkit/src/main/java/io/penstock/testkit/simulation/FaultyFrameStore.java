package io.penstock.testkit.simulation;

import io.penstock.journal.memory.AppendFault;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import io.penstock.journal.store.Quarantined;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** A journal's bytes on a disk that may fail, be full and forget files. */
final class FaultyFrameStore implements FrameStore {
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
        this.store = store;
        this.disk = disk;
        this.faults = faults;
    }

    @Override
    public Carries carries() {
        return store.carries();
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public int bootIdHash() {
        return store.bootIdHash();
    }

    @Override
    public void lock() {
        store.lock();
    }

    @Override
    public int readMark(ByteBuffer target) {
        return store.readMark(target);
    }

    @Override
    public void createMark(ByteBuffer content) throws IOException {
        write("mark");
        store.createMark(content);
    }

    @Override
    public MarkRegion openMark() throws IOException {
        return new Mark(store.openMark());
    }

    @Override
    public List<SegmentFile> segments() {
        return store.segments();
    }

    @Override
    public int lastEpoch() {
        return store.lastEpoch();
    }

    @Override
    public SegmentWriter create(int epoch, int number) throws IOException {
        write("new segment");
        SegmentWriter writer = store.create(epoch, number);
        disk.made(writer.name());
        return new Writer(writer);
    }

    @Override
    public FrameSource open(SegmentFile segment) throws IOException {
        return store.open(segment);
    }

    @Override
    public Quarantined cut(SegmentFile segment, long offset) throws IOException {
        write("copy of what is cut");
        return store.cut(segment, offset);
    }

    @Override
    public void delete(SegmentFile segment) {
        store.delete(segment);
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

    @Override
    public void rewrite(String segmentName, long offset, long endOffset) throws IOException {
        store.rewrite(segmentName, offset, endOffset);
    }

    @Override
    public void close() {
        store.close();
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

    private final class Mark implements MarkRegion {
        private final MarkRegion mark;

        Mark(MarkRegion mark) {
            this.mark = mark;
        }

        @Override
        public MutableDirectBuffer buffer() {
            return mark.buffer();
        }

        @Override
        public void force() throws IOException {
            beforeForce();
            mark.force();
        }

        @Override
        public void close() {
            mark.close();
        }
    }

    private final class Writer implements SegmentWriter {
        private final SegmentWriter writer;

        Writer(SegmentWriter writer) {
            this.writer = writer;
        }

        @Override
        public String name() {
            return writer.name();
        }

        @Override
        public void append(DirectBuffer frame, int offset, int length) throws IOException {
            disk.allocate("frame");
            if (disk.failsWrite()) {
                int how = faults.random(Fault.FAILED_WRITE).nextInt(FAILURES.length);
                store.failAppend(0, FAILURES[how]);
            }
            writer.append(frame, offset, length);
        }

        @Override
        public void force() throws IOException {
            beforeForce();
            writer.force();
            disk.forceEntry(name());
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
