package io.penstock.examples;

import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.SampleDecoder;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Events that arrive in another order than they happened, and what event time makes of them.
 *
 * <p>Each event takes its time to arrive: up to the disorder bound, and a few of them far longer.
 * Windows of ten seconds count by when events happened; those that come after their window was
 * closed are late.
 */
public final class EventTimeSimulation {
    static final long START_NS =
            TimeUnit.SECONDS.toNanos(Instant.parse("2026-01-01T00:00:00Z").getEpochSecond());
    static final long SIZE_NS = Duration.ofSeconds(10).toNanos();
    private static final long DISTANCE_NS = Duration.ofMillis(100).toNanos();
    private static final int LATE_FACTOR = 8;

    private static final CsvFormat COUNTS =
            CsvFormat.of(
                    Messages.COUNT,
                    List.of("window_start", "events"),
                    (count, line) -> line.time(count.windowStartNs()).field(count.count()));
    private static final CsvFormat LATE =
            CsvFormat.of(
                    Messages.SAMPLE,
                    List.of("event", "event_time"),
                    (sample, line) -> line.field(sample.number()).time(sample.eventTimeNs()));

    private EventTimeSimulation() {}

    /** An event: its number, when it happened and when it arrives, ns since 1970. */
    record Simulated(long number, long eventTimeNs, long arrivalNs) {}

    /** What is generated; a directory belongs to one choice of it. */
    record Knobs(int events, Duration disorder, int latePercent, long seed) {}

    /** Events in the order of their arrival. */
    static List<Simulated> generate(int events, Duration disorder, int latePercent, long seed) {
        Random random = new Random(seed);
        List<Simulated> all = new ArrayList<>();
        for (int i = 0; i < events; i++) {
            long happened = START_NS + i * DISTANCE_NS;
            double share = random.nextDouble();
            long delay = (long) (share * disorder.toNanos());
            if (random.nextInt(100) < latePercent) {
                delay = (long) ((1 + share * LATE_FACTOR) * disorder.toNanos()) + 1;
            }
            all.add(new Simulated(i, happened, happened + delay));
        }
        all.sort(Comparator.comparingLong(Simulated::arrivalNs));
        return all;
    }

    static Pipeline pipeline(Knobs knobs) {
        return Pipeline.define(
                "event-time-simulation",
                p -> {
                    p.parameter("events", knobs.events())
                            .parameter("late-percent", knobs.latePercent())
                            .parameter("seed", knobs.seed());
                    EventTimeStream<SampleDecoder> samples =
                            p.source("samples", Messages.SAMPLE)
                                    .eventTime(
                                            SampleDecoder::eventTimeNs,
                                            Disorder.within(knobs.disorder()));
                    samples.keyBy("all", sample -> 0)
                            .window(
                                    "windows",
                                    Windows.tumbling(Duration.ofNanos(SIZE_NS)),
                                    Late.toSide("late"))
                            .aggregate(
                                    Messages.COUNT,
                                    (window, count) ->
                                            count.windowStartNs(window.startNs())
                                                    .windowEndNs(window.endNs())
                                                    .count(window.longValue(0)),
                                    Aggregates.count())
                            .sink("windows", Sinks.csv(COUNTS));
                    samples.side("late").sink("late", Sinks.csv(LATE));
                });
    }

    static void run(Options options, PrintStream out) {
        Knobs knobs =
                new Knobs(
                        options.number("events", 600),
                        options.duration("disorder", Duration.ofSeconds(5)),
                        options.percent("late-percent", 2),
                        options.number("seed", 42));
        List<Simulated> events =
                generate(knobs.events(), knobs.disorder(), knobs.latePercent(), knobs.seed());
        try (Run run = Run.open(options, pipeline(knobs))) {
            run.publish(
                            "samples",
                            Messages.SAMPLE,
                            events,
                            (event, sample) ->
                                    sample.eventTimeNs(event.eventTimeNs()).number(event.number()))
                    .print(out, "windows", "late");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
