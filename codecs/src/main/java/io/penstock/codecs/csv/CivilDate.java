package io.penstock.codecs.csv;

/**
 * Days since 1970-01-01 and dates of the proleptic Gregorian calendar, without allocation.
 *
 * <p>Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Years are counted from
 * March, so that the leap day is the last of its year; 400 years (an era) are 146,097 days.
 */
final class CivilDate {
    private static final int ERA_DAYS = 146_097;
    private static final int EPOCH_SHIFT_DAYS = 719_468;

    private CivilDate() {}

    static int daysInMonth(long year, int month) {
        return switch (month) {
            case 2 -> year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
            case 4, 6, 9, 11 -> 30;
            default -> 31;
        };
    }

    static long epochDay(long year, int month, int day) {
        long marchYear = month <= 2 ? year - 1 : year;
        long era = Math.floorDiv(marchYear, 400L);
        long yearOfEra = marchYear - era * 400;
        long dayOfYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
        return era * ERA_DAYS + dayOfEra - EPOCH_SHIFT_DAYS;
    }

    /** The date of a day as one number, {@code year * 10,000 + month * 100 + day}; year from 0. */
    static long packedDate(long epochDay) {
        long shifted = epochDay + EPOCH_SHIFT_DAYS;
        long era = Math.floorDiv(shifted, (long) ERA_DAYS);
        long dayOfEra = shifted - era * ERA_DAYS;
        long yearOfEra =
                (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        long shiftedMonth = (5 * dayOfYear + 2) / 153;
        long day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1;
        long month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
        long year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
        return year * 10_000 + month * 100 + day;
    }
}
