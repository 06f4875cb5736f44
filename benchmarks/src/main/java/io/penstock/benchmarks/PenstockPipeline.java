package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Idling;
import io.penstock.engine.Layout;
import io.penstock.engine.Publisher;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.ring.ClaimStatus;
import io.penstock.journal.Durability;
import io.penstock.journal.JournalKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.agrona.IoUtil;
import org.agrona.MutableDirectBuffer;

/**
 * W2, or another workload, ours, whole: a publisher on the caller's thread; journal, window, output
 * log and sink on the engine's. The journal is on, in a fresh directory for each run; no snapshots,
 * since the baseline has none. From the first claim until the last result is out.
 */
final class PenstockPipeline implements Contender {
    /** Where results go. */
    enum Results {
        /** Added up. */
        CHECKSUM,
        /** Written to a CSV file, which is read back outside the clock. */
        CSV
    }

    private static final int HEADER_LENGTH = 8;
    private static final String CSV_FILE = "totals.csv";

    private final String name;
    private final Events events;
    private final Path parent;
    private final Layout layout;
    private final Results results;
    private final TotalsSink sink = new TotalsSink();
    private final PaymentEncoder encoder = new PaymentEncoder();
    private Path directory;
    private Engine engine;
    private Publisher publisher;
    private Idling idling = Idling.BUSY_SPIN;
    private int shards = 1;
    private Durability durability = Durability.PROCESS;
    private JournalKind kind = JournalKind.CHRONICLE;
    private long snapshotEvery;
    private Function<SinkSpec, Pipeline> pipeline = Pipelines::tumbling;
    private int eventLength = Events.LENGTH;

    PenstockPipeline(String name, Events events, Path parent, Layout layout, Results results) {
        this.name = name;
        this.events = events;
        this.parent = parent;
        this.layout = layout;
        this.results = results;
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
        try {
            directory = Files.createTempDirectory(parent, "pipeline-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        SinkSpec spec = results == Results.CSV ? Sinks.csv(new TotalsCsv()) : Sinks.custom(sink);
        engine =
                Engine.open(
                        pipeline.apply(spec),
                        EngineConfig.at(directory)
                                .layout(layout)
                                .idling(idling)
                                .shards(shards)
                                .ringCapacity(SlotRing.CAPACITY)
                                .maxMessageLength(HEADER_LENGTH + eventLength)
                                .durability(durability)
                                .journal(kind)
                                .snapshotEvery(snapshotEvery));
        publisher = engine.publisher(Pipelines.SOURCE);
    }

    /** Another workload than W2. */
    PenstockPipeline pipeline(Function<SinkSpec, Pipeline> other) {
        pipeline = other;
        return this;
    }

    /** With shards, and threads that give way: there may be more of them than processors. */
    PenstockPipeline shards(int count) {
        shards = count;
        idling = Idling.BACKOFF;
        return this;
    }

    /** With a journal of another kind. */
    PenstockPipeline journal(JournalKind journal) {
        kind = journal;
        return this;
    }

    /** With longer events: bytes behind the fields, as a later version of a schema would have. */
    PenstockPipeline eventLength(int bytes) {
        eventLength = bytes;
        return this;
    }

    /** At another level, on threads that give way: the sync stage has one of its own. */
    PenstockPipeline durability(Durability level, JournalKind journal, long records) {
        durability = level;
        kind = journal;
        snapshotEvery = records;
        idling = Idling.YIELD;
        return this;
    }

    /** The engine of this run. */
    Engine engine() {
        return engine;
    }

    /** The publisher of this run. */
    Publisher publisher() {
        return publisher;
    }

    /** Publishes one event, if there is a slot; its sequence, or a negative status. */
    long offer(Publisher target, int event) {
        long status = target.claim(HEADER_LENGTH + Events.LENGTH);
        if (status < 0) {
            return status;
        }
        encode(encoder, target.buffer(), target.offset(), events.values(), event * Events.LONGS);
        return target.commit();
    }

    @Override
    public void run() {
        MutableDirectBuffer slots = publisher.buffer();
        long[] values = events.values();
        for (int at = 0; at < values.length; at += Events.LONGS) {
            long status = publisher.claim(HEADER_LENGTH + eventLength);
            while (status < 0) {
                waitFor(status);
                status = publisher.claim(HEADER_LENGTH + eventLength);
            }
            encode(encoder, slots, publisher.offset(), values, at);
            slots.putShort(publisher.offset(), (short) eventLength);
            publisher.commit();
        }
        engine.awaitDrained(engine.endSource(Pipelines.SOURCE, events.count(), 0));
    }

    static void encode(
            PaymentEncoder encoder, MutableDirectBuffer slots, int offset, long[] values, int at) {
        slots.putShort(offset, (short) PaymentEncoder.BLOCK_LENGTH);
        slots.putShort(offset + 2, (short) PaymentEncoder.TEMPLATE_ID);
        slots.putShort(offset + 4, (short) PaymentEncoder.SCHEMA_ID);
        slots.putShort(offset + 6, (short) PaymentEncoder.SCHEMA_VERSION);
        encoder.wrap(slots, offset + HEADER_LENGTH)
                .paymentId(values[at + Events.ID])
                .account(values[at + Events.ACCOUNT])
                .eventTimeMs(values[at + Events.TIME_MS])
                .amount(values[at + Events.AMOUNT])
                .merchant(values[at + Events.MERCHANT])
                .flags(values[at + Events.FLAGS]);
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
            return finishKeeping();
        } finally {
            IoUtil.delete(directory.toFile(), true);
        }
    }

    /** As {@link #finish()}, and leaves what is stored to the caller. */
    Answer finishKeeping() {
        publisher.close();
        engine.close();
        if (engine.failure() != null) {
            throw new IllegalStateException(name + " failed", engine.failure());
        }
        return results == Results.CSV ? TotalsCsv.read(directory.resolve(CSV_FILE)) : sink.answer();
    }

    /** Where this run stores. */
    Path directory() {
        return directory;
    }
}
