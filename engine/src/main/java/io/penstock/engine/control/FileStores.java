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
import io.penstock.journal.Journal;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.Journals;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** The stores of a directory on disk. */
public final class FileStores implements Stores {
    private final EngineDirectory directory;
    private final long segmentLengthBytes;
    private final Map<String, Path> sinkPaths;
    private final Set<String> sinksWithoutFile;

    /**
     * Names the stores; opens nothing.
     *
     * @param sinkPaths files of CSV sinks that are not where the pipeline says
     * @param sinksWithoutFile sinks whose results are only counted
     */
    public FileStores(
            EngineDirectory directory,
            long segmentLengthBytes,
            Map<String, Path> sinkPaths,
            Set<String> sinksWithoutFile) {
        this.directory = directory;
        this.segmentLengthBytes = segmentLengthBytes;
        this.sinkPaths = Map.copyOf(sinkPaths);
        this.sinksWithoutFile = Set.copyOf(sinksWithoutFile);
    }

    @Override
    public Journal openJournal() {
        return Journals.open(
                JournalConfig.at(directory.path().resolve("journal"))
                        .withJournalId(directory.journalId())
                        .withSegmentLength(segmentLengthBytes));
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
        return new CsvFileSink(
                path, csv.format() != null ? csv.format() : new FieldsCsvFormat(sink.type()));
    }
}
