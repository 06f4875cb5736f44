package io.penstock.codecs.csv;

import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Writes a time in nanoseconds since 1970 as text.
 *
 * <p>Integers are rounded down to the unit; ISO is {@code YYYY-MM-DDTHH:MM:SS[.fraction]Z}, the
 * fraction without zeros at its end. 64 bits of nanoseconds reach from 1677 to 2262, so a year
 * always has four digits.
 *
 * <p>One thread; reusable; allocates nothing.
 */
public final class TimePrinter {
    /** The longest text: a date and time with nine digits of fraction. */
    public static final int MAX_LENGTH = 32;

    private static final long SECOND_NS = 1_000_000_000L;
    private static final long DAY_SECONDS = 86_400L;

    private final TimeUnitFormat format;
    private final byte[] text = new byte[MAX_LENGTH];
    private final DecimalPrinter integers = new DecimalPrinter();
    private int end;

    /** Writes times of one format. */
    public TimePrinter(TimeUnitFormat format) {
        this.format = format;
    }

    /** The format that it writes. */
    public TimeUnitFormat format() {
        return format;
    }

    /**
     * Prints a time; the text stays at the start of {@link #bytes()} until the next call.
     *
     * @return the length of the text
     */
    public int print(long timeNs) {
        end = 0;
        if (format == TimeUnitFormat.ISO) {
            iso(timeNs);
        } else {
            end = integers.print(Math.floorDiv(timeNs, format.unitNs()), 0);
            System.arraycopy(integers.bytes(), integers.offset(), text, 0, end);
        }
        return end;
    }

    /** The array that holds the text, from its first byte on. */
    public byte[] bytes() {
        return text;
    }

    /** Prints to characters: for tools, not for the hot path. */
    public void appendTo(Appendable out, long timeNs) {
        int length = print(timeNs);
        try {
            for (int i = 0; i < length; i++) {
                out.append((char) text[i]);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void iso(long timeNs) {
        long second = Math.floorDiv(timeNs, SECOND_NS);
        long nanosecond = Math.floorMod(timeNs, SECOND_NS);
        long date = CivilDate.packedDate(Math.floorDiv(second, DAY_SECONDS));
        long secondOfDay = Math.floorMod(second, DAY_SECONDS);
        digits(date / 10_000, 4);
        text[end++] = '-';
        digits(date / 100 % 100, 2);
        text[end++] = '-';
        digits(date % 100, 2);
        text[end++] = 'T';
        digits(secondOfDay / 3600, 2);
        text[end++] = ':';
        digits(secondOfDay / 60 % 60, 2);
        text[end++] = ':';
        digits(secondOfDay % 60, 2);
        if (nanosecond != 0) {
            text[end++] = '.';
            digits(nanosecond, 9);
            while (text[end - 1] == '0') {
                end--;
            }
        }
        text[end++] = 'Z';
    }

    private void digits(long value, int count) {
        long rest = value;
        for (int i = end + count - 1; i >= end; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        end += count;
    }
}
