package io.penstock.cli.pipelines;

import io.penstock.cli.params.ParameterType;
import io.penstock.codecs.csv.Durations;
import io.penstock.fault.PenstockException;
import java.util.regex.Pattern;

/** Durations as parameters: a whole number and one of ms, s, m, h, d. Stateless. */
final class DurationText {
    private static final Pattern FORM = Pattern.compile("[0-9]+(ms|s|m|h|d)");

    private DurationText() {}

    /**
     * Nanoseconds of a text.
     *
     * @throws IllegalArgumentException when it is none, or does not fit 64-bit nanoseconds
     */
    static long parseNs(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "must be a whole number and one of ms, s, m, h, d (as in 90s)");
        }
        try {
            return Durations.parse(text);
        } catch (PenstockException e) {
            throw new IllegalArgumentException("must fit 64-bit nanoseconds (292 years)", e);
        }
    }

    /** A duration of zero or more. */
    static ParameterType<Long> orZero() {
        return ParameterType.of("DURATION", DurationText::parseNs, Durations::print);
    }

    /** A duration that is not zero. */
    static ParameterType<Long> positive() {
        return ParameterType.of(
                "DURATION",
                text -> {
                    long durationNs = parseNs(text);
                    if (durationNs == 0) {
                        throw new IllegalArgumentException("must be longer than zero");
                    }
                    return durationNs;
                },
                Durations::print);
    }
}
