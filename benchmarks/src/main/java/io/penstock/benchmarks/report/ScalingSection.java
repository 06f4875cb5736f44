package io.penstock.benchmarks.report;

import io.penstock.benchmarks.report.LinePlot.Mark;
import io.penstock.benchmarks.report.Results.Scaling;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A plot per thing that grows: events a second over how much of it there is, both by logarithm. */
final class ScalingSection {
    /** What grows: a word that names of lines have, and what it is. */
    private record Axis(String word, String title) {}

    private static final List<Axis> AXES =
            List.of(
                    new Axis("keys", "different keys"),
                    new Axis("overlap", "windows that an event belongs to"),
                    new Axis("bytes", "bytes an event"),
                    new Axis("size", "bytes an event"),
                    new Axis("shards", "shards"));

    private ScalingSection() {}

    static String html(List<Scaling> scalings) {
        Set<String> names = new LinkedHashSet<>();
        Map<String, List<Scaling>> byTitle = new LinkedHashMap<>();
        for (Scaling scaling : scalings) {
            names.add(scaling.name());
            byTitle.computeIfAbsent(title(scaling.name()), title -> new ArrayList<>()).add(scaling);
        }
        Palette palette = new Palette(names);
        StringBuilder html = new StringBuilder();
        byTitle.forEach(
                (title, ofTitle) ->
                        html.append("<h3>By ")
                                .append(Svg.escape(title))
                                .append("</h3>\n")
                                .append(plot(title, ofTitle, palette)));
        return html.toString();
    }

    private static String title(String name) {
        return AXES.stream()
                .filter(axis -> name.contains(axis.word()))
                .map(Axis::title)
                .findFirst()
                .orElse(name);
    }

    private static String plot(String title, List<Scaling> scalings, Palette palette) {
        LinePlot plot = new LinePlot(title, "events a second", palette, true);
        Set<Double> values = new TreeSet<>();
        scalings.stream()
                .sorted(Comparator.comparingDouble(Scaling::x))
                .forEach(
                        scaling -> {
                            plot.add(scaling.name(), scaling.x(), scaling.rate());
                            values.add(scaling.x());
                        });
        List<Mark> marks = new ArrayList<>();
        values.forEach(x -> marks.add(new Mark(x, Numbers.whole(x))));
        if (marks.size() == 1) {
            // One point has no line: the axis is made wider around it.
            double x = marks.get(0).x();
            marks.add(0, new Mark(x / 2, Numbers.whole(x / 2)));
            marks.add(new Mark(x * 2, Numbers.whole(x * 2)));
        }
        return plot.draw("By " + title, marks, Math::log10, Numbers::count);
    }
}
