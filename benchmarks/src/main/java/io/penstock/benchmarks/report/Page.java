package io.penstock.benchmarks.report;

import java.util.List;
import java.util.Map;

/** The page: all parts of it that there are results for. */
final class Page {
    private static final String STYLE =
            """
            body { font: 15px/1.45 system-ui, 'Segoe UI', 'DejaVu Sans', Arial, sans-serif;
              color: #1f2933; background: #fff; max-width: 920px; margin: 32px auto;
              padding: 0 20px; }
            h1 { font-size: 26px; margin: 0 0 4px; }
            h2 { font-size: 20px; margin: 44px 0 8px; border-bottom: 1px solid #cbd2d9; }
            h3 { font-size: 15px; margin: 22px 0 6px; }
            h3 small, p.note { font-weight: normal; color: #52606d; font-size: 13px; }
            p.warning { background: #fff4e5; border-left: 4px solid #d55e00; padding: 8px 12px; }
            table { border-collapse: collapse; font-size: 13px; margin: 6px 0 14px; }
            th { text-align: left; font-weight: 600; color: #52606d; }
            th, td { padding: 3px 14px 3px 0; border-bottom: 1px solid #e4e7eb;
              vertical-align: middle; overflow-wrap: anywhere; }
            .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            td svg { display: block; }
            svg { max-width: 100%; height: auto; }
            svg text { font-size: 12px; fill: #323f4b; }
            svg text.tick, svg text.axis { fill: #52606d; }
            svg text.ours { fill: #0a63b0; font-weight: 600; }
            .ok { color: #1a7f37; } .short { color: #b3261e; font-weight: 600; }
            .key { display: inline-block; width: 11px; height: 11px; margin: 0 4px 0 10px; }
            """;

    private Page() {}

    static String of(Results results) {
        StringBuilder html =
                new StringBuilder(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>\n");
        html.append("<meta name=\"viewport\" content=\"width=device-width\"/>\n")
                .append("<title>Penstock, measured: ")
                .append(Svg.escape(results.name()))
                .append("</title>\n<style>\n")
                .append(STYLE)
                .append("</style></head><body>\n");
        head(html, results);
        if (!results.ratios().isEmpty()) {
            section(
                    html,
                    "Ratios",
                    "Both sides were measured in one run, in turn; medians; answers checked.",
                    RatiosTable.html(results.ratios()));
        }
        if (!results.rates().isEmpty()) {
            section(
                    html,
                    "Throughput by system",
                    "Only bars of one group were measured beside each other. "
                            + key(Palette.OURS, "Penstock")
                            + key(Palette.BASELINE, "what it is measured against"),
                    RatesSection.html(results.rates()));
        }
        if (!results.latencies().isEmpty()) {
            section(
                    html,
                    "Latency",
                    "Open loop: sent at planned times, and measured from the planned time on."
                            + missed(results.missedRates()),
                    LatencySection.html(results.latencies()));
        }
        if (!results.scalings().isEmpty()) {
            section(
                    html,
                    "Scaling",
                    "Both axes by logarithm: a straight line that falls is a power.",
                    ScalingSection.html(results.scalings()));
        }
        if (!results.sustained().isEmpty()) {
            section(
                    html,
                    "Sustained",
                    "Appending for as long as the disk sets the pace; what it did that minute"
                            + " decides.",
                    SustainedSection.html(results.sustained()));
        }
        if (!results.environment().isEmpty()) {
            section(html, "Environment", "", environment(results.environment()));
        }
        return html.append("</body></html>\n").toString();
    }

    private static void head(StringBuilder html, Results results) {
        Map<String, String> environment = results.environment();
        html.append("<h1>Penstock, measured</h1>\n<p class=\"note\">")
                .append(Svg.escape(results.name()));
        for (String name : new String[] {"processor", "cores", "jdk", "size"}) {
            if (environment.containsKey(name)) {
                html.append(" · ")
                        .append(name.equals("cores") || name.equals("size") ? name + ": " : "")
                        .append(Svg.escape(environment.get(name)));
            }
        }
        html.append("</p>\n");
        if (!results.ratios().isEmpty()) {
            long reached = results.ratios().stream().filter(Results.RatioLine::isReached).count();
            html.append("<p><b>")
                    .append(reached)
                    .append(" of ")
                    .append(results.ratios().size())
                    .append("</b> ratios reach their goals.</p>\n");
        }
        if (!results.noisyParts().isEmpty()) {
            html.append("<p class=\"warning\">Others used the machine while this was measured, ")
                    .append("figures are not to be quoted: ")
                    .append(Svg.escape(String.join(", ", results.noisyParts())))
                    .append("</p>\n");
        }
        if ("yes".equals(environment.get("changed-since-commit"))) {
            html.append("<p class=\"warning\">The sources were changed since the commit.</p>\n");
        }
    }

    private static void section(StringBuilder html, String title, String note, String content) {
        html.append("<h2>").append(title).append("</h2>\n");
        if (!note.isEmpty()) {
            html.append("<p class=\"note\">").append(note).append("</p>\n");
        }
        html.append(content);
    }

    private static String missed(List<String> rates) {
        return rates.isEmpty()
                ? ""
                : " Not held, so that latencies grew for as long as it ran: <b>"
                        + Svg.escape(String.join(", ", rates))
                        + "</b>.";
    }

    private static String key(String colour, String text) {
        return "<span class=\"key\" style=\"background:" + colour + "\"></span>" + text;
    }

    private static String environment(Map<String, String> environment) {
        StringBuilder html = new StringBuilder("<table>\n");
        environment.forEach(
                (name, value) ->
                        html.append("<tr><td style=\"white-space:nowrap\">")
                                .append(Svg.escape(name))
                                .append("</td><td>")
                                .append(Svg.escape(value))
                                .append("</td></tr>\n"));
        return html.append("</table>\n").toString();
    }
}
