package io.penstock.codecs.csv;

import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;

/**
 * Durations as users write them: an integer and a unit, such as {@code 5m}.
 *
 * <p>Units are ns, us, ms, s, m, h and d. Stateless; any thread may call it. Every refusal is a
 * CONFIGURATION fault that names the text.
 */
public final class Durations {
    private static final String[] UNITS = {"ns", "us", "ms", "s", "m", "h", "d"};
    private static final long[] UNIT_NS = {
        1L,
        1_000L,
        1_000_000L,
        1_000_000_000L,
        60_000_000_000L,
        3_600_000_000_000L,
        86_400_000_000_000L
    };

    private Durations() {}

    /**
     * Reads a duration of zero or more.
     *
     * @return nanoseconds
     */
    public static long parse(String text) {
        int digits = 0;
        while (digits < text.length() && text.charAt(digits) >= '0' && text.charAt(digits) <= '9') {
            digits++;
        }
        String unit = text.substring(digits);
        for (int i = 0; digits > 0 && i < UNITS.length; i++) {
            if (UNITS[i].equals(unit)) {
                return toNs(text, text.substring(0, digits), UNIT_NS[i]);
            }
        }
        throw new PenstockException(
                Category.CONFIGURATION,
                "a duration must be an integer and one of ms, s, m, h, d: '"
                        + text
                        + "' (for example 5m)");
    }

    /** Writes nanoseconds in the largest unit that leaves no rest: {@code 5m}, {@code 0s}. */
    public static String print(long durationNs) {
        if (durationNs == 0) {
            return "0s";
        }
        int i = UNITS.length - 1;
        while (durationNs % UNIT_NS[i] != 0) {
            i--;
        }
        return durationNs / UNIT_NS[i] + UNITS[i];
    }

    /**
     * Returns the duration when times of that unit can express it; a CONFIGURATION fault otherwise.
     *
     * @param name the parameter to name in the fault
     */
    public static long requireMultipleOf(String name, long durationNs, TimeUnitFormat unit) {
        if (durationNs % unit.unitNs() != 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    name
                            + " must be a multiple of the time unit: "
                            + print(durationNs)
                            + " with time-unit="
                            + unit.text()
                            + " (use a longer duration or a finer time unit)");
        }
        return durationNs;
    }

    private static long toNs(String text, String digits, long unitNs) {
        try {
            return Math.multiplyExact(Long.parseLong(digits), unitNs);
        } catch (NumberFormatException | ArithmeticException e) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a duration must not exceed " + Long.MAX_VALUE + "ns: '" + text + "'",
                    e);
        }
    }
}
