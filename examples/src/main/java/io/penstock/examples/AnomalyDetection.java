package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.codecs.csv.TimeUnitFormat;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.egress.CsvLine;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.pipeline.Stream;
import io.penstock.engine.rolling.LookBack;
import io.penstock.engine.rolling.LookBackView;
import io.penstock.engine.rolling.Rolling;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.NumberOf;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.JudgedDecoder;
import io.penstock.examples.sbe.JudgedEncoder;
import io.penstock.examples.sbe.LoadDecoder;
import io.penstock.examples.sbe.ScoreDecoder;
import java.io.PrintStream;
import java.util.List;

/**
 * Loads that are far from what was usual: farther than three standard deviations from the mean of
 * the sixty before. The input says which loads were made to be anomalies, so that the detection can
 * be scored: precision is how many of the reported ones are, recall how many of them were reported.
 */
public final class AnomalyDetection {
    static final int ROWS = 60;
    static final int WARM_UP_ROWS = 30;
    static final int SIGMAS = 3;
    private static final int SCALE = 2;

    private static final NumberOf<LoadDecoder> PERCENT =
            NumberOf.decimal(load -> load.percent().mantissa(), load -> load.percent().scale());

    private static final CsvFormat ANOMALIES =
            CsvFormat.of(
                    Messages.JUDGED,
                    List.of("time", "percent", "mean", "deviation", "injected", "host"),
                    AnomalyDetection::printAnomaly);
    private static final CsvFormat SCORE =
            CsvFormat.of(
                    Messages.SCORE,
                    List.of("injected", "found", "hits", "precision", "recall"),
                    AnomalyDetection::printScore);

    private AnomalyDetection() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "anomalies",
                p -> {
                    Stream<JudgedDecoder> judged =
                            p.source("loads", Messages.LOAD)
                                    .eventTime(LoadDecoder::eventTimeNs, Disorder.none())
                                    .keyByBytes(
                                            "by-host",
                                            (load, key) -> load.getHost(key, 0, key.capacity()))
                                    .lookBack("baseline", LookBack.rows(ROWS).excludingCurrent())
                                    .aggregate(
                                            Messages.JUDGED,
                                            AnomalyDetection::judge,
                                            Rolling.average(PERCENT, SCALE),
                                            Rolling.standardDeviation(PERCENT, SCALE));
                    judged.filter("found", load -> load.isAnomaly() == 1)
                            .sink("anomalies", Sinks.csv(ANOMALIES));
                    judged.keyBy("all", load -> 0)
                            .window("score", Windows.global(), Late.drop())
                            .aggregate(
                                    Messages.SCORE,
                                    (window, score) ->
                                            score.injected(window.longValue(0))
                                                    .found(window.longValue(1))
                                                    .hits(window.longValue(2)),
                                    Aggregates.sum(JudgedDecoder::isInjected),
                                    Aggregates.sum(JudgedDecoder::isAnomaly),
                                    Aggregates.sum(load -> load.isInjected() * load.isAnomaly()))
                            .sink("score", Sinks.csv(SCORE));
                });
    }

    private static boolean judge(
            Event<LoadDecoder> event, LookBackView before, JudgedEncoder judged) {
        if (before.rows() < WARM_UP_ROWS) {
            return false;
        }
        LoadDecoder load = event.message();
        judged.eventTimeNs(event.eventTimeNs())
                .isInjected(load.isInjected())
                .isAnomaly((short) (before.isBeyond(1, SIGMAS) ? 1 : 0));
        judged.percent().mantissa(load.percent().mantissa()).scale(load.percent().scale());
        judged.mean().mantissa(before.mantissa(0)).scale((short) SCALE);
        judged.deviation().mantissa(before.mantissa(1)).scale((short) SCALE);
        judged.putHost(before.key(), 0, before.key().capacity());
        return true;
    }

    private static void printAnomaly(JudgedDecoder load, CsvLine line) {
        line.time(load.eventTimeNs())
                .decimal(load.percent().mantissa(), load.percent().scale())
                .decimal(load.mean().mantissa(), load.mean().scale())
                .decimal(load.deviation().mantissa(), load.deviation().scale())
                .field(load.isInjected())
                .field(load.host());
    }

    private static void printScore(ScoreDecoder score, CsvLine line) {
        line.field(score.injected()).field(score.found()).field(score.hits());
        line.decimal(score.hits() * 1000 / Math.max(1, score.found()), 3);
        line.decimal(score.hits() * 1000 / Math.max(1, score.injected()), 3);
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "loads",
                            "loads",
                            CsvMapper.of(Messages.LOAD)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO)
                                    .field("isInjected", "injected"))
                    .print(out, "anomalies", "score");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
