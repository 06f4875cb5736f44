package io.penstock.testkit;

import io.penstock.engine.control.Stores;
import io.penstock.engine.egress.LogStorage;
import io.penstock.engine.egress.MemoryLogStorage;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.egress.Sink;
import io.penstock.engine.pipeline.PlanSink;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.snapshot.MemorySnapshotStorage;
import io.penstock.engine.snapshot.SnapshotStorage;
import io.penstock.journal.Journal;
import io.penstock.journal.JournalConfig;
import io.penstock.journal.Journals;
import io.penstock.journal.memory.MemoryFrameStore;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** What outlives a crash, in memory; sinks of every kind become lists in memory. One thread. */
public final class MemoryStores implements Stores {
    private final UUID journalId;
    private final MemoryFrameStore frames = new MemoryFrameStore();
    private final MemoryLogStorage log = new MemoryLogStorage();
    private final MemorySnapshotStorage snapshots = new MemorySnapshotStorage();
    private final Map<String, MemorySink> sinks = new HashMap<>();

    /** Creates empty stores of a journal with this id. */
    public MemoryStores(UUID journalId) {
        this.journalId = journalId;
    }

    @Override
    public Journal openJournal() {
        return Journals.open(JournalConfig.on(frames).withJournalId(journalId));
    }

    @Override
    public LogStorage openOutputLog() {
        return log;
    }

    @Override
    public SnapshotStorage snapshots() {
        return snapshots;
    }

    @Override
    public Sink sink(PlanSink sink) {
        return memorySink(sink);
    }

    /** What a sink was given, whatever its kind. */
    public MemorySink memorySink(PlanSink sink) {
        return sinks.computeIfAbsent(
                sink.name(),
                name ->
                        sink.spec() instanceof SinkSpec.Memory memory
                                ? memory.sink()
                                : new MemorySink());
    }

    /** Ends the writers as the end of their process would. */
    public void crash(long seed) {
        frames.crash(seed);
    }

    /** Ends the writers as a power cut would: what was not forced to the journal may be gone. */
    public void losePower(long seed) {
        frames.losePower(seed);
    }
}
