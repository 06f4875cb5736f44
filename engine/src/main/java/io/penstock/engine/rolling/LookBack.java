package io.penstock.engine.rolling;

import io.penstock.engine.time.Times;
import io.penstock.fault.PenstockException;
import io.penstock.fault.PenstockException.Category;
import java.time.Duration;

/**
 * Which rows of its key an event looks back at, itself included unless {@link #excludingCurrent()}.
 *
 * <p>Rows are counted in the order in which they reach the stage. Put {@code inOrder} in front of
 * it where (event time, arrival) order is meant. What happens to events out of order without it:
 *
 * <ul>
 *   <li>{@link #rows} and {@link #all} know no time: the row that came last is the last row.
 *   <li>{@link #within} takes for "now" the largest of the event's time, the times of the key's
 *       rows so far and the stage's watermark. Rows of the look-back stand in (event time, arrival)
 *       order. An event that itself is outside is old: it is counted, sees the look-back, and does
 *       not become a row. When the watermark is at the end of time, all is forgotten and every
 *       event is old.
 * </ul>
 *
 * <p>Immutable.
 */
public final class LookBack {
    /** Most rows of a key within a time unless {@link #maxRows} says otherwise. */
    public static final int DEFAULT_MAX_ROWS = 1 << 24;

    /** Most rows that can be asked for. */
    public static final int ROWS_LIMIT = 1 << 28;

    static final long FOR_EVER = Long.MAX_VALUE;

    private final Span span;
    private final int rows;
    private final boolean includesCurrent;
    private final long forgetNs;

    /** What ends a look-back. */
    enum Span {
        ROWS,
        TIME,
        ALL
    }

    private LookBack(Span span, int rows, boolean includesCurrent, long forgetNs) {
        this.span = span;
        this.rows = rows;
        this.includesCurrent = includesCurrent;
        this.forgetNs = forgetNs;
    }

    /**
     * The {@code count} rows that end with the event; without it, those directly before it. Fewer
     * where there are fewer.
     */
    public static LookBack rows(int count) {
        return new LookBack(Span.ROWS, requireRows("rows", count), true, FOR_EVER);
    }

    /**
     * The rows in {@code (t - duration, t]}, t being the event's time, that did not come after it.
     *
     * <p>A key that has no rows left is forgotten when the watermark says that none can come.
     */
    public static LookBack within(Duration duration) {
        return new LookBack(Span.TIME, DEFAULT_MAX_ROWS, true, requirePositive("within", duration));
    }

    /**
     * All rows so far. None is kept, so what it costs does not grow; aggregates that would have to
     * keep them are refused.
     */
    public static LookBack all() {
        return new LookBack(Span.ALL, 0, true, FOR_EVER);
    }

    /** The same without the event itself. */
    public LookBack excludingCurrent() {
        return new LookBack(span, rows, false, forgetNs);
    }

    /**
     * Forgets all rows of a key for which nothing came for so long in event time; with {@link
     * #rows} and {@link #all}, which otherwise keep every key for ever.
     */
    public LookBack forgetAfter(Duration quiet) {
        if (span == Span.TIME) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "a look-back within a time forgets by itself: leave out forgetAfter");
        }
        return new LookBack(span, rows, includesCurrent, requirePositive("forgetAfter", quiet));
    }

    /** Most rows of a key {@link #within} the time; one more stops the engine with LIMIT. */
    public LookBack maxRows(int limit) {
        if (span != Span.TIME) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    "only a look-back within a time needs a limit of rows: leave out maxRows");
        }
        return new LookBack(span, requireRows("maxRows", limit), includesCurrent, forgetNs);
    }

    /** As the plan prints and hashes it. */
    public String description() {
        StringBuilder text = new StringBuilder();
        switch (span) {
            case ROWS -> text.append("rows=").append(rows);
            case TIME -> text.append("withinNs=").append(forgetNs).append(" maxRows=").append(rows);
            case ALL -> text.append("rows=all");
        }
        if (span != Span.TIME && forgetNs != FOR_EVER) {
            text.append(" forgetAfterNs=").append(forgetNs);
        }
        return text.append(" current=").append(includesCurrent ? "in" : "out").toString();
    }

    Span span() {
        return span;
    }

    /** Rows looked back at, or with a time the most there may be. */
    int rows() {
        return rows;
    }

    boolean includesCurrent() {
        return includesCurrent;
    }

    /** A row this old, or a key quiet for so long, is no more; {@link #FOR_EVER} if never. */
    long forgetNs() {
        return forgetNs;
    }

    private static int requireRows(String what, int count) {
        if (count < 1 || count > ROWS_LIMIT) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    what
                            + " of a look-back must be 1 to "
                            + ROWS_LIMIT
                            + ": "
                            + what
                            + "="
                            + count);
        }
        return count;
    }

    private static long requirePositive(String what, Duration duration) {
        long durationNs = Times.ns(what + " of a look-back", duration);
        if (durationNs <= 0) {
            throw new PenstockException(
                    Category.CONFIGURATION,
                    what + " of a look-back must be positive: " + what + "=" + duration);
        }
        return durationNs;
    }
}
