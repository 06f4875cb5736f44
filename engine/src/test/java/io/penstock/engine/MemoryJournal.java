package io.penstock.engine;

import io.penstock.engine.control.Stores;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.Journals;
import io.penstock.journal.memory.MemoryFrameStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The stores of a directory, but for the journal, which is in memory and fails when told to. */
final class MemoryJournal implements UnaryOperator<Stores> {
    private static final int BLOCK_LENGTH = 256 * 1024;
    private static final int MAX_FRAME_LENGTH = 4096;

    final MemoryFrameStore frames = new MemoryFrameStore();
    private final Path directory;
    private final long segmentLengthBytes;

    MemoryJournal(Path directory, long segmentLengthBytes) {
        this.directory = directory;
        this.segmentLengthBytes = segmentLengthBytes;
    }

    /** The directory misses a journal that it had. */
    private void putMark() {
        Path mark = directory.resolve("journal").resolve(MemoryFrameStore.MARK);
        try {
            Files.createDirectories(mark.getParent());
            Files.write(mark, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Stores apply(Stores files) {
        return new Stores() {
            @Override
            public Journal openJournal() {
                putMark();
                return Journals.open(
                        JournalConfig.on(frames)
                                .withSegmentLength(segmentLengthBytes)
                                .withLengths(BLOCK_LENGTH, MAX_FRAME_LENGTH));
            }

            @Override
            public LogStorage openOutputLog() {
                return files.openOutputLog();
            }

            @Override
            public SnapshotStorage snapshots() {
                return files.snapshots();
            }

            @Override
            public Sink sink(PlanSink sink) {
                return files.sink(sink);
            }
        };
    }
}
