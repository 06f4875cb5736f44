package io.penstock.benchmarks.report;

import io.penstock.benchmarks.report.Results.Rate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleFunction;

/** Bars per group of what was measured together; apart by unit, which is the end of a name. */
final class RatesSection {
    /** What values of a name's ending are. */
    private enum Unit {
        EVENTS("", "events a second, more is better", value -> Numbers.count(value) + "/s"),
        SECONDS("-seconds", "time, less is better", value -> Numbers.time(value * 1e9)),
        MILLISECONDS("-ms", "time, less is better", value -> Numbers.time(value * 1e6)),
        MICROSECONDS("-us", "time, less is better", value -> Numbers.time(value * 1e3)),
        NANOSECONDS("-ns", "time, less is better", Numbers::time),
        BYTES("-bytes", "bytes, less is better", value -> Numbers.plain(value) + " B");

        private final String ending;
        private final String title;
        private final DoubleFunction<String> text;

        Unit(String ending, String title, DoubleFunction<String> text) {
            this.ending = ending;
            this.title = title;
            this.text = text;
        }

        static Unit of(String name) {
            for (Unit unit : values()) {
                if (unit != EVENTS && name.endsWith(unit.ending)) {
                    return unit;
                }
            }
            return EVENTS;
        }
    }

    /** What stands in one plot. */
    private record Place(String group, Unit unit) {}

    private RatesSection() {}

    static String html(List<Rate> rates) {
        Map<Place, List<Rate>> places = new LinkedHashMap<>();
        for (Rate rate : rates) {
            Place place = new Place(rate.group(), Unit.of(rate.name()));
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
                            .append(BarPlot.draw(title, ofPlace, unit != Unit.EVENTS, unit.text));
                });
        return html.toString();
    }
}
