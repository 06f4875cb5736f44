package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.operator.Dedupe;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.ErrorRateDecoder;
import io.penstock.examples.sbe.ErrorRateEncoder;
import io.penstock.examples.sbe.LogLineDecoder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * Tells when a service logs too many errors: at least five within a minute and more than a tenth of
 * its lines. A minute is looked at every ten seconds, so that one trouble is seen many times; it is
 * told once, and again only after ten quiet minutes.
 */
public final class LogErrors {
    static final Duration SIZE = Duration.ofMinutes(1);
    static final Duration EVERY = Duration.ofSeconds(10);
    static final Duration QUIET = Duration.ofMinutes(10);
    static final Duration DISORDER = Duration.ofSeconds(2);
    static final long LEAST_ERRORS = 5;
    static final long LEAST_PERCENT = 10;

    private static final CsvFormat NOTICES =
            CsvFormat.of(
                    Messages.ERROR_RATE,
                    List.of("from", "to", "errors", "lines", "service"),
                    (rate, line) ->
                            line.time(rate.windowStartNs())
                                    .time(rate.windowEndNs())
                                    .field(rate.errors())
                                    .field(rate.lines())
                                    .field(rate.service()));

    private LogErrors() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "log-errors",
                p ->
                        p.source("log", Messages.LOG_LINE)
                                .eventTime(LogLineDecoder::eventTimeNs, Disorder.within(DISORDER))
                                .keyByBytes(
                                        "by-service",
                                        (line, key) -> line.getService(key, 0, key.capacity()))
                                .window("minutes", Windows.hopping(SIZE, EVERY), Late.drop())
                                .aggregate(
                                        Messages.ERROR_RATE,
                                        LogErrors::rate,
                                        Aggregates.count(),
                                        Aggregates.sum(line -> isError(line) ? 1 : 0))
                                .filter("too-many", LogErrors::isTooMany)
                                .keyByBytes(
                                        "by-troubled",
                                        (rate, key) -> rate.getService(key, 0, key.capacity()))
                                .dedupe("notices", Dedupe.within(QUIET))
                                .sink("notices", Sinks.csv(NOTICES)));
    }

    private static boolean isError(LogLineDecoder line) {
        line.skipService();
        return "ERROR".equals(line.level());
    }

    private static boolean isTooMany(ErrorRateDecoder rate) {
        return rate.errors() >= LEAST_ERRORS && rate.errors() * 100 > rate.lines() * LEAST_PERCENT;
    }

    private static void rate(WindowView window, ErrorRateEncoder rate) {
        rate.windowStartNs(window.startNs())
                .windowEndNs(window.endNs())
                .lines(window.longValue(0))
                .errors(window.longValue(1))
                .putService(window.key(), 0, window.key().capacity());
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "log",
                            "log",
                            CsvMapper.of(Messages.LOG_LINE)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO))
                    .print(out, "notices");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
