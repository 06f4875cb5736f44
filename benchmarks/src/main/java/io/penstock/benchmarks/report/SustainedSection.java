package io.penstock.benchmarks.report;

import io.penstock.benchmarks.report.LinePlot.Mark;
import io.penstock.benchmarks.report.Results.Rate;
import io.penstock.benchmarks.report.Results.Sustained;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.DoubleStream;

/** What logs take when the disk sets the pace: bars of all of it, and a line by gigabyte. */
final class SustainedSection {
    private static final Set<String> OURS = Set.of("segment", "chronicle-frames");

    private SustainedSection() {}

    static String html(List<Sustained> all) {
        StringBuilder html = new StringBuilder();
        List<Rate> forced =
                all.stream()
                        .filter(Sustained::isForced)
                        .map(
                                line ->
                                        new Rate(
                                                line.name(),
                                                line.megabytesPerS(),
                                                "sustained",
                                                OURS.contains(line.name()),
                                                "MB/s"))
                        .toList();
        if (!forced.isEmpty()) {
            html.append("<h3>Until all was on the disk <small>more is better</small></h3>\n")
                    .append(BarPlot.draw("sustained", forced, false, SustainedSection::text));
        }
        List<Sustained> points = all.stream().filter(line -> line.gigabyte() > 0).toList();
        if (!points.isEmpty()) {
            html.append("<h3>Gigabyte by gigabyte</h3>\n").append(plot(points));
        }
        return html.toString();
    }

    private static String plot(List<Sustained> points) {
        Set<String> names = new LinkedHashSet<>();
        points.forEach(point -> names.add(point.name()));
        LinePlot plot = new LinePlot("gigabytes", "megabytes a second", new Palette(names), true);
        points.forEach(point -> plot.add(point.name(), point.gigabyte(), point.megabytesPerS()));
        double last = points.stream().mapToDouble(Sustained::gigabyte).max().orElse(1);
        List<Mark> marks =
                DoubleStream.of(0, 0.25, 0.5, 0.75, 1)
                        .mapToObj(part -> new Mark(part * last, Numbers.plain(part * last)))
                        .toList();
        return plot.draw("Sustained by gigabyte", marks, x -> x, Numbers::count);
    }

    private static String text(double megabytesPerS) {
        return String.format(Locale.ROOT, "%.0f MB/s", megabytesPerS);
    }
}
