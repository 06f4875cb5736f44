package io.penstock.testkit.simulation;

import io.penstock.journal.store.FrameSource;
import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import io.penstock.journal.store.Quarantined;
import io.penstock.journal.store.SegmentFile;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;

/** A journal's bytes behind a fuse. */
public final class FusedFrameStore extends ForwardingFrameStore {
    private final Fuse fuse;

    /** Puts a fuse before every call. */
    public FusedFrameStore(FrameStore store, Fuse fuse) {
        super(store);
        this.fuse = fuse;
    }

    @Override
    public void lock() {
        fuse.call("lock of the journal");
        super.lock();
    }

    @Override
    public int readMark(ByteBuffer target) throws IOException {
        fuse.call("read of the mark");
        return super.readMark(target);
    }

    @Override
    public void createMark(ByteBuffer content) throws IOException {
        fuse.call("creation of the mark");
        super.createMark(content);
    }

    @Override
    public MarkRegion openMark() throws IOException {
        fuse.call("opening of the mark");
        return new FusedMark(super.openMark());
    }

    @Override
    public SegmentWriter create(int epoch, int number) throws IOException {
        fuse.call("creation of a segment");
        return new FusedWriter(super.create(epoch, number));
    }

    @Override
    public FrameSource open(SegmentFile segment) throws IOException {
        fuse.call("opening of a segment");
        return super.open(segment);
    }

    @Override
    public Quarantined cut(SegmentFile segment, long offset) throws IOException {
        fuse.call("cut of a segment");
        return super.cut(segment, offset);
    }

    @Override
    public void delete(SegmentFile segment) throws IOException {
        fuse.call("deletion of a segment");
        super.delete(segment);
    }

    @Override
    public Quarantined quarantine(SegmentFile segment) throws IOException {
        fuse.call("quarantine of a segment");
        return super.quarantine(segment);
    }

    @Override
    public void force(String segmentName) throws IOException {
        fuse.call("force of a segment");
        super.force(segmentName);
    }

    @Override
    public void rewrite(String segmentName, long offset, long endOffset) throws IOException {
        fuse.call("rewriting of a segment");
        super.rewrite(segmentName, offset, endOffset);
    }

    private final class FusedMark extends Mark {
        FusedMark(MarkRegion mark) {
            super(mark);
        }

        @Override
        public void force() throws IOException {
            fuse.call("force of the mark");
            super.force();
        }
    }

    private final class FusedWriter extends Writer {
        FusedWriter(SegmentWriter writer) {
            super(writer);
        }

        @Override
        public void append(DirectBuffer frame, int offset, int length) throws IOException {
            fuse.call("append to the journal");
            super.append(frame, offset, length);
        }

        @Override
        public void force() throws IOException {
            fuse.call("force of the journal");
            super.force();
        }
    }
}
