package io.penstock.cli.pipelines;

import io.penstock.cli.params.ParameterType;
import io.penstock.codecs.csv.Durations;
import io.penstock.engine.window.Windows;
import io.penstock.fault.PenstockException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Windows as the text of a parameter.
 *
 * @param windows what the text means
 * @param text the text in its shortest form
 * @param lengthsNs durations in it that bounds of windows are made of
 */
public record WindowSpec(Windows windows, String text, List<Long> lengthsNs) {
    private static final String FORM =
            "tumbling:SIZE[@ZONE]|hopping:SIZE:EVERY[@ZONE]|cumulative:SIZE:STEP|session:GAP|count:N"
                    + "|global";
    private static final String RULE =
            "must be tumbling:SIZE, hopping:SIZE:EVERY, cumulative:SIZE:STEP, session:GAP, count:N"
                    + " or global (as in tumbling:5m, hopping:15m:5m, cumulative:1d:1h,"
                    + " session:30m, count:100, tumbling:1d@Europe/Berlin)";
    private static final long DAY_NS = TimeUnit.DAYS.toNanos(1);

    /** Copies the list. */
    public WindowSpec {
        lengthsNs = List.copyOf(lengthsNs);
    }

    /** Most windows that hold one event. */
    long windowsPerEvent() {
        return windows instanceof Windows.Aligned aligned
                ? Math.max(1, aligned.sizeNs() / aligned.everyNs())
                : windows instanceof Windows.Cumulative cumulative
                        ? cumulative.sizeNs() / cumulative.stepNs()
                        : 1;
    }

    /**
     * The windows of a text.
     *
     * @throws IllegalArgumentException when it describes none
     */
    public static WindowSpec parse(String text) {
        int at = text.indexOf('@');
        String[] parts = (at < 0 ? text : text.substring(0, at)).split(":", -1);
        ZoneId zone = at < 0 ? null : zone(text.substring(at + 1));
        try {
            return switch (parts[0] + "/" + (parts.length - 1)) {
                case "tumbling/1" -> aligned(parts, zone);
                case "hopping/2" -> aligned(parts, zone);
                case "cumulative/2" -> cumulative(parts, zone);
                case "session/1" -> session(parts, zone);
                case "count/1" -> count(parts, zone);
                case "global/0" -> global(zone);
                default -> throw new IllegalArgumentException(RULE);
            };
        } catch (PenstockException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static WindowSpec aligned(String[] parts, ZoneId zone) {
        long sizeNs = lengthNs(parts[1], "SIZE");
        long everyNs = parts.length == 2 ? sizeNs : lengthNs(parts[2], "EVERY");
        String size = Durations.print(sizeNs);
        String text =
                parts.length == 2 || sizeNs == everyNs
                        ? "tumbling:" + size
                        : "hopping:" + size + ":" + Durations.print(everyNs);
        if (zone == null) {
            return new WindowSpec(
                    new Windows.Aligned(sizeNs, everyNs), text, List.of(sizeNs, everyNs));
        }
        if (sizeNs % DAY_NS != 0 || everyNs % DAY_NS != 0) {
            throw new IllegalArgumentException(
                    "has a zone, and then lengths must be whole days: the days of a zone have 23"
                            + " to 25 hours (as in tumbling:1d@Europe/Berlin; leave the zone out"
                            + " for windows of hours)");
        }
        long days = sizeNs / DAY_NS;
        long every = everyNs / DAY_NS;
        return new WindowSpec(
                Windows.hoppingDays(Math.toIntExact(days), Math.toIntExact(every), zone),
                text + "@" + zone.getId(),
                List.of());
    }

    private static WindowSpec cumulative(String[] parts, ZoneId zone) {
        requireNoZone(zone);
        long sizeNs = lengthNs(parts[1], "SIZE");
        long stepNs = lengthNs(parts[2], "STEP");
        if (sizeNs % stepNs != 0) {
            throw new IllegalArgumentException(
                    "must have a SIZE that is a multiple of its STEP: "
                            + Durations.print(sizeNs)
                            + " is none of "
                            + Durations.print(stepNs)
                            + " (as in cumulative:1d:1h)");
        }
        return new WindowSpec(
                new Windows.Cumulative(sizeNs, stepNs, 0),
                "cumulative:" + Durations.print(sizeNs) + ":" + Durations.print(stepNs),
                List.of(sizeNs, stepNs));
    }

    private static WindowSpec session(String[] parts, ZoneId zone) {
        requireNoZone(zone);
        long gapNs = lengthNs(parts[1], "GAP");
        return new WindowSpec(
                new Windows.Sessions(gapNs), "session:" + Durations.print(gapNs), List.of(gapNs));
    }

    private static WindowSpec count(String[] parts, ZoneId zone) {
        requireNoZone(zone);
        try {
            long events = Long.parseLong(parts[1]);
            if (events > 0) {
                return new WindowSpec(new Windows.Count(events), "count:" + events, List.of());
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(RULE + ", and N must be a whole number", e);
        }
        throw new IllegalArgumentException(RULE + ", and N must be 1 or more");
    }

    private static WindowSpec global(ZoneId zone) {
        requireNoZone(zone);
        return new WindowSpec(Windows.global(), "global", List.of());
    }

    private static void requireNoZone(ZoneId zone) {
        if (zone != null) {
            throw new IllegalArgumentException(
                    "has a zone, which only tumbling and hopping windows of whole days have (as in"
                            + " tumbling:1d@Europe/Berlin)");
        }
    }

    private static ZoneId zone(String id) {
        try {
            return ZoneId.of(id);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "has no known zone behind '@' (as in tumbling:1d@Europe/Berlin)", e);
        }
    }

    /** Windows as a parameter. */
    public static ParameterType<WindowSpec> type() {
        return ParameterType.of(FORM, WindowSpec::parse);
    }

    /** Whether the windows can start later. */
    boolean canMove() {
        return windows instanceof Windows.Aligned || windows instanceof Windows.Cumulative;
    }

    /** The windows, started later. */
    Windows movedBy(long offsetNs) {
        if (windows instanceof Windows.Aligned aligned) {
            return new Windows.Aligned(aligned.sizeNs(), aligned.everyNs(), offsetNs);
        }
        if (windows instanceof Windows.Cumulative cumulative) {
            return new Windows.Cumulative(cumulative.sizeNs(), cumulative.stepNs(), offsetNs);
        }
        return windows;
    }

    /** The text that {@link #parse} takes, with lengths in their shortest form. */
    @Override
    public String toString() {
        return text;
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
