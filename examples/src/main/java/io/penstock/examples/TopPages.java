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
import io.penstock.engine.window.Ties;
import io.penstock.engine.window.WindowView;
import io.penstock.engine.window.Windows;
import io.penstock.examples.sbe.FavouritesDecoder;
import io.penstock.examples.sbe.FavouritesEncoder;
import io.penstock.examples.sbe.VisitDecoder;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * The three pages that each user looked at most, hour by hour; of pages with equal counts the one
 * whose name comes first in the order of its bytes is the better.
 */
public final class TopPages {
    static final Duration SIZE = Duration.ofHours(1);
    static final Duration DISORDER = Duration.ofMinutes(5);
    static final int PLACES = 3;

    private static final CsvFormat FAVOURITES =
            CsvFormat.of(Messages.FAVOURITES, List.of("hour", "pages", "user"), TopPages::print);

    private TopPages() {}

    static Pipeline pipeline() {
        return Pipeline.define(
                "top-pages",
                p ->
                        p.source("visits", Messages.VISIT)
                                .eventTime(VisitDecoder::eventTimeNs, Disorder.within(DISORDER))
                                .keyByBytes(
                                        "by-user",
                                        (visit, key) -> visit.getUser(key, 0, key.capacity()))
                                .window("hours", Windows.tumbling(SIZE), Late.drop())
                                .aggregate(
                                        Messages.FAVOURITES,
                                        TopPages::favourites,
                                        Aggregates.topBytesByCount(
                                                PLACES, TopPages::page, Ties.BYTES))
                                .sink("favourites", Sinks.csv(FAVOURITES)));
    }

    private static int page(VisitDecoder visit, MutableDirectBuffer target) {
        visit.skipUser();
        return visit.getPage(target, 0, target.capacity());
    }

    private static void favourites(WindowView window, FavouritesEncoder favourites) {
        favourites.windowStartNs(window.startNs());
        int places = window.topCount(0);
        FavouritesEncoder.RanksEncoder ranks = favourites.ranksCount(places);
        for (int rank = 0; rank < places; rank++) {
            ranks.next().visits(window.topScore(0, rank).low());
            DirectBuffer page = window.topBytes(0, rank);
            ranks.putPage(page, 0, page.capacity());
        }
        favourites.putUser(window.key(), 0, window.key().capacity());
    }

    private static void print(FavouritesDecoder favourites, CsvLine line) {
        StringBuilder pages = new StringBuilder();
        for (FavouritesDecoder.RanksDecoder rank : favourites.ranks()) {
            long visits = rank.visits();
            pages.append(pages.isEmpty() ? "" : " ").append(rank.page()).append(':').append(visits);
        }
        line.time(favourites.windowStartNs()).field(pages).field(favourites.user());
    }

    static void run(Options options, PrintStream out) {
        try (Run run = Run.open(options, pipeline())) {
            run.csv(
                            "visits",
                            "visits",
                            CsvMapper.of(Messages.VISIT)
                                    .time("eventTimeNs", "time", TimeUnitFormat.ISO))
                    .print(out, "favourites");
        }
    }

    /** Runs the example. */
    public static void main(String[] args) {
        run(new Options(args), System.out);
    }
}
