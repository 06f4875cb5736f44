package io.penstock.benchmarks;

import io.penstock.engine.Layout;
import io.penstock.engine.control.Replay;
import io.penstock.engine.core.CoreLimits;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.journal.JournalReader;
import io.penstock.journal.Journals;
import java.nio.file.Path;
import java.util.List;

/**
 * W2, ours, replayed: a journal that an engine wrote is read, every frame checked, and fed to the
 * same pipeline. One thread. The journal is in the page cache, as it is when it was just written.
 */
final class JournalReplay implements Contender {
    /** As an engine has it. */
    private static final CoreLimits LIMITS = CoreLimits.DEFAULT;

    private final String name;
    private final Events events;
    private final Path journal;
    private final TotalsSink sink = new TotalsSink();
    private JournalReader reader;

    /** Replays what {@link #record} wrote. */
    JournalReplay(String name, Events events, Path journal) {
        this.name = name;
        this.events = events;
        this.journal = journal;
    }

    /** Lets an engine run over the events, and keeps its journal. */
    static Path record(Events events, Path parent, Answer expected) {
        PenstockPipeline live =
                new PenstockPipeline(
                        "recorded",
                        events,
                        parent,
                        Layout.SHARED,
                        PenstockPipeline.Results.CHECKSUM);
        live.prepare();
        live.run();
        Interleaved.check(live, expected, live.finishKeeping());
        return live.directory().resolve("journal");
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long events() {
        return events.count();
    }

    @Override
    public void prepare() {
        reader = Journals.read(journal);
    }

    @Override
    public void run() {
        new Replay(Pipelines.tumbling(Sinks.custom(sink)), LIMITS, 1, List.of(sink))
                .run(reader, -1, (done, total) -> {});
    }

    @Override
    public Answer finish() {
        reader.close();
        return sink.answer();
    }
}
