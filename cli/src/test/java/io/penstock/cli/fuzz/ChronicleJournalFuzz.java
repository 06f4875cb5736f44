package io.penstock.cli.fuzz;

import io.penstock.journal.Journal;
import io.penstock.journal.JournalKind;
import io.penstock.journal.Journals;
import io.penstock.journal.chronicle.ChronicleStores;
import io.penstock.journal.store.FrameStore;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * A journal in files of Chronicle Queue: flags, the mark, then a segment's file. The flags ask for
 * checksums that fit.
 */
public final class ChronicleJournalFuzz implements FuzzTarget {
    private static final ChronicleJournalFuzz TARGET = new ChronicleJournalFuzz();
    private static final String SEGMENT = "e00001/19700101-01F.cq4";

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
            long high = bytes.getLong(16);
            Stamps.frames(bytes, markLength, high, bytes.getLong(24), 1, 4);
        }
        Path directory = FuzzFiles.directory(name());
        byte[] all = Bytes.array(bytes);
        FuzzFiles.write(directory.resolve("MARK"), Arrays.copyOf(all, markLength));
        FuzzFiles.write(
                directory.resolve(SEGMENT), Arrays.copyOfRange(all, markLength, all.length));
        return Typed.of(
                () -> {
                    try (FrameStore store = ChronicleStores.forReading(directory)) {
                        return JournalFiles.read(store, all.length);
                    }
                });
    }

    @Override
    public List<byte[]> seeds() {
        Path directory = FuzzFiles.directory(name() + "-seeds");
        try (Journal journal =
                Journals.open(JournalFiles.config(directory, JournalKind.CHRONICLE))) {
            JournalFiles.write(journal);
        }
        byte[] mark =
                Arrays.copyOf(FuzzFiles.content(directory.resolve("MARK")), Stamps.MARK_LENGTH);
        byte[] segment = FuzzFiles.content(directory.resolve(SEGMENT));
        FuzzFiles.delete(directory);
        return List.of(
                Bytes.with(0, mark, segment),
                Bytes.with(1, mark, segment),
                Bytes.with(2, mark, segment),
                Bytes.with(3, mark, segment));
    }

    @Override
    public int perMille() {
        return 150;
    }
}
