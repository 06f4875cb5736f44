package io.penstock.benchmarks.report;

import io.penstock.benchmarks.Ratios;
import io.penstock.benchmarks.report.Results.RatioLine;
import java.util.List;

/** Ratios and where they stand to their goals: as part of a page, or of a document. */
final class RatiosTable {
    private static final int WIDTH = 220;
    private static final int ROW = 16;

    /** Five times better or worse than the goal is the end of the bar. */
    private static final double END = 5;

    private RatiosTable() {}

    static String html(List<RatioLine> ratios) {
        StringBuilder html =
                new StringBuilder(
                        "<table><tr><th>ratio</th><th class=\"n\">measured</th>"
                                + "<th class=\"n\">goal</th><th>a fifth to five times "
                                + "the goal</th><th></th></tr>\n");
        for (RatioLine ratio : ratios) {
            html.append("<tr><td>")
                    .append(Svg.escape(ratio.name()))
                    .append("</td><td class=\"n\">")
                    .append(Numbers.plain(ratio.ratio()))
                    .append("</td><td class=\"n\">")
                    .append(ratio.goalText())
                    .append("</td><td>")
                    .append(bar(ratio))
                    .append("</td><td class=\"")
                    .append(ratio.isReached() ? "ok\">ok" : "short\">short")
                    .append("</td></tr>\n");
        }
        return html.append("</table>\n").toString();
    }

    /**
     * A table for a document, each line with the command that measures it; what others disturbed is
     * marked.
     */
    static String markdown(Results results) {
        StringBuilder table =
                new StringBuilder(
                        "| ratio | measured | goal | | command |\n|---|---:|---:|---|---|\n");
        String size = results.size().equals("full") ? "" : " --" + results.size();
        for (RatioLine ratio : results.ratios()) {
            String group = Ratios.groupOf(ratio.name());
            table.append("| ")
                    .append(ratio.name())
                    .append(" | ")
                    .append(Numbers.plain(ratio.ratio()))
                    .append(results.isNoisy(group) ? " (noisy)" : "")
                    .append(" | ")
                    .append(ratio.goalText())
                    .append(" | ")
                    .append(ratio.isReached() ? "ok" : "**short**")
                    .append(" | ")
                    .append(group == null ? "" : command(size, group))
                    .append(" |\n");
        }
        return table.toString();
    }

    private static String command(String size, String group) {
        return "`perf-scripts/ratios" + size + " --only " + group + "`";
    }

    /** From the goal to the right as far as it is exceeded, to the left as far as it is missed. */
    private static String bar(RatioLine ratio) {
        double middle = WIDTH / 2.0;
        Svg svg = new Svg(WIDTH, ROW, ratio.name());
        double score = ratio.score();
        if (Double.isFinite(score) && score > 0) {
            double share = Math.log(score) / Math.log(END);
            double end = middle + Math.max(-1, Math.min(1, share)) * middle;
            svg.rectangle(
                    Math.min(middle, end),
                    3,
                    Math.max(1, Math.abs(end - middle)),
                    ROW - 6.0,
                    "fill:" + (ratio.isReached() ? Palette.OK : Palette.SHORT));
        }
        svg.line(middle, 0, middle, ROW, "stroke:#323f4b;stroke-width:1.5");
        return svg.finish();
    }
}
