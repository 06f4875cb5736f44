package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.KeyedStream;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.CountEncoder;
import io.penstock.examples.sbe.VisitDecoder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * Visits per page, twice: in windows that follow each other (tumbling), so that each visit counts
 * once, and in windows that overlap (sliding, also called hopping), so that each counts twice.
 */
public final class WindowShapes {
    static final Duration SIZE = Duration.ofMinutes(60);
    static final Duration SLIDE = Duration.ofMinutes(30);
    static final Duration DISORDER = Duration.ofMinutes(5);

    private static final CsvFormat COUNTS =
            CsvFormat.of(
                    Messages.COUNT,
                    List.of("window_start", "window_end", "visits", "page"),
                    (count, line) ->
                            line.time(count.windowStartNs())
                                    .time(count.windowEndNs())
                                    .field(count.count())
                                    .field(count.key()));

    private WindowShapes() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "windows",
                p -> {
                    KeyedStream<VisitDecoder> pages =
                            p.source("visits", Messages.VISIT)
                                    .eventTime(VisitDecoder::eventTimeNs, Disorder.within(DISORDER))
                                    .keyByBytes(
                                            "by-page",
                                            (visit, key) -> {
                                                visit.skipUser();
                                                return visit.getPage(key, 0, key.capacity());
                                            });
                    pages.window("tumbling", Windows.tumbling(SIZE), Late.drop())
                            .aggregate(Messages.COUNT, WindowShapes::count, Aggregates.count())
                            .sink("tumbling", Sinks.csv(COUNTS));
                    pages.window("sliding", Windows.hopping(SIZE, SLIDE), Late.drop())
                            .aggregate(Messages.COUNT, WindowShapes::count, Aggregates.count())
                            .sink("sliding", Sinks.csv(COUNTS));
                });
    }

    private static void count(WindowView window, CountEncoder count) {
        count.windowStartNs(window.startNs())
                .windowEndNs(window.endNs())
                .count(window.longValue(0))
                .putKey(window.key(), 0, window.key().capacity());
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "visits",
                            "visits",
                            CsvMapper.of(Messages.VISIT)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO))
                    .print(out, "tumbling", "sliding");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
