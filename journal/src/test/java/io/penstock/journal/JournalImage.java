package io.penstock.journal;

import static io.penstock.journal.FrameLayout.ORDER;

import io.penstock.journal.store.FrameStore;
import io.penstock.journal.store.MarkRegion;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.agrona.concurrent.UnsafeBuffer;

/** All frames and the mark of a journal, to be changed at will and written to another store. */
final class JournalImage {
    private static final ByteBuffer SCRATCH = ByteBuffer.allocateDirect(TestStore.SMALL_BLOCK);

    UUID id;
    List<Segment> segments;
    Slot appended;
    Slot forced;
    Slot base;

    /** A segment's place and frames. */
    static final class Segment {
        int number;
        int epoch;
        final List<byte[]> frames;

        Segment(int number, int epoch, List<byte[]> frames) {
            this.number = number;
            this.epoch = epoch;
            this.frames = frames;
        }

        Segment copy() {
            List<byte[]> copies = new ArrayList<>();
            frames.forEach(frame -> copies.add(frame.clone()));
            return new Segment(number, epoch, copies);
        }

        long firstSequence() {
            return JournalImage.firstSequence(frames.get(0));
        }
    }

    /** What a slot of the mark says. */
    record Slot(long sequence, int checksum, int epoch, int segment) {}

    /** Reads a sound journal. */
    static JournalImage of(FrameStore store) {
        MarkReader mark = new MarkReader(store);
        if (!mark.read()) {
            throw new IllegalStateException(mark.problem());
        }
        JournalImage image = new JournalImage();
        image.id = mark.journalId();
        image.segments = new ArrayList<>();
        try (FrameWalker walker = new FrameWalker(store, mark, true)) {
            while (walker.next() == Outcome.OK) {
                byte[] frame = new byte[walker.length()];
                walker.buffer().getBytes(walker.offset(), frame);
                if (frame[FrameLayout.KIND] == FrameLayout.KIND_HEAD) {
                    image.segments.add(
                            new Segment(
                                    walker.segment().number(), walker.epoch(), new ArrayList<>()));
                }
                image.segments.get(image.segments.size() - 1).frames.add(frame);
            }
            if (walker.damage() != null) {
                throw new IllegalStateException(walker.damage().toString());
            }
        }
        image.appended = slot(mark.appended);
        image.forced = slot(mark.forced);
        image.base = mark.firstSegment() == 1 ? null : slot(mark.base);
        return image;
    }

    private static Slot slot(MarkSlot slot) {
        return new Slot(slot.sequence, slot.checksum, slot.epoch, slot.segment);
    }

    JournalImage copy() {
        JournalImage copy = new JournalImage();
        copy.id = id;
        copy.segments = new ArrayList<>();
        segments.forEach(segment -> copy.segments.add(segment.copy()));
        copy.appended = appended;
        copy.forced = forced;
        copy.base = base;
        return copy;
    }

    /** Every frame, in order. */
    List<byte[]> frames() {
        List<byte[]> all = new ArrayList<>();
        segments.forEach(segment -> all.addAll(segment.frames));
        return all;
    }

    /**
     * What an attacker does who knows everything but the checkpoint: numbers, places, ids, chain,
     * checksums, mark and base are made to fit the frames as they stand now.
     */
    void restamp() {
        FrameChecksum crc = new FrameChecksum();
        Segment first = segments.get(0);
        int chain = base == null ? 0 : base.checksum();
        long next = base == null ? 0 : base.sequence();
        int number = base == null ? 1 : base.segment();
        int epoch = 1;
        int last = 0;
        for (Segment segment : segments) {
            segment.number = number++;
            epoch = Math.max(epoch, segment.epoch);
            segment.epoch = epoch;
            crc.seed(id, segment.number);
            for (byte[] bytes : segment.frames) {
                UnsafeBuffer frame = new UnsafeBuffer(SCRATCH);
                frame.putBytes(0, bytes);
                frame.putInt(FrameLayout.EPOCH, segment.epoch, ORDER);
                frame.putInt(FrameLayout.SEGMENT, segment.number, ORDER);
                frame.putLong(FrameLayout.FIRST_SEQUENCE, next, ORDER);
                frame.putInt(FrameLayout.PREVIOUS_CHECKSUM, chain, ORDER);
                if (bytes[FrameLayout.KIND] == FrameLayout.KIND_HEAD) {
                    frame.putLong(FrameLayout.HEAD_ID_HIGH, id.getMostSignificantBits(), ORDER);
                    frame.putLong(FrameLayout.HEAD_ID_LOW, id.getLeastSignificantBits(), ORDER);
                }
                chain = crc.compute(frame, 0, bytes.length);
                frame.putInt(FrameLayout.CHECKSUM, chain, ORDER);
                next += frame.getInt(FrameLayout.RECORD_COUNT, ORDER);
                last = frame.getInt(FrameLayout.RECORD_COUNT, ORDER) > 0 ? chain : last;
                frame.getBytes(0, bytes);
            }
        }
        appended = new Slot(next - 1, last, epoch, first.number + segments.size() - 1);
        forced = appended;
    }

