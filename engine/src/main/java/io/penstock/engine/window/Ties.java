package io.penstock.engine.window;

/** Which of two rows of one score comes first. */
public enum Ties {
    /** The earlier by (event time, arrival), then by bytes. */
    ARRIVAL,
    /** The smaller bytes, unsigned, then by (event time, arrival). */
    BYTES,
    /**
     * Numbers by value before texts, texts by their bytes. A number is written as an optional minus
     * sign, digits, and optionally a point and more digits; numbers of one value go by their bytes.
     * Rows that are equal go by (event time, arrival).
     */
    NUMBERS
}
