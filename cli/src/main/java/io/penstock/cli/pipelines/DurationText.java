package io.penstock.cli.pipelines;

import io.penstock.cli.params.ParameterType;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as text: a whole number and one of ms, s, m, h, d. Stateless. */
public final class DurationText {
    private static final Pattern FORM = Pattern.compile("([0-9]+)(ms|s|m|h|d)");
    private static final List<String> UNITS = List.of("d", "h", "m", "s", "ms");
    private static final Map<String, Long> UNIT_NS =
            Map.of(
                    "ms", 1_000_000L,
                    "s", 1_000_000_000L,
                    "m", 60_000_000_000L,
                    "h", 3_600_000_000_000L,
                    "d", 86_400_000_000_000L);

    private DurationText() {}

    /**
     * Nanoseconds of a text.
     *
     * @throws IllegalArgumentException when it is none, or does not fit 64-bit nanoseconds
     */
    public static long parseNs(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(
                    "must be a whole number and one of ms, s, m, h, d (as in 90s)");
        }
        try {
            return Math.multiplyExact(
                    Long.parseLong(matcher.group(1)), UNIT_NS.get(matcher.group(2)));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("must fit 64-bit nanoseconds (292 years)", e);
        }
    }

    /** The shortest text of a duration that is a multiple of a millisecond. */
    public static String print(long durationNs) {
        for (String unit : UNITS) {
            long unitNs = UNIT_NS.get(unit);
            if (durationNs % unitNs == 0 && durationNs != 0) {
                return durationNs / unitNs + unit;
            }
        }
        if (durationNs != 0) {
            throw new IllegalStateException("no multiple of a millisecond: " + durationNs);
        }
        return "0s";
    }

    /** A duration of zero or more. */
    public static ParameterType<Long> orZero() {
        return ParameterType.of("DURATION", DurationText::parseNs);
    }

    /** A duration that is not zero. */
    public static ParameterType<Long> positive() {
        return ParameterType.of(
                "DURATION",
                text -> {
                    long durationNs = parseNs(text);
                    if (durationNs == 0) {
                        throw new IllegalArgumentException("must be longer than zero");
                    }
                    return durationNs;
                });
    }
}
