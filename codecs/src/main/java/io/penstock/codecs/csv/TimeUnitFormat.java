package io.penstock.codecs.csv;

import io.penstock.fault.NearestName;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.util.Arrays;
import java.util.List;

/**
 * How times are written in CSV: integers since 1970-01-01T00:00:00Z in some unit, or ISO 8601.
 *
 * <p>Stateless; {@link TimeParser} reads and {@link TimePrinter} writes.
 */
public enum TimeUnitFormat {
    /** Milliseconds. */
    MS("ms", 1_000_000L),
    /** Seconds. */
    S("s", 1_000_000_000L),
    /** Microseconds. */
    US("us", 1_000L),
    /** Nanoseconds. */
    NS("ns", 1L),
    /** Date and time, {@code YYYY-MM-DDTHH:MM:SS[.fraction]Z}. */
    ISO("iso", 1L);

    private final String text;
    private final long unitNs;

    TimeUnitFormat(String text, long unitNs) {
        this.text = text;
        this.unitNs = unitNs;
    }

    /** What users write for it. */
    public String text() {
        return text;
    }

    /** The smallest difference between two times, in nanoseconds. */
    public long unitNs() {
        return unitNs;
    }

    /** The format of a name; a CONFIGURATION fault with the nearest one if there is none. */
    public static TimeUnitFormat of(String name) {
        for (TimeUnitFormat format : values()) {
            if (format.text.equals(name)) {
                return format;
            }
        }
        List<String> names = Arrays.stream(values()).map(TimeUnitFormat::text).toList();
        throw new PenstockException(
                Category.CONFIGURATION,
                "time-unit must be one of "
                        + String.join(", ", names)
                        + ": '"
                        + name
                        + "' "
                        + NearestName.hint(name, names));
    }
}
