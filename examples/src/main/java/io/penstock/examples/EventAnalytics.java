package io.penstock.examples;

import io.penstock.engine.Engine;
import io.penstock.engine.EngineConfig;
import io.penstock.engine.Publisher;
import io.penstock.engine.egress.MemorySink;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.SinkSpec;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Watermarks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.CountDecoder;
import io.penstock.examples.sbe.VisitDecoder;
import io.penstock.examples.sbe.VisitEncoder;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts by event type, live. The watermark is the engine's journaled clock minus a lag, and the
 * clock ticks whether events come or not: a window closes although no further event comes, for that
 * type or at all, and the source never says that it has ended.
 */
public final class EventAnalytics {
    static final List<String> TYPES = List.of("click", "search", "purchase");
    static final Duration SIZE = Duration.ofMillis(500);
    static final Duration LAG = Duration.ofSeconds(3);
    static final Duration TICK = Duration.ofMillis(50);
    static final int WINDOWS = 3;
    private static final int EVENTS = 300;
    private static final long SEED = 7;
    private static final long PATIENCE_NS = Duration.ofMinutes(1).toNanos();

    private EventAnalytics() {}

    static Pipeline pipeline(SinkSpec counts) {
        return Pipeline.define(
                "analytics",
                p ->
                        p.source("events", Messages.VISIT)
                                .eventTime(VisitDecoder::eventTimeNs, Watermarks.lag(LAG))
                                .keyByBytes(
                                        "by-type",
                                        (event, key) -> {
                                            event.skipUser();
                                            return event.getPage(key, 0, key.capacity());
                                        })
                                .window("counts", Windows.tumbling(SIZE), Late.drop())
                                .aggregate(
                                        Messages.COUNT,
                                        (window, count) ->
                                                count.windowStartNs(window.startNs())
                                                        .windowEndNs(window.endNs())
                                                        .count(window.longValue(0))
                                                        .putKey(
                                                                window.key(),
                                                                0,
                                                                window.key().capacity()),
                                        Aggregates.count())
                                .sink("counts", counts));
    }

    static void run(Options options, PrintStream out) {
        options.refuseUnknown();
        Path directory = Run.newDirectory();
        MemorySink counts = new MemorySink();
        EngineConfig config = Run.config(directory).tickEvery(TICK);
        try (Engine engine = Engine.open(pipeline(Sinks.memory(counts)), config)) {
            long firstNs = nextWindowNs();
            try (Publisher publisher = engine.publisher("events")) {
                Random random = new Random(SEED);
                for (int i = 0; i < EVENTS; i++) {
                    long offsetNs = (long) (random.nextDouble() * WINDOWS * SIZE.toNanos());
                    int draw = random.nextInt(10);
                    String type = TYPES.get(draw < 6 ? 0 : draw < 9 ? 1 : 2);
                    publish(publisher, firstNs + offsetNs, "user-" + i, type);
                }
            }
            awaitCounted(counts, engine);
            print(counts, firstNs, out);
        } finally {
            Run.delete(directory);
        }
    }

    /** Start of the window after the present one. */
    private static long nextWindowNs() {
        Instant now = Instant.now();
        long nowNs = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
        return nowNs - Math.floorMod(nowNs, SIZE.toNanos()) + SIZE.toNanos();
    }

    private static void publish(Publisher publisher, long timeNs, String user, String type) {
        VisitEncoder event = new VisitEncoder();
        UnsafeBuffer message = new UnsafeBuffer(new byte[128]);
        Messages.VISIT.wrapAndWriteHeader(event, message, 0);
        event.eventTimeNs(timeNs).user(user).page(type);
        long status = publisher.offer(message, 0, Messages.VISIT.encodedLength(event));
        if (status < 0) {
            throw new IllegalStateException("not taken: " + status);
        }
    }

    /** Waits until every event stands in a window that has closed. */
    private static void awaitCounted(MemorySink counts, Engine engine) {
        long deadlineNs = System.nanoTime() + PATIENCE_NS;
        while (total(counts) < EVENTS) {
            if (engine.failure() != null || System.nanoTime() > deadlineNs) {
                throw new IllegalStateException(
                        "counted " + total(counts) + " of " + EVENTS, engine.failure());
            }
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    private static long total(MemorySink counts) {
        CountDecoder count = new CountDecoder();
        long total = 0;
        for (UnsafeBuffer message : counts.buffers()) {
            Messages.COUNT.wrap(count, message, 0);
            total += count.count();
        }
        return total;
    }

    /** Windows by number: their times are those of this run. */
    private static void print(MemorySink counts, long firstNs, PrintStream out) {
        CountDecoder count = new CountDecoder();
        out.print("window,events,type\n");
        for (UnsafeBuffer message : counts.buffers()) {
            Messages.COUNT.wrap(count, message, 0);
            long window = (count.windowStartNs() - firstNs) / SIZE.toNanos();
            out.print(window + "," + count.count() + "," + count.key() + "\n");
        }
        out.flush();
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
