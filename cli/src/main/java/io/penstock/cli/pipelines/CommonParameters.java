package io.penstock.cli.pipelines;

import io.penstock.cli.params.Parameter;
import io.penstock.cli.params.ParameterType;
import io.penstock.codecs.csv.Durations;
import io.penstock.codecs.csv.TimeUnitFormat;
import java.util.List;

/** What all built-in pipelines have in common. */
final class CommonParameters {
    static final Parameter<Long> DISORDER =
            Parameter.withDefault(
                    "disorder",
                    DurationText.orZero(),
                    "0s",
                    "how much later than a newer event one may arrive and still count");

    static final Parameter<TimeUnitFormat> TIME_UNIT =
            Parameter.withDefault(
                    "time-unit",
                    ParameterType.choice(TimeUnitFormat.class),
                    "ms",
                    "how times are written, in and out: since 1970, or ISO 8601 in UTC");

    private CommonParameters() {}

    /** Adds a violation when a duration cannot be a difference of two times. */
    static void checkMultiple(
            String name, long durationNs, TimeUnitFormat unit, List<String> violations) {
        if (durationNs % unit.unitNs() != 0) {
            violations.add(
                    "parameter '"
                            + name
                            + "' must be a multiple of the time unit: '"
                            + Durations.print(durationNs)
                            + "' with time-unit="
                            + unit.text()
                            + " (use a longer duration or a finer time-unit)");
        }
    }
}
