package io.penstock.codecs.csv;

/**
 * Reads a time from bytes: nanoseconds since 1970-01-01T00:00:00Z.
 *
 * <p>Integers: an optional sign and digits, in the unit of the format. ISO: {@code
 * YYYY-MM-DDTHH:MM[:SS[.fraction]][offset]}; date and time are parted by {@code T}, {@code t} or
 * one space; the fraction has 1 to 9 digits; the offset is {@code Z}, {@code z}, {@code +HH},
 * {@code +HHMM} or {@code +HH:MM} up to 18 hours, none means UTC; years are those of the proleptic
 * Gregorian calendar, and more than four digits need a sign. Leap seconds and 24:00 are refused: no
 * instant is theirs alone.
 *
 * <p>One thread; reusable; allocates nothing. {@link #timeNs()} belongs to the last {@link #parse}
 * that returned {@link RejectReason#NONE}.
 */
public final class TimeParser {
    private static final long SECOND_NS = 1_000_000_000L;
    private static final long MIN_SECOND = Math.floorDiv(Long.MIN_VALUE, SECOND_NS);
    private static final long MAX_SECOND = Math.floorDiv(Long.MAX_VALUE, SECOND_NS);
    private static final int NO_NUMBER = -1;
    private static final int MAX_YEAR_DIGITS = 9;
    private static final int MAX_FRACTION_DIGITS = 9;
    private static final int MAX_OFFSET_MINUTES = 18 * 60;

    private final TimeUnitFormat format;
    private final LongParser integers = new LongParser();
    private byte[] bytes;
    private int index;
    private int end;
    private long timeNs;

    /** Reads times of one format. */
    public TimeParser(TimeUnitFormat format) {
        this.format = format;
    }

    /** The format that it reads. */
    public TimeUnitFormat format() {
        return format;
    }

    /** The time that was read last. */
    public long timeNs() {
        return timeNs;
    }

    /** Reads the bytes of a field: {@link RejectReason#NONE}, or the code of a reason. */
    public int parse(byte[] source, int offset, int length) {
        if (length == 0) {
            return RejectReason.EMPTY_TIME.code();
        }
        return format == TimeUnitFormat.ISO
                ? parseIso(source, offset, length)
                : parseInteger(source, offset, length);
    }

    private int parseInteger(byte[] source, int offset, int length) {
        int code = integers.parse(source, offset, length);
        if (code == RejectReason.NUMBER_OUT_OF_RANGE.code()) {
            return RejectReason.TIME_OUT_OF_RANGE.code();
        }
        if (code != RejectReason.NONE) {
            return RejectReason.BAD_TIME.code();
        }
        long value = integers.value();
        long unitNs = format.unitNs();
        if (value > Long.MAX_VALUE / unitNs || value < Long.MIN_VALUE / unitNs) {
            return RejectReason.TIME_OUT_OF_RANGE.code();
        }
        timeNs = value * unitNs;
        return RejectReason.NONE;
    }

    private int parseIso(byte[] source, int offset, int length) {
        bytes = source;
        index = offset;
        end = offset + length;
        long year = year();
        if (year == Long.MIN_VALUE || !skip('-')) {
            return RejectReason.BAD_TIME.code();
        }
        int month = twoDigits();
        if (month < 1 || month > 12 || !skip('-')) {
            return RejectReason.BAD_TIME.code();
        }
        int day = twoDigits();
        if (day < 1 || day > CivilDate.daysInMonth(year, month)) {
            return RejectReason.BAD_TIME.code();
        }
        if (!skip('T') && !skip('t') && !skip(' ')) {
            return RejectReason.BAD_TIME.code();
        }
        int hour = twoDigits();
        if (hour < 0 || hour > 23 || !skip(':')) {
            return RejectReason.BAD_TIME.code();
        }
        int minute = twoDigits();
        if (minute < 0 || minute > 59) {
            return RejectReason.BAD_TIME.code();
        }
        int second = 0;
        int nanosecond = 0;
        if (skip(':')) {
            second = twoDigits();
            nanosecond = skip('.') ? fraction() : 0;
        }
        int offsetMinutes = offsetMinutes();
        if (second < 0
                || second > 59
                || nanosecond < 0
                || Math.abs(offsetMinutes) > MAX_OFFSET_MINUTES
                || index != end) {
            return RejectReason.BAD_TIME.code();
        }
        long seconds =
                CivilDate.epochDay(year, month, day) * 86_400L
                        + (hour * 60L + minute - offsetMinutes) * 60L
                        + second;
        return combine(seconds, nanosecond);
    }

    private int combine(long seconds, int nanosecond) {
        if (seconds < MIN_SECOND || seconds > MAX_SECOND) {
            return RejectReason.TIME_OUT_OF_RANGE.code();
        }
        // The first and the last second are cut by the ends of 64 bits: count from the nearer side.
        long base = seconds < 0 ? (seconds + 1) * SECOND_NS : seconds * SECOND_NS;
        long rest = seconds < 0 ? nanosecond - SECOND_NS : nanosecond;
        if (rest < 0 ? base < Long.MIN_VALUE - rest : base > Long.MAX_VALUE - rest) {
            return RejectReason.TIME_OUT_OF_RANGE.code();
        }
        timeNs = base + rest;
        return RejectReason.NONE;
    }

    /** Four digits, or a sign and 4 to 9 digits; the smallest long if it is neither. */
    private long year() {
        boolean isNegative = skip('-');
        boolean isSigned = isNegative || skip('+');
        int start = index;
        long year = 0;
        while (index < end && digit(index) >= 0 && index - start < MAX_YEAR_DIGITS) {
            year = year * 10 + digit(index++);
        }
        int digits = index - start;
        if (digits < 4 || (digits > 4 && !isSigned)) {
            return Long.MIN_VALUE;
        }
        return isNegative ? -year : year;
    }

    private int fraction() {
        int start = index;
        int nanosecond = 0;
        while (index < end && digit(index) >= 0) {
            if (index - start == MAX_FRACTION_DIGITS) {
                return NO_NUMBER;
            }
            nanosecond = nanosecond * 10 + digit(index++);
        }
        int digits = index - start;
        if (digits == 0) {
            return NO_NUMBER;
        }
        for (int i = digits; i < MAX_FRACTION_DIGITS; i++) {
            nanosecond *= 10;
        }
        return nanosecond;
    }

    /** Minutes east of UTC; more than is allowed if what stands there is no offset. */
    private int offsetMinutes() {
        if (index == end || skip('Z') || skip('z')) {
            return 0;
        }
        boolean isWest = skip('-');
        if (!isWest && !skip('+')) {
            return Integer.MAX_VALUE;
        }
        int hours = twoDigits();
        int minutes = 0;
        if (skip(':') || index < end) {
            minutes = twoDigits();
        }
        if (hours < 0 || minutes < 0 || minutes > 59) {
            return Integer.MAX_VALUE;
        }
        int total = hours * 60 + minutes;
        return isWest ? -total : total;
    }

    private int twoDigits() {
        if (end - index < 2) {
            return NO_NUMBER;
        }
        int tens = digit(index);
        int ones = digit(index + 1);
        index += 2;
        return tens < 0 || ones < 0 ? NO_NUMBER : tens * 10 + ones;
    }

    private int digit(int at) {
        int digit = bytes[at] - '0';
        return digit >= 0 && digit <= 9 ? digit : NO_NUMBER;
    }

    private boolean skip(char expected) {
        if (index < end && bytes[index] == expected) {
            index++;
            return true;
        }
        return false;
    }
}
