package io.penstock.cli;

import java.util.Locale;

/** Numbers for people: digits in groups, and the unit that fits. */
final class Quantity {
    private static final long KIB = 1 << 10;
    private static final long MIB = 1 << 20;
    private static final long NS_PER_US = 1_000;
    private static final long NS_PER_MS = 1_000_000;
    private static final long NS_PER_S = 1_000_000_000;

    private Quantity() {}

    /** A count, in groups of three digits. */
    static String count(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }

    /** A length in bytes. */
    static String bytes(long bytes) {
        return bytes < MIB
                ? String.format(Locale.ROOT, "%.1f KiB", (double) bytes / KIB)
                : String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MIB);
    }

    /** A duration. */
    static String time(long ns) {
        if (ns < NS_PER_MS) {
            return String.format(Locale.ROOT, "%.1f us", (double) ns / NS_PER_US);
        }
        return ns < NS_PER_S
                ? String.format(Locale.ROOT, "%.1f ms", (double) ns / NS_PER_MS)
                : String.format(Locale.ROOT, "%.1f s", (double) ns / NS_PER_S);
    }
}
