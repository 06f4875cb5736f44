package io.penstock.engine.control;

import java.time.Duration;
import java.time.Instant;

/** Times and durations as people read them. */
public final class TimeText {
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private TimeText() {}

    /** A time as ISO 8601 in UTC; the ends of time in words. */
    public static String time(long timeNs) {
        if (timeNs == Long.MIN_VALUE) {
            return "before-all-time";
        }
        if (timeNs >= Long.MAX_VALUE - 1) {
            return "end-of-time";
        }
        return Instant.ofEpochSecond(
                        Math.floorDiv(timeNs, NS_PER_SECOND), Math.floorMod(timeNs, NS_PER_SECOND))
                .toString();
    }

    /** A distance of two times, such as {@code 1h 2m 3.5s}; not negative. */
    public static String distance(long fromNs, long toNs) {
        Duration duration =
                Duration.ofSeconds(Math.floorDiv(toNs, NS_PER_SECOND))
                        .plusNanos(Math.floorMod(toNs, NS_PER_SECOND))
                        .minusSeconds(Math.floorDiv(fromNs, NS_PER_SECOND))
                        .minusNanos(Math.floorMod(fromNs, NS_PER_SECOND));
        StringBuilder text = new StringBuilder();
        append(text, duration.toDays(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        int seconds = duration.toSecondsPart();
        int nanos = duration.toNanosPart();
        if (seconds > 0 || nanos > 0 || text.length() == 0) {
            String fraction = "";
            if (nanos > 0) {
                fraction = "." + String.valueOf(NS_PER_SECOND + nanos).substring(1);
                fraction = fraction.replaceAll("0+$", "");
            }
            text.append(seconds).append(fraction).append('s');
        }
        return text.toString().strip();
    }

    private static void append(StringBuilder text, long count, String unit) {
        if (count > 0) {
            text.append(count).append(unit).append(' ');
        }
    }
}
