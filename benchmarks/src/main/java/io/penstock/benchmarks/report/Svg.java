package io.penstock.benchmarks.report;

import java.util.List;

/** A picture that is being drawn, in pixels from its upper left corner. */
final class Svg {
    /** Where a text begins, relative to its place. */
    enum Anchor {
        START,
        MIDDLE,
        END
    }

    /** A place. */
    record Point(double x, double y) {}

    private final StringBuilder out = new StringBuilder();

    /**
     * @param title what it shows, for those who do not see it
     */
    Svg(int width, int height, String title) {
        out.append("<svg viewBox=\"0 0 ")
                .append(width)
                .append(' ')
                .append(height)
                .append("\" width=\"")
                .append(width)
                .append("\" height=\"")
                .append(height)
                .append("\" role=\"img\"><title>")
                .append(escape(title))
                .append("</title>\n");
    }

    Svg line(double x1, double y1, double x2, double y2, String style) {
        out.append("<line");
        attribute("x1", x1);
        attribute("y1", y1);
        attribute("x2", x2);
        attribute("y2", y2);
        return end(style);
    }

    Svg rectangle(double x, double y, double width, double height, String style) {
        out.append("<rect");
        attribute("x", x);
        attribute("y", y);
        attribute("width", width);
        attribute("height", height);
        return end(style);
    }

    Svg circle(Point center, double radius, String style) {
        out.append("<circle");
        attribute("cx", center.x());
        attribute("cy", center.y());
        attribute("r", radius);
        return end(style);
    }

    Svg curve(List<Point> points, String style) {
        out.append("<polyline points=\"");
        for (Point point : points) {
            out.append(Numbers.pixel(point.x()))
                    .append(',')
                    .append(Numbers.pixel(point.y()))
                    .append(' ');
        }
        out.append('"');
        return end(style + ";fill:none");
    }

    Svg text(double x, double y, Anchor anchor, String kind, String text) {
        out.append("<text class=\"").append(kind).append('"');
        attribute("x", x);
        attribute("y", y);
        if (anchor != Anchor.START) {
            out.append(" text-anchor=\"")
                    .append(anchor == Anchor.MIDDLE ? "middle" : "end")
                    .append('"');
        }
        out.append('>').append(escape(text)).append("</text>\n");
        return this;
    }

    String finish() {
        return out.append("</svg>\n").toString();
    }

    /** Text as it may stand in a page. */
    static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private void attribute(String name, double value) {
        out.append(' ').append(name).append("=\"").append(Numbers.pixel(value)).append('"');
    }

    private Svg end(String style) {
        out.append(" style=\"").append(style).append("\"/>\n");
        return this;
    }
}
