package io.penstock.benchmarks.report;

import io.penstock.benchmarks.report.Svg.Anchor;
import io.penstock.benchmarks.report.Svg.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;

/** Curves over a common axis, each named at its right end. */
final class LinePlot {
    /** Size of all line plots, pixels. */
    static final int WIDTH = 900;

    static final int HEIGHT = 380;

    private static final int LEFT = 70;
    private static final int RIGHT = 680;
    private static final int TOP = 34;
    private static final int BOTTOM = 330;
    private static final int LABEL_HEIGHT = 16;
    private static final String GRID = "stroke:#e4e7eb;stroke-width:1";
    private static final String FRAME = "stroke:#9aa5b1;stroke-width:1";

    /** One value at the axis below, with its text. */
    record Mark(double x, String text) {}

    /** One named curve. */
    private record Curve(String name, List<Point> points) {
        double endY() {
            return points.get(points.size() - 1).y();
        }
    }

    private final String xTitle;
    private final String yTitle;
    private final Palette palette;
    private final boolean hasDots;
    private final Map<String, List<Point>> values = new LinkedHashMap<>();

    LinePlot(String xTitle, String yTitle, Palette palette, boolean hasDots) {
        this.xTitle = xTitle;
        this.yTitle = yTitle;
        this.palette = palette;
        this.hasDots = hasDots;
    }

    /** Takes a point; those of a curve come in the order they are drawn. */
    void add(String curve, double x, double y) {
        values.computeIfAbsent(curve, name -> new ArrayList<>()).add(new Point(x, y));
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * Draws what was added, which is something.
     *
     * @param marks of the axis below, of which the first and the last are its ends
     * @param xScale puts a value of that axis where it belongs, on any scale that is even
     * @param yText writes a value of the axis to the left
     */
    String draw(
            String title,
            List<Mark> marks,
            DoubleUnaryOperator xScale,
            DoubleFunction<String> yText) {
        Axis y =
                Axis.around(
                        values.values().stream()
                                .flatMap(List::stream)
                                .mapToDouble(Point::y)
                                .toArray(),
                        BOTTOM,
                        TOP);
        double low = xScale.applyAsDouble(marks.get(0).x());
        double high = xScale.applyAsDouble(marks.get(marks.size() - 1).x());
        DoubleUnaryOperator place =
                x -> LEFT + (xScale.applyAsDouble(x) - low) / (high - low) * (RIGHT - LEFT);

        Svg svg = new Svg(WIDTH, HEIGHT, title);
        for (double tick : y.ticks()) {
            svg.line(LEFT, y.place(tick), RIGHT, y.place(tick), GRID);
            svg.text(LEFT - 8, y.place(tick) + 4, Anchor.END, "tick", yText.apply(tick));
        }
        for (Mark mark : marks) {
            double x = place.applyAsDouble(mark.x());
            svg.line(x, TOP, x, BOTTOM, GRID);
            svg.text(x, BOTTOM + 18, Anchor.MIDDLE, "tick", mark.text());
        }
        svg.line(LEFT, BOTTOM, RIGHT, BOTTOM, FRAME);
        svg.line(LEFT, TOP, LEFT, BOTTOM, FRAME);
        svg.text((LEFT + RIGHT) / 2.0, BOTTOM + 40, Anchor.MIDDLE, "axis", xTitle);
        svg.text(LEFT, TOP - 16, Anchor.START, "axis", yTitle);

        List<Curve> curves = new ArrayList<>();
        values.forEach(
                (name, points) ->
                        curves.add(
                                new Curve(
                                        name,
                                        points.stream()
                                                .map(
                                                        point ->
                                                                new Point(
                                                                        place.applyAsDouble(
                                                                                point.x()),
                                                                        y.place(point.y())))
                                                .toList())));
        curves.forEach(curve -> drawCurve(svg, curve));
        drawNames(svg, curves);
        return svg.finish();
    }

    private void drawCurve(Svg svg, Curve curve) {
        svg.curve(curve.points(), palette.stroke(curve.name()));
        if (hasDots) {
            curve.points()
                    .forEach(
                            point ->
                                    svg.circle(point, 3.5, "fill:" + palette.colour(curve.name())));
        }
    }

    /** Beside the ends of the curves, moved apart so that none lies on another. */
    private void drawNames(Svg svg, List<Curve> curves) {
        List<Curve> sorted =
                curves.stream().sorted(Comparator.comparingDouble(Curve::endY)).toList();
        double[] places = new double[sorted.size()];
        double next = TOP;
        for (int i = 0; i < places.length; i++) {
            places[i] = Math.max(next, sorted.get(i).endY());
            next = places[i] + LABEL_HEIGHT;
        }
        double last = BOTTOM + LABEL_HEIGHT;
        for (int i = places.length - 1; i >= 0; i--) {
            places[i] = Math.min(places[i], last - LABEL_HEIGHT);
            last = places[i];
        }
        for (int i = 0; i < places.length; i++) {
            Curve curve = sorted.get(i);
            Point end = curve.points().get(curve.points().size() - 1);
            svg.line(
                    end.x(),
                    end.y(),
                    RIGHT + 14,
                    places[i],
                    "stroke:" + palette.colour(curve.name()) + ";stroke-width:0.7;opacity:0.6");
            svg.line(RIGHT + 14, places[i], RIGHT + 34, places[i], palette.stroke(curve.name()));
            svg.text(RIGHT + 40, places[i] + 4, Anchor.START, "name", curve.name());
        }
    }
}
