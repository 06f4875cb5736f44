package io.penstock.benchmarks.report;

import io.penstock.benchmarks.report.LinePlot.Mark;
import io.penstock.benchmarks.report.Results.Latency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A plot of percentile curves per rate, and the percentiles that are quoted as a table below it.
 */
final class LatencySection {
    private static final double[] QUOTED = {50, 90, 99, 99.9, 100};
    private static final double ALL = 100;

    /** The plot ends at 99.9999 %. */
    private static final double MOST_NINES = 6;

    private LatencySection() {}

    static String html(List<Latency> latencies) {
        Set<String> systems = new LinkedHashSet<>();
        NavigableMap<Double, List<Latency>> byRate = new TreeMap<>();
        for (Latency latency : latencies) {
            systems.add(latency.system());
            byRate.computeIfAbsent(latency.rate(), rate -> new ArrayList<>()).add(latency);
        }
        Palette palette = new Palette(systems);
        StringBuilder html = new StringBuilder();
        byRate.forEach(
                (rate, ofRate) -> {
                    String title = Numbers.count(rate) + " events a second";
                    html.append("<h3>").append(title).append("</h3>\n");
                    html.append(plot(title, ofRate, palette)).append(table(ofRate));
                });
        return html.toString();
    }

    private static String plot(String title, List<Latency> latencies, Palette palette) {
        LinePlot plot =
                new LinePlot(
                        "percentile of events (each nine takes as much room)",
                        "latency from the planned time",
                        palette,
                        false);
        double most = 1;
        for (Latency latency : sorted(latencies)) {
            // The slowest of all has no place on such an axis: it stands in the table.
            if (latency.percentile() < ALL && latency.valueNs() > 0) {
                double nines = Math.min(MOST_NINES, nines(latency.percentile()));
                plot.add(latency.system(), nines, latency.valueNs());
                most = Math.max(most, nines);
            }
        }
        if (plot.isEmpty()) {
            return "";
        }
        List<Mark> marks = new ArrayList<>();
        marks.add(new Mark(0, "0 %"));
        marks.add(new Mark(nines(50), "50 %"));
        String[] texts = {"90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "99.9999 %"};
        for (int i = 0; i < Math.ceil(most - 1e-6); i++) {
            marks.add(new Mark(i + 1, texts[i]));
        }
        return plot.draw(title, marks, nines -> nines, Numbers::time);
    }

    private static String table(List<Latency> latencies) {
        Map<String, List<Latency>> bySystem =
                sorted(latencies).stream()
                        .collect(
                                Collectors.groupingBy(
                                        Latency::system, TreeMap::new, Collectors.toList()));
        StringBuilder html =
                new StringBuilder(
                        "<table><tr><th>system</th><th class=\"n\">p50</th><th class=\"n\">p90</th>"
                                + "<th class=\"n\">p99</th><th class=\"n\">p99.9</th>"
                                + "<th class=\"n\">longest</th></tr>\n");
        bySystem.forEach(
                (system, curve) -> {
                    html.append("<tr><td>").append(Svg.escape(system)).append("</td>");
                    for (double percentile : QUOTED) {
                        html.append("<td class=\"n\">")
                                .append(Numbers.time(at(curve, percentile)))
                                .append("</td>");
                    }
                    html.append("</tr>\n");
                });
        return html.append("</table>\n").toString();
    }

    /** The value of the first point at or above a percentile, else of the last. */
    private static double at(List<Latency> curve, double percentile) {
        return curve.stream()
                .filter(latency -> latency.percentile() >= percentile)
                .findFirst()
                .orElse(curve.get(curve.size() - 1))
                .valueNs();
    }

    private static List<Latency> sorted(List<Latency> latencies) {
        return latencies.stream().sorted(Comparator.comparingDouble(Latency::percentile)).toList();
    }

    private static double nines(double percentile) {
        return -Math.log10(1 - percentile / ALL);
    }
}
