package io.penstock.cli.fuzz;

import io.penstock.journal.JournalInfo;
import io.penstock.journal.JournalProgress;
import io.penstock.journal.Journals;
import io.penstock.journal.memory.MemoryFrameStore;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** A mark without a journal behind it; slot checksums fit when the first byte asks. */
public final class MarkFuzz implements FuzzTarget {
    private static final MarkFuzz TARGET = new MarkFuzz();

    /** As Jazzer calls it. */
    public static void fuzzerTestOneInput(byte[] input) {
        TARGET.run(input);
    }

    @Override
    public Verdict run(byte[] input) {
        ByteBuffer bytes = Bytes.rest(input);
        if ((Bytes.flags(input) & 1) != 0) {
            Stamps.mark(bytes, 0);
        }
        MemoryFrameStore store = new MemoryFrameStore();
        store.createMark(ByteBuffer.wrap(Arrays.copyOf(Bytes.array(bytes), Stamps.MARK_LENGTH)));
        return Typed.of(
                () -> {
                    JournalInfo info = Journals.verify(store, JournalProgress.NONE);
                    info.damages()
                            .forEach(d -> Typed.requirePrintable(d.toException().getMessage()));
                    JournalFiles.read(store, input.length);
                    return info.isSound();
                });
    }

    @Override
    public List<byte[]> seeds() {
        byte[] journal = new ChronicleJournalFuzz().seeds().get(0);
        byte[] mark = Arrays.copyOfRange(journal, 1, 1 + Stamps.MARK_LENGTH);
        byte[] empty = mark.clone();
        for (int slot = 0; slot < 4; slot++) {
            Arrays.fill(empty, slot * Stamps.SLOT + 32, slot * Stamps.SLOT + 40, (byte) -1);
        }
        return List.of(Bytes.with(0, mark), Bytes.with(1, mark), Bytes.with(1, empty));
    }
}
