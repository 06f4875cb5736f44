package io.penstock.engine.window;

import io.penstock.engine.time.Times;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Panes of windows of calendar days: windows over the numbers of the days, and where in time the
 * days of a zone begin.
 *
 * <p>The beginnings of days are looked up in the zone's rules once and kept, so that an event
 * allocates nothing. Used by the core's thread only.
 */
final class DayPanes extends PaneLayout {
    private static final long DAY_NS = TimeUnit.DAYS.toNanos(1);
    private static final long SECOND_NS = TimeUnit.SECONDS.toNanos(1);
    private static final int KEPT_DAYS = 1 << 10;

    private final AlignedPanes days;
    private final ZoneId zone;
    private final long[] keptDays = new long[KEPT_DAYS];
    private final long[] keptStartSeconds = new long[KEPT_DAYS];

    DayPanes(Windows.Days windows) {
        this.days = new AlignedPanes(windows.days(), windows.everyDays(), 0);
        this.zone = windows.zone();
        Arrays.fill(keptDays, Long.MIN_VALUE);
    }

    /** Number of the zone's day that holds a time, from 1 January 1970. */
    private long dayOf(long timeNs) {
        // A zone's day begins less than a day before or after that of UTC.
        long day = Math.floorDiv(timeNs, DAY_NS) + 1;
        // Days begin with a second; at the ends of time their beginnings in nanoseconds stop.
        long second = Math.floorDiv(timeNs, SECOND_NS);
        while (dayStartSecond(day) > second) {
            day--;
        }
        return day;
    }

    private long dayStartNs(long day) {
        return Times.multiplyAdd(dayStartSecond(day), SECOND_NS, 0);
    }

    private long dayStartSecond(long day) {
        int at = (int) Math.floorMod(day, (long) KEPT_DAYS);
        if (keptDays[at] != day) {
            keptStartSeconds[at] = LocalDate.ofEpochDay(day).atStartOfDay(zone).toEpochSecond();
            keptDays[at] = day;
        }
        return keptStartSeconds[at];
    }

    @Override
    boolean isGap(long timeNs) {
        return days.isGap(dayOf(timeNs));
    }

    @Override
    long paneOf(long timeNs) {
        return days.paneOf(dayOf(timeNs));
    }

    @Override
    long paneFromNs(long timeNs) {
        return dayStartNs(days.paneFromNs(dayOf(timeNs)));
    }

    @Override
    long paneToNs(long timeNs) {
        return dayStartNs(days.paneToNs(dayOf(timeNs)));
    }

    @Override
    long firstWindowOf(long pane) {
        return days.firstWindowOf(pane);
    }

    @Override
    long lastWindowOf(long pane) {
        return days.lastWindowOf(pane);
    }

    @Override
    long firstWindowEndingAfter(long timeNs) {
        return timeNs == Long.MIN_VALUE ? timeNs : days.firstWindowEndingAfter(dayOf(timeNs));
    }

    @Override
    long startOf(long window) {
        return dayStartNs(days.startOf(window));
    }

    @Override
    long endOf(long window) {
        return dayStartNs(days.endOf(window));
    }
}
