package io.penstock.engine.control;

import io.penstock.engine.egress.CountingSink;
import io.penstock.engine.egress.CsvFileSink;
import io.penstock.engine.egress.FieldsCsvFormat;
import io.penstock.engine.egress.FileLogStorage;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.snapshot.FileSnapshotStorage;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.JournalKind;
import io.penstock.journal.Journals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** The stores of a directory on disk. */
public final class FileStores implements Stores {
    private static final String JOURNAL = "journal";

    /** Its files grow: a long segment costs nothing, and a roll some milliseconds. */
    private static final long CHRONICLE_SEGMENT_BYTES = 1L << 30;

    /** Its pages are taken when they are touched: little for a journal that stays small. */
    private static final int CHRONICLE_AHEAD_BYTES = 16 << 20;

    /** Its files have their whole length from the start. */
    private static final int SEGMENT_AHEAD_BYTES = 64 << 20;

    private static final int FORCED_AHEAD_BYTES = 4 << 20;

    private final EngineDirectory directory;
    private final JournalKind kind;
    private final long segmentLengthBytes;
    private final Map<String, Path> sinkPaths;
    private final Set<String> sinksWithoutFile;
    private int aheadBytes;
    private boolean isForced;
    private final Map<Path, String> files = new HashMap<>();

    /**
     * Names the stores; opens nothing.
     *
     * @param kind of the journal; null for what is there, else Chronicle Queue
     * @param segmentLengthBytes of the journal; 0 for what suits its kind
     * @param sinkPaths files of CSV sinks that are not where the pipeline says
     * @param sinksWithoutFile sinks whose results are only counted
     */
    public FileStores(
            EngineDirectory directory,
            JournalKind kind,
            long segmentLengthBytes,
            Map<String, Path> sinkPaths,
            Set<String> sinksWithoutFile) {
        this.directory = directory;
        this.kind = kind;
        this.segmentLengthBytes = segmentLengthBytes;
        this.sinkPaths = Map.copyOf(sinkPaths);
        this.sinksWithoutFile = Set.copyOf(sinksWithoutFile);
    }

    /**
     * Sets how far ahead the journal's files are made ready.
     *
     * @param bytes 0 for what suits its kind
     * @param isOften whether the journal is forced all the time
     */
    public FileStores journalAhead(int bytes, boolean isOften) {
        aheadBytes = bytes;
        isForced = isOften;
        return this;
    }

    @Override
    public Journal openJournal() {
        boolean isChronicle = kindIn(directory.path(), kind) == JournalKind.CHRONICLE;
        JournalConfig config =
                JournalConfig.at(directory.path().resolve(JOURNAL))
                        .withJournalId(directory.journalId())
                        .withKind(kind)
                        .withTouchAhead(aheadBytes > 0 ? aheadBytes : aheadBytes(isChronicle));
        if (segmentLengthBytes > 0) {
            config = config.withSegmentLength(segmentLengthBytes);
        } else if (isChronicle) {
            config = config.withSegmentLength(CHRONICLE_SEGMENT_BYTES);
        }
        return Journals.open(config);
    }

    private int aheadBytes(boolean isChronicle) {
        if (isForced) {
            return FORCED_AHEAD_BYTES;
        }
        return isChronicle ? CHRONICLE_AHEAD_BYTES : SEGMENT_AHEAD_BYTES;
    }

    /**
     * The kind of the journal in a directory, or that it would have.
     *
     * @param kind that is asked for; null for none
     */
    public static JournalKind kindIn(Path directory, JournalKind kind) {
        if (kind != null) {
            return kind;
        }
        Path journal = directory.resolve(JOURNAL);
        JournalKind found = Files.isDirectory(journal) ? Journals.kind(journal) : null;
        return found != null ? found : JournalKind.CHRONICLE;
    }

    @Override
    public LogStorage openOutputLog() {
        return new FileLogStorage(directory.path().resolve("outputs.log"));
    }

    @Override
    public SnapshotStorage snapshots() {
        return new FileSnapshotStorage(directory.path().resolve("snapshots"));
    }

    @Override
    public Path directory() {
        return directory.path();
    }

    /** The file that a path means, however it is written. */
    private static Path real(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        try {
            if (Files.exists(absolute)) {
                return absolute.toRealPath();
            }
            Path parent = absolute.getParent();
            return Files.exists(parent)
                    ? parent.toRealPath().resolve(absolute.getFileName())
                    : absolute;
        } catch (IOException e) {
            return absolute; // opening it will tell
        }
    }

    @Override
    public Sink sink(PlanSink sink) {
        if (sinksWithoutFile.contains(sink.name())) {
            return new CountingSink();
        }
        if (sink.spec() instanceof SinkSpec.Memory memory) {
            return memory.sink();
        }
        if (sink.spec() instanceof SinkSpec.Custom custom) {
            return custom.sink();
        }
        SinkSpec.Csv csv = (SinkSpec.Csv) sink.spec();
        Path path = sinkPaths.get(sink.name());
        if (path == null) {
            path = csv.path() != null ? csv.path() : directory.path().resolve(sink.name() + ".csv");
        }
        String other = files.putIfAbsent(real(path), sink.name());
        if (other != null && !other.equals(sink.name())) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "each CSV sink needs a file of its own: sinks "
                            + other
                            + " and "
                            + sink.name()
                            + " would both write "
                            + path
                            + " (give one another path)");
        }
        return new CsvFileSink(
                path, csv.format() != null ? csv.format() : new FieldsCsvFormat(sink.type()));
    }
}
