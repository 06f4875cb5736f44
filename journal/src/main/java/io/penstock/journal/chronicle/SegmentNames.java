package io.penstock.journal.chronicle;

import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names of epochs and segments in the file system. An epoch is a directory with one Chronicle
 * queue; a segment is one of its cycles, and Chronicle names a cycle by the hour since 1970 that it
 * believes it to be: segment 25 is {@code 19700102-01F.cq4}.
 */
final class SegmentNames {
    static final String SUFFIX = ".cq4";
    static final int HOUR_MS = 3_600_000;

    private static final int HOURS_A_DAY = 24;
    private static final Pattern EPOCH = Pattern.compile("e(\\d{5,9})");
    private static final Pattern SEGMENT = Pattern.compile("(\\d{8})-(\\d{2})F\\.cq4");
    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuuMMdd").withResolverStyle(ResolverStyle.STRICT);

    private SegmentNames() {}

    static String epoch(int epoch) {
        return String.format("e%05d", epoch);
    }

    static String segment(int number) {
        return String.format(
                "%s-%02dF%s",
                LocalDate.ofEpochDay(number / HOURS_A_DAY).format(DAY),
                number % HOURS_A_DAY,
                SUFFIX);
    }

    /** Number of an epoch's directory; 0 when the name is none. */
    static int parseEpoch(String name) {
        Matcher matcher = EPOCH.matcher(name);
        return matcher.matches() ? Integer.parseInt(matcher.group(1)) : 0;
    }

    /** Number of a segment's file; 0 when the name is none. */
    static int parseSegment(String name) {
        Matcher matcher = SEGMENT.matcher(name);
        if (!matcher.matches()) {
            return 0;
        }
        try {
            long hours =
                    LocalDate.parse(matcher.group(1), DAY).toEpochDay() * HOURS_A_DAY
                            + Integer.parseInt(matcher.group(2));
            boolean isOurs =
                    hours >= 1 && hours <= Integer.MAX_VALUE && segment((int) hours).equals(name);
            return isOurs ? (int) hours : 0;
        } catch (DateTimeParseException e) {
            return 0;
        }
    }
}
