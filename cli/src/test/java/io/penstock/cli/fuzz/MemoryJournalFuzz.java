package io.penstock.cli.fuzz;

import io.penstock.journal.JournalConfig;
import io.penstock.journal.memory.MemoryFrameStore;
import io.penstock.journal.store.SegmentWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Frames and mark as any store gives them, then recovery from what is left: flags, the mark, then
 * frames, each behind its length.
 */
public final class MemoryJournalFuzz implements FuzzTarget {
    private static final MemoryJournalFuzz TARGET = new MemoryJournalFuzz();
    private static final int SMALL_BLOCK = 256 * 1024;
    private static final int SMALL_FRAME = 4096;

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        ByteBuffer bytes = Bytes.rest(input);
        int flags = Bytes.flags(input);
        int markLength = Math.min(Stamps.MARK_LENGTH, bytes.limit());
        if ((flags & 1) != 0) {
            Stamps.mark(bytes, 0);
        }
        if ((flags & 2) != 0 && markLength == Stamps.MARK_LENGTH) {
            Stamps.frames(bytes, markLength, bytes.getLong(16), bytes.getLong(24), 1, 4);
        }
        MemoryFrameStore store = store(bytes, markLength);
        Verdict verdict = Typed.of(() -> JournalFiles.read(store, input.length));
        JournalFiles.recover(
                JournalConfig.on(store).withLengths(SMALL_BLOCK, SMALL_FRAME),
                4L * input.length + 4096);
        return verdict;
    }

    private static MemoryFrameStore store(ByteBuffer bytes, int markLength) {
        MemoryFrameStore store = new MemoryFrameStore();
        store.createMark(ByteBuffer.wrap(Arrays.copyOf(Bytes.array(bytes), Stamps.MARK_LENGTH)));
        UnsafeBuffer frames = new UnsafeBuffer(Bytes.array(bytes));
        try {
            SegmentWriter segment = store.create(1, 1);
            int at = markLength;
            while (at + 4 <= frames.capacity()) {
                int length = frames.getInt(at) & 0x3FFF_FFFF;
                if (length > frames.capacity() - at - 4) {
                    break;
                }
                segment.append(frames, at + 4, length);
                at = (at + 4 + length + 3) & -4;
            }
            segment.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return store;
    }

    @Override
    public List<byte[]> seeds() {
        byte[] segment = new ChronicleJournalFuzz().seeds().get(0);
        byte[] mark = Arrays.copyOfRange(segment, 1, 1 + Stamps.MARK_LENGTH);
        ByteBuffer documents =
                ByteBuffer.wrap(segment)
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
                        .position(1 + Stamps.MARK_LENGTH)
                        .slice()
                        .order(java.nio.ByteOrder.LITTLE_ENDIAN);
        ByteBuffer frames =
                ByteBuffer.allocate(segment.length).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (at + 4 <= documents.limit() && documents.getInt(at) > 0) {
            int word = documents.getInt(at);
            int length = word & 0x3FFF_FFFF;
            if ((word & 0x4000_0000) == 0) {
                frames.putInt(length).put(documents.slice(at + 4, length));
            }
            at = (at + 4 + length + 3) & -4;
        }
        byte[] exact = Arrays.copyOf(frames.array(), frames.position());
        List<byte[]> seeds = new ArrayList<>();
        for (int flags = 0; flags < 4; flags++) {
            seeds.add(Bytes.with(flags, mark, exact));
        }
        return seeds;
    }

    @Override
    public int perMille() {
        return 300;
    }
}
