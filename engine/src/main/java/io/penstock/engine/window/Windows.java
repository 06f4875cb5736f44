package io.penstock.engine.window;

import io.penstock.engine.time.Times;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;
import java.time.ZoneId;

/**
 * Which windows an event belongs to. Starts are inclusive, ends exclusive, but for sessions, which
 * an event joins at a distance of exactly the gap too, and counts, which have no end in time.
 */
public sealed interface Windows {
    /** What the plan says about them. */
    String description();

    /** Windows that follow each other without overlap or gap, aligned to 1970. */
    static Aligned tumbling(Duration size) {
        return new Aligned(sizeNs(size), sizeNs(size));
    }

    /** Windows of a size that start every so often; with gaps where every is above size. */
    static Aligned hopping(Duration size, Duration every) {
        return new Aligned(sizeNs(size), Times.ns("a window's distance", every));
    }

    /** Windows that start every {@code size} and end after each further step, up to the size. */
    static Cumulative cumulative(Duration size, Duration step) {
        return new Cumulative(sizeNs(size), Times.ns("a window's step", step), 0);
    }

    /** Calendar days of a zone, with its daylight saving: some have 23 hours, some 25. */
    static Days days(int days, ZoneId zone) {
        return new Days(days, days, zone);
    }

    /** So many calendar days of a zone, one window starting every so many days. */
    static Days hoppingDays(int days, int everyDays, ZoneId zone) {
        return new Days(days, everyDays, zone);
    }

    /** Events of a key whose distances are at most the gap. */
    static Sessions sessions(Duration gap) {
        return new Sessions(Times.ns("a session's gap", gap));
    }

    /** Every so many events of a key, in the order in which they come. */
    static Count count(long events) {
        return new Count(events);
    }

    /** One window for all time: it fires at the end, and early where the trigger says so. */
    static Global global() {
        return new Global();
    }

    /**
     * All {@code [offset + k * every, offset + k * every + size)}.
     *
     * @param sizeNs length of a window
     * @param everyNs distance of the starts: below size they overlap, above it there are gaps
     * @param offsetNs where one of the windows starts, from 0 to before everyNs
     */
    record Aligned(long sizeNs, long everyNs, long offsetNs) implements Windows {
        /** Checks the lengths; brings the offset into its range. */
        public Aligned {
            requirePositive("size", sizeNs);
            requirePositive("distance", everyNs);
            offsetNs = Math.floorMod(offsetNs, everyNs);
        }

        /** Aligned to 1970. */
        public Aligned(long sizeNs, long everyNs) {
            this(sizeNs, everyNs, 0);
        }

        /** The same windows, moved. */
        public Aligned offset(Duration offset) {
            return new Aligned(sizeNs, everyNs, Times.ns("a window's offset", offset));
        }

        @Override
        public String description() {
            return "sizeNs="
                    + sizeNs
                    + " everyNs="
                    + everyNs
                    + (offsetNs == 0 ? "" : " offsetNs=" + offsetNs);
        }
    }

    /**
     * All {@code [offset + k * size, offset + k * size + i * step)} with i from 1 to size / step.
     *
     * @param sizeNs distance of the starts, and length of the longest window
     * @param stepNs by which each window is longer than the one before it; divides the size
     * @param offsetNs where one of the windows starts, from 0 to before sizeNs
     */
    record Cumulative(long sizeNs, long stepNs, long offsetNs) implements Windows {
        /** Checks the lengths; brings the offset into its range. */
        public Cumulative {
            requirePositive("size", sizeNs);
            requirePositive("step", stepNs);
            if (sizeNs % stepNs != 0) {
                throw wrong(
                        "a cumulative window's size must be a multiple of its step: sizeNs="
                                + sizeNs
                                + ", stepNs="
                                + stepNs);
            }
            offsetNs = Math.floorMod(offsetNs, sizeNs);
        }

        /** The same windows, moved. */
        public Cumulative offset(Duration offset) {
            return new Cumulative(sizeNs, stepNs, Times.ns("a window's offset", offset));
        }

        @Override
        public String description() {
            return "cumulative sizeNs="
                    + sizeNs
                    + " stepNs="
                    + stepNs
                    + (offsetNs == 0 ? "" : " offsetNs=" + offsetNs);
        }
    }

    /**
     * Calendar days of a zone, counted from 1 January 1970.
     *
     * @param days length of a window
     * @param everyDays distance of the starts
     */
    record Days(int days, int everyDays, ZoneId zone) implements Windows {
        private static final int MAX_DAYS = 36_600;

        /** Checks the lengths. */
        public Days {
            if (zone == null) {
                throw wrong("windows of days need a zone: zone=null (use ZoneId.of)");
            }
            if (days <= 0 || everyDays <= 0 || days > MAX_DAYS || everyDays > MAX_DAYS) {
                throw wrong(
                        "windows of days must be 1 to "
                                + MAX_DAYS
                                + " days long and apart: days="
                                + days
                                + ", every="
                                + everyDays);
            }
        }

        @Override
        public String description() {
            return "days=" + days + " everyDays=" + everyDays + " zone=" + zone.getId();
        }
    }

    /**
     * Sessions: events of a key whose distances are at most the gap.
     *
     * @param gapNs largest distance within a session, inclusive; a session ends this much after its
     *     last event
     */
    record Sessions(long gapNs) implements Windows {
        /** Checks the gap. */
        public Sessions {
            requirePositive("gap", gapNs);
        }

        @Override
        public String description() {
            return "sessionGapNs=" + gapNs;
        }
    }

    /**
     * Every so many events of a key.
     *
     * @param events of a window
     */
    record Count(long events) implements Windows {
        /** Checks the count. */
        public Count {
            requirePositive("count", events);
        }

        @Override
        public String description() {
            return "count=" + events;
        }
    }

    /** One window for all time. */
    record Global() implements Windows {
        @Override
        public String description() {
            return "global";
        }
    }

    private static long sizeNs(Duration size) {
        return Times.ns("a window's size", size);
    }

    private static void requirePositive(String what, long value) {
        if (value <= 0) {
            throw wrong("a window's " + what + " must be positive: " + what + "=" + value);
        }
    }

    private static PenstockException wrong(String message) {
        return new PenstockException(Category.CONFIGURATION, message);
    }
}
