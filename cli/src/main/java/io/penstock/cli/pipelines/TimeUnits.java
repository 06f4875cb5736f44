package io.penstock.cli.pipelines;

/** How event times are written in input and output. */
public enum TimeUnits {
    /** Milliseconds since 1970. */
    MS(1_000_000),
    /** Seconds since 1970. */
    S(1_000_000_000),
    /** Microseconds since 1970. */
    US(1_000),
    /** Nanoseconds since 1970. */
    NS(1),
    /** ISO 8601, UTC where no offset stands; up to nine digits of a second. */
    ISO(1);

    private final long lengthNs;

    TimeUnits(long lengthNs) {
        this.lengthNs = lengthNs;
    }

    /** The smallest difference of two times that can be written. */
    public long lengthNs() {
        return lengthNs;
    }
}
