package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Idling;
import io.penstock.engine.Layout;
import io.penstock.engine.Publisher;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.ring.ClaimStatus;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.agrona.IoUtil;

/**
 * The whole engine under an open load, journal on, one spinning thread: an event is recorded when
 * its operator is done with it, or when it has come out at a sink; a window's result at the sink.
 * No snapshots, since the baselines have none.
 */
final class PacedPipeline implements Contender {
    /** What the pipeline does. */
    enum Work {
        /** W2: an event is recorded behind the window, which has it by then. */
        WINDOWS,
        /** Sends each event on: recorded at the sink, so journaled and in the output log. */
        ECHO
    }

    private static final int HEADER_LENGTH = 8;

    private final String name;
    private final Pace pace;
    private final Path parent;
    private final Work work;
    private final Layout layout;
    private final JournalKind journal;
    private final PacedSink sink;
    private final PaymentEncoder encoder = new PaymentEncoder();
    private Path directory;
    private Engine engine;
    private Publisher publisher;

    PacedPipeline(
            String name, Pace pace, Path parent, Work work, Layout layout, JournalKind journal) {
        this.name = name;
        this.pace = pace;
        this.parent = parent;
        this.work = work;
        this.layout = layout;
        this.journal = journal;
        this.sink = new PacedSink(pace, work == Work.ECHO);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long events() {
        return pace.count();
    }

    @Override
    public void prepare() {
        try {
            directory = Files.createTempDirectory(parent, "paced-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Pipeline pipeline =
                work == Work.ECHO
                        ? Pipelines.echo(Sinks.custom(sink))
                        : Pipelines.pacedTumbling(Sinks.custom(sink), pace::record);
        engine =
                Engine.open(
                        pipeline,
                        EngineConfig.at(directory)
                                .layout(layout)
                                .idling(Idling.BUSY_SPIN)
                                .journal(journal)
                                .ringCapacity(SlotRing.CAPACITY)
                                .maxMessageLength(HEADER_LENGTH + Events.LENGTH)
                                .snapshotEvery(0));
        publisher = engine.publisher(Pipelines.SOURCE);
    }

    @Override
    public void run() {
        pace.start();
        long count = pace.count();
        for (long i = 0; i < count; i++) {
            publish(pace.await(i));
        }
        pace.sent();
        engine.awaitDrained(engine.endSource(Pipelines.SOURCE, count, 0));
    }

    private void publish(long[] event) {
        long status = publisher.claim(HEADER_LENGTH + Events.LENGTH);
        while (status < 0) {
            waitFor(status);
            status = publisher.claim(HEADER_LENGTH + Events.LENGTH);
        }
        PenstockPipeline.encode(encoder, publisher.buffer(), publisher.offset(), event, 0);
        publisher.commit();
    }

    private void waitFor(long status) {
        if (status != ClaimStatus.BACK_PRESSURED) {
            throw new IllegalStateException(
                    name + ": " + ClaimStatus.name(status), engine.failure());
        }
        Thread.onSpinWait();
    }

    @Override
    public Answer finish() {
        try {
            publisher.close();
            engine.close();
            if (engine.failure() != null) {
                throw new IllegalStateException(name + " failed", engine.failure());
            }
            return sink.answer();
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }
}
