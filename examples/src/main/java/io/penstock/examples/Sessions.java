package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.SessionDecoder;
import io.penstock.examples.sbe.VisitDecoder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;

/**
 * How long users stay and how many pages they look at: visits belong together while no pause is
 * longer than half an hour. Visits may come out of order; one in between joins two sessions.
 */
public final class Sessions {
    static final Duration GAP = Duration.ofMinutes(30);
    static final Duration DISORDER = Duration.ofMinutes(5);

    private static final CsvFormat SESSIONS =
            CsvFormat.of(
                    Messages.SESSION,
                    List.of("first", "last", "seconds", "pages", "user"),
                    Sessions::print);

    private Sessions() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "sessions",
                p ->
                        p.source("visits", Messages.VISIT)
                                .eventTime(VisitDecoder::eventTimeNs, Disorder.within(DISORDER))
                                .keyByBytes(
                                        "by-user",
                                        (visit, key) -> visit.getUser(key, 0, key.capacity()))
                                .window("sessions", Windows.sessions(GAP), Late.drop())
                                .aggregate(
                                        Messages.SESSION,
                                        (window, session) ->
                                                session.firstNs(window.startNs())
                                                        .lastNs(window.endNs() - GAP.toNanos())
                                                        .pages(window.longValue(0))
                                                        .putUser(
                                                                window.key(),
                                                                0,
                                                                window.key().capacity()),
                                        Aggregates.count())
                                .sink("sessions", Sinks.csv(SESSIONS)));
    }

    private static void print(SessionDecoder session, CsvLine line) {
        line.time(session.firstNs())
                .time(session.lastNs())
                .field(Duration.ofNanos(session.lastNs() - session.firstNs()).toSeconds())
                .field(session.pages())
                .field(session.user());
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "visits",
                            "visits",
                            CsvMapper.of(Messages.VISIT)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO))
                    .print(out, "sessions");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
