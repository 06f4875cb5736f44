package io.penstock.cli.pipelines;

import io.penstock.cli.params.Parameter;
import io.penstock.cli.params.ParameterType;
import java.util.List;

/** What all built-in pipelines have in common. */
final class CommonParameters {
    static final Parameter<Long> DISORDER =
            Parameter.withDefault(
                    "disorder",
                    DurationText.orZero(),
                    "0s",
                    "how much later than a newer event one may arrive and still count");

    static final Parameter<TimeUnits> TIME_UNIT =
            Parameter.withDefault(
                    "time-unit",
                    ParameterType.choice(TimeUnits.class),
                    "ms",
                    "how times are written, in and out: since 1970, or ISO 8601 in UTC");

    private CommonParameters() {}

    /** Adds a violation when a duration cannot be a difference of two times. */
    static void checkMultiple(
            String name, long durationNs, TimeUnits unit, List<String> violations) {
        if (durationNs % unit.lengthNs() != 0) {
            violations.add(
                    "parameter '"
                            + name
                            + "' must be a multiple of the time unit: '"
                            + DurationText.print(durationNs)
                            + "' with time-unit="
                            + ParameterType.spelled(unit)
                            + " (use a longer duration or a finer time-unit)");
        }
    }
}
