package io.penstock.cli.pipelines;

import io.penstock.cli.params.ParameterType;
import io.penstock.codecs.csv.Durations;

/**
 * Windows {@code [k * every, k * every + size)}: tumbling where both are equal, overlapping where
 * every is shorter, with gaps where it is longer.
 *
 * @param sizeNs length of a window
 * @param everyNs distance of the starts of two windows
 */
public record WindowSpec(long sizeNs, long everyNs) {
    private static final String RULE =
            "must be tumbling:SIZE or hopping:SIZE:EVERY (as in tumbling:5m, hopping:15m:5m)";

    /**
     * The windows of a text.
     *
     * @throws IllegalArgumentException when it describes none
     */
    public static WindowSpec parse(String text) {
        String[] parts = text.split(":", -1);
        boolean isTumbling = parts.length == 2 && parts[0].equals("tumbling");
        boolean isHopping = parts.length == 3 && parts[0].equals("hopping");
        if (!isTumbling && !isHopping) {
            throw new IllegalArgumentException(RULE);
        }
        long sizeNs = lengthNs(parts[1], "SIZE");
        return new WindowSpec(sizeNs, isTumbling ? sizeNs : lengthNs(parts[2], "EVERY"));
    }

    /** Windows as a parameter. */
    public static ParameterType<WindowSpec> type() {
        return ParameterType.of("tumbling:SIZE|hopping:SIZE:EVERY", WindowSpec::parse);
    }

    /** The text that {@link #parse} takes, with lengths in their shortest form. */
    @Override
    public String toString() {
        String size = Durations.print(sizeNs);
        return sizeNs == everyNs
                ? "tumbling:" + size
                : "hopping:" + size + ":" + Durations.print(everyNs);
    }

    private static long lengthNs(String text, String part) {
        try {
            long durationNs = DurationText.parseNs(text);
            if (durationNs == 0) {
                throw new IllegalArgumentException("must be longer than zero");
            }
            return durationNs;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(RULE + ", and " + part + " " + e.getMessage(), e);
        }
    }
}
