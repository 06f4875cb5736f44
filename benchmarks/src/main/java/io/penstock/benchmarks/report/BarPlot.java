package io.penstock.benchmarks.report;

import io.penstock.benchmarks.report.Results.Rate;
import io.penstock.benchmarks.report.Svg.Anchor;
import java.util.Comparator;
import java.util.List;
import java.util.function.DoubleFunction;

/** Values of one group as bars from zero, the best first, each with its value. */
final class BarPlot {
    private static final int WIDTH = 900;
    private static final int LEFT = 250;
    private static final int RIGHT = 780;
    private static final int ROW = 24;
    private static final int BAR = 16;

    private BarPlot() {}

    static String draw(
            String title, List<Rate> rates, boolean isLessBetter, DoubleFunction<String> text) {
        Comparator<Rate> byValue = Comparator.comparingDouble(Rate::value);
        List<Rate> sorted =
                rates.stream().sorted(isLessBetter ? byValue : byValue.reversed()).toList();
        double most = rates.stream().mapToDouble(Rate::value).max().orElse(0);
        Svg svg = new Svg(WIDTH, sorted.size() * ROW + 8, title);
        svg.line(LEFT, 0, LEFT, sorted.size() * ROW + 4.0, "stroke:#9aa5b1;stroke-width:1");
        for (int i = 0; i < sorted.size(); i++) {
            Rate rate = sorted.get(i);
            double top = i * ROW + 4.0;
            double length = most > 0 ? Math.max(1, rate.value() / most * (RIGHT - LEFT)) : 1;
            String colour = rate.isOurs() ? Palette.OURS : Palette.BASELINE;
            String kind = rate.isOurs() ? "name ours" : "name";
            svg.text(LEFT - 8, top + BAR - 4, Anchor.END, kind, rate.name());
            svg.rectangle(LEFT, top, length, BAR, "fill:" + colour);
            svg.text(
                    LEFT + length + 6, top + BAR - 4, Anchor.START, kind, text.apply(rate.value()));
        }
        return svg.finish();
    }
}
