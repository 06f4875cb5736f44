package io.penstock.examples;

import io.penstock.codecs.csv.CsvMapper;
import io.penstock.engine.egress.CsvFormat;
import io.penstock.engine.operator.Emitter;
import io.penstock.engine.operator.Event;
import io.penstock.engine.pipeline.Disorder;
import io.penstock.engine.pipeline.Late;
import io.penstock.engine.pipeline.Pipeline;
import io.penstock.engine.pipeline.Sinks;
import io.penstock.engine.window.Aggregates;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.LineDecoder;
import io.penstock.examples.sbe.WordEncoder;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How often each word occurs: lines are split into words, words are counted to the end. */
public final class WordCount {
    private static final Pattern WORD = Pattern.compile("[a-z]+");

    private static final CsvFormat COUNTS =
            CsvFormat.of(
                    Messages.COUNT,
                    List.of("count", "word"),
                    (count, line) -> line.field(count.count()).field(count.key()));

    private WordCount() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "word-count",
                p ->
                        p.source("lines", Messages.LINE)
                                .eventTime(line -> 0, Disorder.none())
                                .flatMap("words", Messages.WORD, WordCount::split)
                                .keyByBytes(
                                        "by-word",
                                        (word, key) -> word.getWord(key, 0, key.capacity()))
                                .window("all", Windows.global(), Late.drop())
                                .aggregate(
                                        Messages.COUNT,
                                        (window, count) ->
                                                count.count(window.longValue(0))
                                                        .putKey(
                                                                window.key(),
                                                                0,
                                                                window.key().capacity()),
                                        Aggregates.count())
                                .sink("counts", Sinks.csv(COUNTS)));
    }

    private static void split(Event<LineDecoder> line, Emitter<WordEncoder> words) {
        Matcher matcher = WORD.matcher(line.message().text().toLowerCase(Locale.ROOT));
        while (matcher.find()) {
            words.begin().word(matcher.group());
            words.emit();
        }
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv("lines", "lines", CsvMapper.of(Messages.LINE)).print(out, "counts");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