    /** Makes the frame behind the last of these segments the first that is kept, as retention. */
    void hideBelow(int index) {
        Segment kept = segments.get(index);
        ByteBuffer head = ByteBuffer.wrap(kept.frames.get(0)).order(ORDER);
        base =
                new Slot(
                        kept.firstSequence(),
                        head.getInt(FrameLayout.PREVIOUS_CHECKSUM),
                        kept.epoch,
                        kept.number);
        segments.subList(0, index).clear();
    }

    /**
     * Writes all of it to an empty place.
     *
     * @param open opens the place for one writer
     */
    void writeTo(Supplier<FrameStore> open) throws IOException {
        try (FrameStore store = open.get()) {
            store.lock();
            Recovery.createMark(store, id);
        }
        int from = 0;
        while (from < segments.size()) {
            // A store of files writes one epoch's.
            try (FrameStore store = open.get()) {
                store.lock();
                int epoch = segments.get(from).epoch;
                while (from < segments.size() && segments.get(from).epoch == epoch) {
                    append(store, segments.get(from++));
                }
            }
        }
        try (FrameStore store = open.get();
                MarkRegion region = store.openMark()) {
            write(region, MarkLayout.KIND_APPENDED, appended);
            write(region, MarkLayout.KIND_FORCED, forced);
            if (base != null) {
                write(region, MarkLayout.KIND_BASE, base);
            }
        }
    }

    private static void append(FrameStore store, Segment segment) throws IOException {
        try (SegmentWriter writer = store.create(segment.epoch, segment.number)) {
            for (byte[] bytes : segment.frames) {
                UnsafeBuffer frame = new UnsafeBuffer(SCRATCH);
                frame.putBytes(0, bytes);
                writer.append(frame, 0, bytes.length);
            }
        }
    }

    private void write(MarkRegion region, int kind, Slot values) {
        MarkSlot slot = MarkWriter.initial(kind, id, 1);
        slot.sequence = values.sequence();
        slot.checksum = values.checksum();
        slot.epoch = values.epoch();
        slot.segment = values.segment();
        slot.generation = 1;
        slot.writeNext(region.buffer());
        slot.writeNext(region.buffer());
    }

    static long firstSequence(byte[] frame) {
        return ByteBuffer.wrap(frame).order(ORDER).getLong(FrameLayout.FIRST_SEQUENCE);
    }

    /** Whether all that a checkpoint of the original covers stands here as it stood there. */
    boolean isSameBefore(Checkpoint checkpoint, JournalImage original) {
        return id.equals(original.id) && firstChange(checkpoint, original) == null;
    }

    /** The first segment of which something is other than a checkpoint covers; null if none. */
    Checkpoint.Segment firstChange(Checkpoint checkpoint, JournalImage original) {
        List<Checkpoint.Segment> covered = checkpoint.segments();
        for (Checkpoint.Segment line : covered) {
            Segment before = find(original, line.number());
            Segment now = find(this, line.number());
            boolean isLast = line.number() == covered.get(covered.size() - 1).number();
            boolean isSame =
                    now != null
                            && now.epoch == line.epoch()
                            && (isLast
                                    ? now.frames.size() >= line.frames()
                                    : now.frames.size() == line.frames());
            for (int i = 0; isSame && i < line.frames(); i++) {
                isSame = Arrays.equals(before.frames.get(i), now.frames.get(i));
            }
            if (!isSame) {
                return line;
            }
        }
        return null;
    }

    private static Segment find(JournalImage image, int number) {
        return image.segments.stream()
                .filter(segment -> segment.number == number)
                .findFirst()
                .orElse(null);
    }
}
