package io.penstock.benchmarks.report;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers as people read them: three digits, and a unit. */
final class Numbers {
    private static final double KILO = 1e3;
    private static final double MEGA = 1e6;
    private static final double GIGA = 1e9;
    private static final double SHORT = 10_000;
    private static final MathContext THREE_DIGITS = new MathContext(3);

    private Numbers() {}

    /** At most three digits that count, no exponent, no zeros at the end. */
    static String plain(double value) {
        if (value == 0) {
            return "0";
        }
        BigDecimal rounded = new BigDecimal(value).round(THREE_DIGITS).stripTrailingZeros();
        return rounded.toPlainString();
    }

    /** As {@code 84.7 M}. */
    static String count(double value) {
        if (value >= GIGA) {
            return plain(value / GIGA) + " G";
        }
        if (value >= MEGA) {
            return plain(value / MEGA) + " M";
        }
        return value >= KILO ? plain(value / KILO) + " k" : plain(value);
    }

    /** As {@code 2.5 us}. */
    static String time(double valueNs) {
        if (valueNs >= GIGA) {
            return plain(valueNs / GIGA) + " s";
        }
        if (valueNs >= MEGA) {
            return plain(valueNs / MEGA) + " ms";
        }
        return valueNs >= KILO ? plain(valueNs / KILO) + " us" : plain(valueNs) + " ns";
    }

    /** A whole number as it is while it is short, as {@code 1024}; otherwise as a count. */
    static String whole(double value) {
        boolean isShort = value < SHORT && value == Math.rint(value) && value % KILO != 0;
        return isShort ? String.valueOf((long) value) : count(value);
    }

    /** A place in a picture. */
    static String pixel(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }
}
