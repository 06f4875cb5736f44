package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.operator.Event;
import io.penstock.engine.operator.Handler;
import io.penstock.engine.operator.HandlerContext;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.EventTimeStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.CheckedDecoder;
import io.penstock.examples.sbe.CheckedEncoder;
import io.penstock.examples.sbe.SampleDecoder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * The watermark step by step: what it is when each event comes, and which event is late.
 *
 * <p>The watermark is the latest event time so far minus the disorder bound. An event is late when
 * the watermark before it has reached the end of its window, and not because it is older than the
 * event before it.
 */
public final class WatermarkLogic {
    static final Duration DISORDER = Duration.ofSeconds(3);
    static final Duration SIZE = Duration.ofSeconds(10);
    private static final long NO_WATERMARK = Long.MIN_VALUE;

    private static final CsvFormat EVENTS =
            CsvFormat.of(
                    Messages.CHECKED,
                    List.of("event", "event_time", "watermark_before"),
                    WatermarkLogic::printChecked);
    private static final CsvFormat COUNTS =
            CsvFormat.of(
                    Messages.COUNT,
                    List.of("window_start", "window_end", "events"),
                    (count, line) ->
                            line.time(count.windowStartNs())
                                    .time(count.windowEndNs())
                                    .field(count.count()));
    private static final CsvFormat LATE =
            CsvFormat.of(
                    Messages.SAMPLE,
                    List.of("event", "event_time"),
                    (sample, line) -> line.field(sample.number()).time(sample.eventTimeNs()));

    private WatermarkLogic() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "watermarks",
                p -> {
                    EventTimeStream<SampleDecoder> samples =
                            p.source("samples", Messages.SAMPLE)
                                    .eventTime(
                                            SampleDecoder::eventTimeNs, Disorder.within(DISORDER));
                    samples.keyBy("watch", sample -> 0)
                            .process("watermarks", Messages.CHECKED, ShowWatermark::new)
                            .sink("events", Sinks.csv(EVENTS));
                    samples.keyBy("all", sample -> 0)
                            .window("windows", Windows.tumbling(SIZE), Late.toSide("late"))
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

    /** Gives every event with the watermark that it meets. */
    private static final class ShowWatermark implements Handler<SampleDecoder, CheckedEncoder> {
        @Override
        public void onEvent(Event<SampleDecoder> event, HandlerContext<CheckedEncoder> context) {
            context.begin()
                    .eventTimeNs(event.eventTimeNs())
                    .number(event.message().number())
                    .watermarkNs(context.watermarkNs());
            context.emit();
        }
    }

    private static void printChecked(CheckedDecoder checked, CsvLine line) {
        line.field(checked.number()).time(checked.eventTimeNs());
        if (checked.watermarkNs() == NO_WATERMARK) {
            line.emptyField();
        } else {
            line.time(checked.watermarkNs());
        }
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "samples",
                            "samples",
                            CsvMapper.of(Messages.SAMPLE)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO))
                    .print(out, "events", "windows", "late");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
