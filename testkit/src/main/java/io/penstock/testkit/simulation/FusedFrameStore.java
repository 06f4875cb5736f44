package io.penstock.testkit.simulation;

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

/** A journal's bytes behind a fuse. */
public final class FusedFrameStore implements FrameStore {
    private final FrameStore store;
    private final Fuse fuse;

    /** Puts a fuse before every call. */
    public FusedFrameStore(FrameStore store, Fuse fuse) {
        this.store = store;
        this.fuse = fuse;
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
        fuse.call("lock of the journal");
        store.lock();
    }

    @Override
    public int readMark(ByteBuffer target) throws IOException {
        fuse.call("read of the mark");
        return store.readMark(target);
    }

    @Override
    public void createMark(ByteBuffer content) throws IOException {
        fuse.call("creation of the mark");
        store.createMark(content);
    }

    @Override
    public MarkRegion openMark() throws IOException {
        fuse.call("opening of the mark");
        return new FusedMark(store.openMark());
    }

    @Override
    public List<SegmentFile> segments() throws IOException {
        return store.segments();
    }

    @Override
    public int lastEpoch() throws IOException {
        return store.lastEpoch();
    }

    @Override
    public SegmentWriter create(int epoch, int number) throws IOException {
        fuse.call("creation of a segment");
        return new FusedWriter(store.create(epoch, number));
    }

    @Override
    public FrameSource open(SegmentFile segment) throws IOException {
        fuse.call("opening of a segment");
        return store.open(segment);
    }

    @Override
    public Quarantined cut(SegmentFile segment, long offset) throws IOException {
        fuse.call("cut of a segment");
        return store.cut(segment, offset);
    }

    @Override
    public void delete(SegmentFile segment) throws IOException {
        fuse.call("deletion of a segment");
        store.delete(segment);
    }

    @Override
    public int prepareAhead() throws IOException {
        return store.prepareAhead();
    }

    @Override
    public Quarantined quarantine(SegmentFile segment) throws IOException {
        fuse.call("quarantine of a segment");
        return store.quarantine(segment);
    }

    @Override
    public void force(String segmentName) throws IOException {
        fuse.call("force of a segment");
        store.force(segmentName);
    }

    @Override
    public void rewrite(String segmentName, long offset, long endOffset) throws IOException {
        fuse.call("rewriting of a segment");
        store.rewrite(segmentName, offset, endOffset);
    }

    @Override
    public void close() {
        store.close();
    }

    private final class FusedMark implements MarkRegion {
        private final MarkRegion mark;

        FusedMark(MarkRegion mark) {
            this.mark = mark;
        }

        @Override
        public MutableDirectBuffer buffer() {
            return mark.buffer();
        }

        @Override
        public void force() throws IOException {
            fuse.call("force of the mark");
            mark.force();
        }

        @Override
        public void close() {
            mark.close();
        }
    }

    private final class FusedWriter implements SegmentWriter {
        private final SegmentWriter writer;

        FusedWriter(SegmentWriter writer) {
            this.writer = writer;
        }

        @Override
        public String name() {
            return writer.name();
        }

        @Override
        public void append(DirectBuffer frame, int offset, int length) throws IOException {
            fuse.call("append to the journal");
            writer.append(frame, offset, length);
        }

        @Override
        public void force() throws IOException {
            fuse.call("force of the journal");
            writer.force();
        }

        @Override
        public void close() {
            writer.close();
        }
    }
}
