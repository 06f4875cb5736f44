package io.penstock.benchmarks;

import io.penstock.benchmarks.codecs.PaymentEncoder;
import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Idling;
import io.penstock.engine.Layout;
import io.penstock.engine.Publisher;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.ring.ClaimStatus;
import io.penstock.journal.JournalKind;
import java.nio.file.Path;

/**
 * A long life of an engine with everything on: journal, windows, timers, snapshots. Events are the
 * common ones, over and over. Publishes from the caller's thread; the engine has one for the stages
 * and one for snapshots.
 */
final class EverythingRun implements AutoCloseable {
    /** An account without a payment for so long gives a result. */
    private static final long QUIET_MS = 500;

    private static final long SNAPSHOT_EVERY = 1_000_000;
    private static final long SEGMENT_LENGTH = 256L << 20;
    private static final int HEADER_LENGTH = 8;

    private final Events events;
    private final Rounds rounds;
    private final TotalsSink windows = new TotalsSink();
    private final AmountsSink quiet = new AmountsSink();
    private final PaymentEncoder encoder = new PaymentEncoder();
    private final Engine engine;
    private final Publisher publisher;
    private long published;

    EverythingRun(Events events, Path directory) {
        this.events = events;
        this.rounds = new Rounds(events);
        this.engine =
                Engine.open(
                        Pipelines.everything(QUIET_MS, Sinks.custom(windows), Sinks.custom(quiet)),
                        EngineConfig.at(directory)
                                .layout(Layout.SHARED)
                                .idling(Idling.YIELD)
                                .journal(JournalKind.SEGMENT)
                                .segmentLengthBytes(SEGMENT_LENGTH)
                                .ringCapacity(SlotRing.CAPACITY)
                                .maxMessageLength(HEADER_LENGTH + Events.LENGTH)
                                .snapshotEvery(SNAPSHOT_EVERY));
        this.publisher = engine.publisher(Pipelines.SOURCE);
    }

    /** Publishes so many events, and waits until the engine has done with them. */
    void publish(long count) {
        for (long i = 0; i < count; i++) {
            long[] event = rounds.next();
            long status = publisher.claim(HEADER_LENGTH + Events.LENGTH);
            while (status < 0) {
                if (status != ClaimStatus.BACK_PRESSURED) {
                    throw new IllegalStateException(ClaimStatus.name(status), engine.failure());
                }
                Thread.onSpinWait();
                status = publisher.claim(HEADER_LENGTH + Events.LENGTH);
            }
            PenstockPipeline.encode(encoder, publisher.buffer(), publisher.offset(), event, 0);
            publisher.commit();
        }
        published += count;
        engine.awaitIdle();
    }

    /** Sequence of the newest snapshot; -1 when there is none. */
    long lastSnapshot() {
        return engine.lastSnapshot();
    }

    /** Ends the source, waits for all results and checks them. */
    void end() {
        engine.awaitDrained(engine.endSource(Pipelines.SOURCE, published, 0));
        check("windows", Rounds.windows(events, published), windows.answer());
        check("timers", Rounds.amounts(events, published), quiet.answer());
    }

    private static void check(String what, Answer expected, Answer answer) {
        if (!expected.equals(answer)) {
            throw new IllegalStateException(what + " answer " + answer + ", expected " + expected);
        }
    }

    @Override
    public void close() {
        publisher.close();
        engine.close();
        if (engine.failure() != null) {
            throw new IllegalStateException("the engine failed", engine.failure());
        }
    }
}
