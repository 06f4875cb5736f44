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

/** Another store's bytes; a subclass says what is otherwise. */
abstract class ForwardingFrameStore implements FrameStore {
    private final FrameStore to;

    ForwardingFrameStore(FrameStore to) {
        this.to = to;
    }

    @Override
    public Carries carries() {
        return to.carries();
    }

    @Override
    public String name() {
        return to.name();
    }

    @Override
    public int bootIdHash() {
        return to.bootIdHash();
    }

    @Override
    public void lock() {
        to.lock();
    }

    @Override
    public int readMark(ByteBuffer target) throws IOException {
        return to.readMark(target);
    }

    @Override
    public void createMark(ByteBuffer content) throws IOException {
        to.createMark(content);
    }

    @Override
    public MarkRegion openMark() throws IOException {
        return to.openMark();
    }

    @Override
    public List<SegmentFile> segments() throws IOException {
        return to.segments();
    }

    @Override
    public int lastEpoch() throws IOException {
        return to.lastEpoch();
    }

    @Override
    public SegmentWriter create(int epoch, int number) throws IOException {
        return to.create(epoch, number);
    }

    @Override
    public FrameSource open(SegmentFile segment) throws IOException {
        return to.open(segment);
    }

    @Override
    public Quarantined cut(SegmentFile segment, long offset) throws IOException {
        return to.cut(segment, offset);
    }

    @Override
    public Quarantined quarantine(SegmentFile segment) throws IOException {
        return to.quarantine(segment);
    }

    @Override
    public void delete(SegmentFile segment) throws IOException {
        to.delete(segment);
    }

    @Override
    public int prepareAhead() throws IOException {
        return to.prepareAhead();
    }

    @Override
    public void force(String segmentName) throws IOException {
        to.force(segmentName);
    }

    @Override
    public void rewrite(String segmentName, long offset, long endOffset) throws IOException {
        to.rewrite(segmentName, offset, endOffset);
    }

    @Override
    public void close() {
        to.close();
    }

    /** Another store's mark. */
    abstract static class Mark implements MarkRegion {
        private final MarkRegion to;

        Mark(MarkRegion to) {
            this.to = to;
        }

        @Override
        public MutableDirectBuffer buffer() {
            return to.buffer();
        }

        @Override
        public void force() throws IOException {
            to.force();
        }

        @Override
        public void close() {
            to.close();
        }
    }

    /** Another store's writer. */
    abstract static class Writer implements SegmentWriter {
        private final SegmentWriter to;

        Writer(SegmentWriter to) {
            this.to = to;
        }

        @Override
        public String name() {
            return to.name();
        }

        @Override
        public void append(DirectBuffer frame, int offset, int length) throws IOException {
            to.append(frame, offset, length);
        }

        @Override
        public void force() throws IOException {
            to.force();
        }

        @Override
        public void close() {
            to.close();
        }
    }
}
