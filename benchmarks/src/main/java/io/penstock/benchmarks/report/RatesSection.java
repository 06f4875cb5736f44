package io.penstock.benchmarks.report;

import io.penstock.benchmarks.report.Results.Rate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Bars per group of what was measured together; apart by unit. */
final class RatesSection {
    private static final String LESS_TIME = "time, less is better";

    /** What values may be. */
    private enum Unit {
        EVENTS("events/s", "events a second, more is better"),
        SECONDS("s", LESS_TIME),
        MILLISECONDS("ms", LESS_TIME),
        MICROSECONDS("us", LESS_TIME),
        NANOSECONDS("ns", LESS_TIME),
        BYTES("bytes", "bytes, less is better"),
        OTHER("-", "less is better");

        private final String word;
        private final String title;

        Unit(String word, String title) {
            this.word = word;
            this.title = title;
        }

        String text(double value) {
            return switch (this) {
                case EVENTS -> Numbers.count(value) + "/s";
                case SECONDS -> Numbers.time(value * 1e9);
                case MILLISECONDS -> Numbers.time(value * 1e6);
                case MICROSECONDS -> Numbers.time(value * 1e3);
                case NANOSECONDS -> Numbers.time(value);
                case BYTES -> Numbers.plain(value) + " B";
                case OTHER -> Numbers.plain(value);
            };
        }

        static Unit of(String word) {
            for (Unit unit : values()) {
                if (unit.word.equals(word)) {
                    return unit;
                }
            }
            return OTHER;
        }
    }

    /** What stands in one plot. */
    private record Place(String group, Unit unit) {}

    private RatesSection() {}

    static String html(List<Rate> rates) {
        Map<Place, List<Rate>> places = new LinkedHashMap<>();
        for (Rate rate : rates) {
            Place place = new Place(rate.group(), Unit.of(rate.unit()));
            places.computeIfAbsent(place, key -> new ArrayList<>()).add(rate);
        }
        StringBuilder html = new StringBuilder();
        places.forEach(
                (place, ofPlace) -> {
                    Unit unit = place.unit();
                    String title = place.group() + ": " + unit.title;
                    html.append("<h3>")
                            .append(Svg.escape(place.group()))
                            .append(" <small>")
                            .append(unit.title)
                            .append("</small></h3>\n")
                            .append(BarPlot.draw(title, ofPlace, unit != Unit.EVENTS, unit::text));
                });
        return html.toString();
    }
}
